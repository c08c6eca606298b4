import { describe, expect, it } from 'vitest'
import { exampleClaim, exampleObjects, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('ordinals below the start', () => {
  it('is found for pods and claims that are left there', () => {
    const set = exampleSet({ ordinalsStart: 3, replicas: 1 })
    expect(
      find(exampleObjects(set, { claims: [1, 3].map((n) => exampleClaim(set, n)) }), 'moved-ordinals'),
    ).toMatchObject({
      ordinals: [1],
      params: { start: 3 },
    })
    expect(ids(exampleObjects(set))).toEqual([])
    const plain = exampleSet({ replicas: 1 })
    expect(ids(exampleObjects(plain, { claims: [exampleClaim(plain, 4)] }))).not.toContain('moved-ordinals')
  })
})
