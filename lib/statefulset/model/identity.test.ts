import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimName, claimNameFits, dnsName, ordinalOfClaim, ordinalOfPod, podName } from './identity'

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,12}[a-z0-9])?$/)
const ordinal = fc.integer({ min: 0, max: 2_147_483_647 })

describe('names', () => {
  it('give back the ordinal they were made from', () => {
    fc.assert(
      fc.property(label, label, ordinal, (set, template, n) => {
        expect(ordinalOfPod(set, podName(set, n))).toBe(n)
        expect(ordinalOfClaim(template, set, claimName(template, set, n))).toBe(n)
        expect(claimNameFits(set, claimName(template, set, n))).toBe(true)
      }),
    )
  })

  it('never give one pod to two sets', () => {
    fc.assert(
      fc.property(label, label, ordinal, (a, b, n) => {
        fc.pre(a !== b)
        expect(ordinalOfPod(b, podName(a, n))).toBeNull()
      }),
    )
  })

  it('do not take a pod of the set a-1 for the ordinal 1 of the set a', () => {
    expect(ordinalOfPod('a', 'a-1-0')).toBeNull()
    expect(ordinalOfPod('a-1', 'a-1-0')).toBe(0)
  })

  it.each(['web', 'web-', 'web-x', 'web--1', 'web-1x', 'webs-1', 'web-2147483648', 'web-99999999999999999999'])(
    'find no ordinal of web in %s',
    (name) => expect(ordinalOfPod('web', name)).toBeNull(),
  )

  it('read an ordinal with leading zeros as the controller does, and make none', () => {
    expect(ordinalOfPod('web', 'web-01')).toBe(1)
    expect(ordinalOfPod('web', 'web-000')).toBe(0)
    expect(ordinalOfPod('web', 'web-02147483648')).toBeNull()
    expect(ordinalOfClaim('data', 'web', 'data-web-01')).toBeNull()
  })

  it('see that two sets could have made the same claim name', () => {
    expect(claimName('data-a', 'b', 0)).toBe(claimName('data', 'a-b', 0))
    expect(claimNameFits('a-b', 'data-a-b-0')).toBe(true)
    expect(claimNameFits('b', 'data-a-b-0')).toBe(true)
    expect(claimNameFits('c', 'data-a-b-0')).toBe(false)
    expect(claimNameFits('data-a-b', 'data-a-b-0')).toBe(false)
  })

  it('are DNS names under the governing Service, and bare without one', () => {
    expect(dnsName('kubia-0', 'kubia', 'default')).toBe('kubia-0.kubia.default.svc.cluster.local')
    expect(dnsName('kubia-0', '', 'default')).toBe('kubia-0')
  })
})
