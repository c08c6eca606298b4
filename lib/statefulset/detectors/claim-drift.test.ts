import { describe, expect, it } from 'vitest'
import { exampleClaim, exampleObjects, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('claims that differ from the template', () => {
  it('is found by size, not by writing', () => {
    const set = exampleSet()
    const claims = (size: string) =>
      [0, 1, 2].map((n) => exampleClaim(set, n, { spec: { requested: size }, status: { capacity: size } }))
    expect(find(exampleObjects(set, { claims: claims('2Gi') }), 'claim-drift')).toMatchObject({
      ordinals: [0, 1, 2],
      params: { count: 3, wanted: '1Gi' },
    })
    expect(ids(exampleObjects(set, { claims: claims('1024Mi') }))).toEqual([])
    expect(ids(exampleObjects(set, { claims: [] }))).not.toContain('claim-drift')
  })
})
