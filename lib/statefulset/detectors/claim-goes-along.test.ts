import { describe, expect, it } from 'vitest'
import { exampleClaim, exampleObjects, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('a claim that goes with its pod', () => {
  const set = exampleSet()
  const owned = (kind: string, uid: string) =>
    exampleObjects(set, {
      claims: [0, 1, 2].map((n) =>
        exampleClaim(
          set,
          n,
          n === 1
            ? {
                metadata: {
                  owners: [
                    { apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1', kind, name: 'web-1', uid, controller: false },
                  ],
                },
              }
            : {},
        ),
      ),
    })

  it('is found where the pod that is there owns it', () => {
    expect(find(owned('Pod', 'uid-web-1'), 'claim-goes-along')).toMatchObject({
      ordinals: [1],
      params: { claims: 'data-web-1', pod: 'web-1' },
    })
  })

  it('is not found for the set as owner, or a pod that is gone', () => {
    expect(ids(owned('StatefulSet', 'uid-web'))).not.toContain('claim-goes-along')
    expect(ids(owned('Pod', 'uid-before'))).not.toContain('claim-goes-along')
  })
})
