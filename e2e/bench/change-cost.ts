import { Store } from '@/lib/live/store'
import { Views } from '@/lib/live/views'
import {
  exampleClaim,
  exampleNode,
  examplePod,
  exampleService,
  exampleSet,
  exampleVolume,
} from '@/lib/statefulset/example-objects'
import { viewOf } from '@/lib/statefulset/join'
import { summaryOf } from '@/lib/statefulset/summary'

export type Cost = { replicas: number; sets: number; microseconds: number }

/** What one pod's change costs, from the store to the new summary: the median of many, in microseconds. */
export function costOfChange(replicas: number, sets: number): Cost {
  const store: Store = new Store((key) => views.touch(key))
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
  views.release()
  views.settle()

  const times: number[] = []
  for (let turn = 0; turn < 300; turn += 1) {
    const pod = examplePod(set, turn % replicas, {
      node: `n${turn % 50}`,
      ready: turn % 2 === 0,
      ip: `10.0.0.${turn % 250}`,
    })
    const changed = fresh(pod)
    const begun = performance.now()
    store.put('pods', changed)
    views.settle()
    if (turn >= 50) times.push(performance.now() - begun)
  }
  views.stop()
  times.sort((a, b) => a - b)
  return { replicas, sets, microseconds: Math.round((times[Math.floor(times.length / 2)] ?? 0) * 1000) }
}
