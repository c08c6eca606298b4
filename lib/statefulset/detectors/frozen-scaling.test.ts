import { describe, expect, it } from 'vitest'
import { at, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('scaling frozen by a pod that stays', () => {
  const set = exampleSet({ replicas: 2 })
  const objects = (since: number) =>
    exampleObjects(set, {
      pods: [examplePod(set, 0, { ready: false, since: at(since) }), examplePod(set, 1), examplePod(set, 2)],
    })
  it('is found after a minute, with the number that waits', () => {
    expect(find(objects(-90), 'frozen-scaling')).toMatchObject({
      ordinals: [0],
      params: { pod: 'web-0', removeCount: 1 },
    })
    expect(ids(objects(-30))).not.toContain('frozen-scaling')
    expect(ids(objects(-30), 30)).toContain('frozen-scaling')
  })
  it('is not found in a Parallel set, which removes anyway', () => {
    const parallel = exampleSet({ replicas: 2, podManagementPolicy: 'Parallel' })
    const pods = [
      examplePod(parallel, 0, { ready: false, since: at(-900) }),
      examplePod(parallel, 1),
      examplePod(parallel, 2),
    ]
    expect(ids(exampleObjects(parallel, { pods }))).not.toContain('frozen-scaling')
  })
})
