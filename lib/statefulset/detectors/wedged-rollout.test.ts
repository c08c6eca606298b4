import { describe, expect, it } from 'vitest'
import { viewOf } from '@/lib/statefulset/view/build-view'
import { at, exampleNow, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { broken, find, ids, rolling, twoRevisions } from '@/test/fixtures/findings'

describe('a rollout wedged on a broken pod', () => {
  it('is found where the old revision is broken, at once when a container says so', () => {
    const set = rolling()
    const pods = [
      examplePod(set, 0, { revision: 'web-1' }),
      examplePod(set, 1, { revision: 'web-1' }),
      examplePod(set, 2, broken('ImagePullBackOff', { revision: 'web-bad' })),
    ]
    const found = find(exampleObjects(set, { pods, revisions: twoRevisions(set) }), 'wedged-rollout')
    expect(found).toMatchObject({
      ordinals: [2],
      params: { pod: 'web-2', stage: 'wedged', reason: 'ImagePullBackOff' },
      since: at(-600),
    })
    expect(found?.proof.map((each) => each.field)).toEqual(
      expect.arrayContaining([
        'metadata.labels["controller-revision-hash"]',
        'status.updateRevision',
        'status.containerStatuses[0].state.waiting.reason',
      ]),
    )
  })

  it('is found where the new revision is broken and others still have the old one', () => {
    const set = rolling()
    const pods = [0, 1]
      .map((n) => examplePod(set, n, { revision: 'web-1' }))
      .concat(examplePod(set, 2, broken('CrashLoopBackOff')))
    expect(find(exampleObjects(set, { pods, revisions: twoRevisions(set) }), 'wedged-rollout')).toMatchObject({
      params: { stage: 'broken' },
    })
  })

  it('is not found without a rollout, in a Parallel set, below the partition, or before the controller has looked', () => {
    const all = (set: ReturnType<typeof exampleSet>, revision: string) =>
      exampleObjects(set, {
        pods: [examplePod(set, 0, broken('CrashLoopBackOff', { revision })), examplePod(set, 1), examplePod(set, 2)],
        revisions: twoRevisions(set),
      })
    const same = exampleSet()
    expect(ids(exampleObjects(same, { pods: [examplePod(same, 0, broken('CrashLoopBackOff'))] }))).not.toContain(
      'wedged-rollout',
    )
    const parallel = exampleSet({ podManagementPolicy: 'Parallel' }, { updateRevision: 'web-2' })
    expect(ids(all(parallel, 'web-1'))).not.toContain('wedged-rollout')
    const parted = exampleSet(
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1, maxUnavailable: '1' } } },
      { updateRevision: 'web-2' },
    )
    expect(ids(all(parted, 'web-1'))).not.toContain('wedged-rollout')
    const unseen = exampleSet({}, { updateRevision: 'web-2', observedGeneration: 0 })
    expect(ids(all(unseen, 'web-1'))).not.toContain('wedged-rollout')
  })

  it('waits two minutes with an old pod that only restarts', () => {
    const set = rolling()
    const pods = [
      examplePod(set, 0, { revision: 'web-1', ready: false, since: at(-60) }),
      examplePod(set, 1),
      examplePod(set, 2),
    ]
    const objects = exampleObjects(set, { pods, revisions: twoRevisions(set) })
    expect(ids(objects)).not.toContain('wedged-rollout')
    expect(ids(objects, 60)).toContain('wedged-rollout')
    expect(viewOf(objects, { cluster: 'c', now: exampleNow }).recheckAt?.getTime()).toBe(exampleNow.getTime() + 60_000)
  })
})
