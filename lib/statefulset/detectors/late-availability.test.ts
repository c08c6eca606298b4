import { describe, expect, it } from 'vitest'
import { at, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('ready and not yet available', () => {
  const set = (minReadySeconds: number, status = {}) => exampleSet({ minReadySeconds }, status)
  const settling = (minReadySeconds: number) => {
    const of = set(minReadySeconds)
    return exampleObjects(of, { pods: [examplePod(of, 0, { since: at(-5) })] })
  }
  it('is found where the wait is long and holds others up', () => {
    expect(find(settling(120), 'late-availability')).toMatchObject({
      ordinals: [0],
      params: { pod: 'web-0', seconds: 120, until: at(115) },
    })
    expect(ids(settling(10))).not.toContain('late-availability')
  })
  it('is found on an old control plane that has not counted again', () => {
    const of = set(10, { availableReplicas: 0 })
    const version = (minor: number) => exampleObjects(of, { serverVersion: { major: 1, minor } })
    expect(find(version(35), 'late-availability')).toMatchObject({ params: { counted: 'no' } })
    expect(ids(version(37))).not.toContain('late-availability')
  })
})
