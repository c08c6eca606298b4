import { describe, expect, it } from 'vitest'
import { at, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids, twoRevisions } from '@/test/fixtures/findings'

describe('a partition that is forgotten', () => {
  const parked = (partition: number) =>
    exampleSet(
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition, maxUnavailable: '1' } } },
      { currentRevision: 'web-1', updateRevision: 'web-2' },
    )
  const day = 24 * 3600
  it('a partition is forgotten after a day', () => {
    const set = parked(2)
    const pods = [0, 1, 2].map((n) =>
      examplePod(set, n, { revision: n === 2 ? 'web-2' : 'web-1', created: at(-day - 60) }),
    )
    const revisions = twoRevisions(set).map((each) => ({
      ...each,
      metadata: { ...each.metadata, creationTimestamp: at(-day - 90) },
    }))
    const objects = exampleObjects(set, { pods, revisions })
    expect(find(objects, 'parked-rollout')).toMatchObject({
      ordinals: [0, 1],
      params: { partition: 2, updated: 1, total: 3 },
    })
    expect(ids(objects, -3600)).not.toContain('parked-rollout')
  })
  it('a partition above the replicas updates nothing, which counts too', () => {
    const set = parked(9)
    const pods = [0, 1, 2].map((n) => examplePod(set, n, { revision: 'web-1' }))
    const revisions = twoRevisions(set).map((each) => ({
      ...each,
      metadata: { ...each.metadata, creationTimestamp: at(-2 * day) },
    }))
    expect(find(exampleObjects(set, { pods, revisions }), 'parked-rollout')).toMatchObject({ params: { updated: 0 } })
  })
})
