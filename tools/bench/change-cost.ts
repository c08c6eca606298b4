import { Store } from '@/lib/live/store'
import { Views } from '@/lib/live/views'
import {
  exampleClaim,
  exampleNode,
  examplePod,
  exampleService,
  exampleSet,
  exampleVolume,
} from '@/test/fixtures/example-objects'
import { viewOf } from '@/lib/statefulset/view/build-view'
import { summaryOf } from '@/lib/statefulset/view/summary'

export type Cost = { replicas: number; sets: number; microseconds: number }

/**
 * What one pod's change costs, from the store to the new summary: processor time, the mean of many, in microseconds.
 * Not time on the clock, which would measure what else runs on the machine.
 */
export function costOfChange(replicas: number, sets: number): Cost {
  const store: Store = new Store((key) => views.markDirty(key))
  const views: Views = new Views({
    objectsOf: (key) => store.objectsOf(key, { unknown: {}, serverVersion: null }),
    compute: (objects, now) => {
      const { view, recheckAt } = viewOf(objects, { cluster: 'bench', now })
      return { view, summary: summaryOf(view), recheckAt }
    },
    isWatched: () => false,
    onChange: () => {},
    onFailure: (_key, error) => {
      throw error
    },
    gatherMs: 1_000_000,
  })
  let version = 0
  const fresh = <T extends { metadata: { resourceVersion: string } }>(object: T): T => {
    version += 1
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
  }
  const add = (name: string, count: number) => {
    const set = exampleSet({ replicas: count }, {}, { name, uid: `uid-${name}` })
    store.put('statefulsets', fresh(set))
    store.put('services', fresh(exampleService(name)))
    for (let ordinal = 0; ordinal < count; ordinal += 1) {
      const claim = exampleClaim(set, ordinal)
      store.put('pods', fresh(examplePod(set, ordinal, { node: `n${ordinal % 50}` })))
      store.put('persistentvolumeclaims', fresh(claim))
      store.put('persistentvolumes', fresh(exampleVolume(claim)))
    }
    return set
  }
  for (let number = 0; number < 50; number += 1) store.put('nodes', fresh(exampleNode(`n${number}`)))
  for (let number = 1; number < sets; number += 1) add(`other-${number}`, 10)
  const set = add('measured', replicas)
  views.start()
  views.flush()

  let used = 0
  const turns = replicas >= 1000 ? 100 : 400
  for (let turn = -50; turn < turns; turn += 1) {
    const ordinal = (turn + 50) % replicas
    const even = turn % 2 === 0
    const changed = fresh(
      examplePod(set, ordinal, { node: `n${ordinal % 50}`, ready: even, ip: `10.0.0.${turn + 100}` }),
    )
    const begun = process.cpuUsage()
    store.put('pods', changed)
    views.flush()
    const { user, system } = process.cpuUsage(begun)
    if (turn >= 0) used += user + system
  }
  views.stop()
  return { replicas, sets, microseconds: Math.round(used / turns) }
}
