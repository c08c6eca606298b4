import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exampleClaim, exampleSet, exampleVolume } from '@/test/fixtures/example-objects'
import type { Volume } from './objects'
import { otherOwner } from './volume-owner'

const claim = exampleClaim(exampleSet(), 0, { metadata: { uid: 'new' } })
const { namespace, name } = claim.metadata
type Owner = Volume['spec']['claimRef']

it.each<[string, Owner, boolean]>([
  ['this claim', { namespace, name, uid: 'new' }, false],
  ['an earlier claim of its name', { namespace, name, uid: 'old' }, true],
  ['nobody', null, false],
  ['its name alone, as somebody reserves a volume', { namespace, name, uid: null }, false],
  ['another claim', { namespace, name: 'data-web-1', uid: 'old' }, false],
  ['a claim of its name elsewhere', { namespace: 'elsewhere', name, uid: 'old' }, false],
])('the volume that a claim names belongs to %s: of an earlier claim %s', (_whose, claimRef, expected) => {
  expect(otherOwner(claim, exampleVolume(claim, { claimRef }))?.isEarlier ?? false).toBe(expected)
})

/** k8s pkg/volume/util/util.go `IsVolumeBoundToClaim`, as it is written there; an absent uid is empty. */
function isVolumeBoundToClaim(owner: Owner, of: { namespace: string; name: string; uid: string }): boolean {
  if (owner === null) return false
  if (of.name !== owner.name || of.namespace !== owner.namespace) return false
  const uid = owner.uid ?? ''
  return !(uid !== '' && of.uid !== uid)
}

it('is of an earlier claim exactly where it names this one and Kubernetes does not bind them', () => {
  const word = fc.constantFrom('a', 'b')
  const owner: fc.Arbitrary<Owner> = fc.option(
    fc.record({ namespace: word, name: word, uid: fc.option(fc.constantFrom('1', '2')) }),
  )
  fc.assert(
    fc.property(owner, fc.record({ namespace: word, name: word, uid: fc.constantFrom('1', '2') }), (claimRef, of) => {
      const one = { ...claim, metadata: { ...claim.metadata, ...of } }
      const volume = exampleVolume(one, { claimRef })
      const named = claimRef !== null && claimRef.name === of.name && claimRef.namespace === of.namespace
      expect(otherOwner(one, volume)?.isEarlier ?? false).toBe(named && !isVolumeBoundToClaim(claimRef, of))
    }),
  )
})
