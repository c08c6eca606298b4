import { describe, expect, it } from 'vitest'
import { at, exampleObjects, examplePod, exampleSet, type PodChanges } from '@/test/fixtures/example-objects'
import { broken, find, ids } from '@/test/fixtures/findings'

describe('an ordered start that waits for itself', () => {
  const set = exampleSet()
  const first = (changes: PodChanges = {}) => {
    const pod = examplePod(set, 0, { ready: false, since: at(-3050), ...changes })
    return { ...pod, status: { ...pod.status, startTime: at(-3060) } }
  }
  it('is found where the first was never ready and the others are not made', () => {
    expect(find(exampleObjects(set, { pods: [first()] }), 'ordered-start')).toMatchObject({
      ordinals: [0],
      params: { pod: 'web-0', count: 2 },
    })
  })
  it('is not found where it was ready before, crashes, or others exist', () => {
    expect(ids(exampleObjects(set, { pods: [first({ since: at(-100) })] }))).not.toContain('ordered-start')
    expect(ids(exampleObjects(set, { pods: [first(broken('CrashLoopBackOff', { since: at(-3050) }))] }))).not.toContain(
      'ordered-start',
    )
    expect(ids(exampleObjects(set, { pods: [first(), examplePod(set, 1)] }))).not.toContain('ordered-start')
    const parallel = exampleSet({ podManagementPolicy: 'Parallel' })
    expect(
      ids(exampleObjects(parallel, { pods: [examplePod(parallel, 0, { ready: false, since: at(-3050) })] })),
    ).not.toContain('ordered-start')
  })
})
