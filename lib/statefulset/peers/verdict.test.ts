import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unpublishedReasons } from './expected'
import { type Evidence, judge, sameSet } from './verdict'

const address = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', 'fd00::1', 'fd00::2')
const addresses = fc.uniqueArray(address, { maxLength: 3 })
const expected = fc.oneof(
  fc.record({
    name: fc.constant('web-0.web.default.svc.cluster.local'),
    addresses: fc.uniqueArray(address, { minLength: 1, maxLength: 2 }),
    because: fc.constant(null),
  }),
  fc.record({
    name: fc.constant('web-0.web.default.svc.cluster.local'),
    addresses: fc.constant<string[]>([]),
    because: fc.constantFrom(...unpublishedReasons),
  }),
)
const evidence: fc.Arbitrary<Evidence> = fc
  .record({
    expected,
    sliced: fc.option(addresses),
    dns: fc.option(fc.record({ addresses, ttl: fc.option(fc.integer({ min: 0, max: 300 })) })),
    changedSeconds: fc.option(fc.integer({ min: 0, max: 10_000 })),
    unknown: fc.constantFrom<Evidence['unknown'][]>(null, null, null, 'pods', 'services', 'pending', 'dns'),
    sharedWith: fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 2 }),
  })
  // Nothing is shared where there is no address.
  .map((one) => ({ ...one, sharedWith: one.dns?.addresses.length ? one.sharedWith : [] }))

describe('the verdict on an ordinal', () => {
  it('is that all agree exactly when DNS answers what the rules promise, and they promise something', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const known = given.unknown === null && given.dns !== null
        const same = known && sameSet(given.expected.addresses, given.dns?.addresses ?? [])
        expect(judge(given).code === 'agree').toBe(same && given.expected.addresses.length > 0)
      }),
    )
  })

  it('is unknown exactly while something that it needs is', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        expect(judge(given).code === 'unknown').toBe(given.unknown !== null || given.dns === null)
      }),
    )
  })

  it('never says that a name is missing which DNS has, nor that it has another address where it has none', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const { code } = judge(given)
        const answered = given.dns?.addresses.length ?? 0
        if (code === 'no-such-name' || code === 'not-published' || code === 'absent') expect(answered).toBe(0)
        if (code === 'other-address' || code === 'duplicated') expect(answered).toBeGreaterThan(0)
      }),
    )
  })

  it('does not depend on the order of addresses', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const turned: Evidence = {
          ...given,
          expected: { ...given.expected, addresses: given.expected.addresses.toReversed() },
          sliced: given.sliced?.toReversed() ?? null,
          dns: given.dns && { ...given.dns, addresses: given.dns.addresses.toReversed() },
        }
        expect(judge(turned)).toEqual(judge(given))
      }),
    )
  })

  it('tells how long something is behind only of what is behind, and why only of what has a reason', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const { code, because, left, others } = judge(given)
        if (code !== 'behind') expect(left).toBeNull()
        if (code !== 'duplicated') expect(others).toEqual([])
        if (code === 'agree' || code === 'other-address' || code === 'no-such-name') expect(because).toBeNull()
      }),
    )
  })

  it('is no longer that DNS is behind when the pod has been the same for longer than any answer is remembered', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const old: Evidence = { ...given, changedSeconds: 3600 }
        if (given.expected.addresses.length > 0) expect(judge(old).code).not.toBe('behind')
      }),
    )
  })
})
