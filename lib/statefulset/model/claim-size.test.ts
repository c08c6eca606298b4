import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleClaim, exampleSet } from '@/test/fixtures/example-objects'
import { claimChange, isGrowing } from './claim-size'
import type { Condition } from './objects'

const set = exampleSet()
const claim = (requested: string | null, capacity: string | null, status: object = {}) =>
  exampleClaim(set, 0, { spec: { requested }, status: { capacity, ...status } })

/** A number of bytes in each of the ways that Kubernetes may write it. */
const written = (mebi: number) => [`${mebi}Mi`, `${mebi * 1024}Ki`, `${mebi * 1024 ** 2}`, `${mebi * 1024 ** 2}000m`]
const size = fc.integer({ min: 1, max: 1_000_000 })
const way = fc.nat(3)

describe('a claim that grows', () => {
  it.each([
    ['2Gi', '1Gi', true],
    ['1Gi', '1Gi', false],
    ['1024Mi', '1Gi', false],
    ['1G', '1Gi', false],
    ['2G', '1Gi', true],
    ['1.5Gi', '1536Mi', false],
    ['1e10', '9G', true],
    // A smaller wish is refused by the API; an older capacity may be larger than what was asked for.
    ['1Gi', '2Gi', false],
    [null, '1Gi', false],
    ['2Gi', null, false],
    ['much', '1Gi', false],
  ])('asks for %s and has %s: %s', (asked, has, expected) => {
    expect(isGrowing(claim(asked, has))).toBe(expected)
  })

  it('by the numbers alone, however they are written, and never both ways', () => {
    fc.assert(
      fc.property(size, size, way, way, (asked, has, a, b) => {
        const [one, other] = [written(asked)[a] ?? '', written(has)[b] ?? '']
        expect(isGrowing(claim(one, other))).toBe(asked > has)
        expect(isGrowing(claim(other, one))).toBe(has > asked)
      }),
    )
  })

  it('only while it is bound', () => {
    for (const phase of ['Pending', 'Lost', null]) expect(isGrowing(claim('2Gi', '1Gi', { phase }))).toBe(false)
  })
})

describe('what is under way with a claim', () => {
  const types = [
    'Resizing',
    'FileSystemResizePending',
    'ControllerResizeError',
    'NodeResizeError',
    'ModifyingVolume',
    'ModifyVolumeError',
    'Unused',
    'constructor',
  ]
  const condition = fc.record<Condition>({
    type: fc.constantFrom(...types),
    status: fc.constantFrom('True', 'False', 'Unknown'),
    reason: fc.constant(null),
    message: fc.constant(null),
    lastTransitionTime: fc.constant(null),
  })
  const conditions = fc.uniqueArray(condition, { selector: ({ type }) => type, maxLength: types.length })
  const resizing = fc.constantFrom(
    null,
    'ControllerResizeInProgress',
    'ControllerResizeInfeasible',
    'ControllerResizeFailed',
    'NodeResizePending',
    'NodeResizeInProgress',
    'NodeResizeInfeasible',
    'SomethingNew',
  )
  const modifying = fc.constantFrom(null, 'Pending', 'InProgress', 'Infeasible', 'SomethingNew')
  const any = fc.record({ asked: size, has: size, conditions, resizing, modifying })
  const made = ({ asked, has, ...status }: { asked: number; has: number } & Record<string, unknown>) =>
    claim(`${asked}Mi`, `${has}Mi`, status)

  it('is the same in whatever order the conditions stand', () => {
    fc.assert(
      fc.property(any, (one) => {
        const back = made({ ...one, conditions: [...one.conditions].reverse() })
        expect(claimChange(back)).toEqual(claimChange(made(one)))
      }),
    )
  })

  it('is proved by a condition that holds, or by no condition', () => {
    fc.assert(
      fc.property(any, (one) => {
        const change = claimChange(made(one))
        if (change?.condition) {
          expect(one.conditions).toContainEqual(change.condition)
          expect(change.condition.status).toBe('True')
        }
      }),
    )
  })

  it('is never nothing while the claim grows, and what stands still is not hidden behind what goes on', () => {
    fc.assert(
      fc.property(any, (one) => {
        const change = claimChange(made(one))
        const holds = (type: string) => one.conditions.some((each) => each.type === type && each.status === 'True')
        if (one.asked > one.has) expect(change).not.toBeNull()
        const stands =
          /Infeasible|Failed/.test(`${one.resizing} ${one.modifying}`) ||
          holds('ModifyVolumeError') ||
          (one.asked > one.has && (holds('ControllerResizeError') || holds('NodeResizeError')))
        if (stands) expect(['failed', 'infeasible', 'node', 'asked']).toContain(change?.state)
      }),
    )
  })

  it('is nothing where a claim has what it asks for and says no more', () => {
    fc.assert(
      fc.property(size, fc.constantFrom('False', 'Unknown'), (mebi, status) => {
        const old = types.map((type) => ({ type, status, reason: null, message: null, lastTransitionTime: null }))
        expect(claimChange(made({ asked: mebi, has: mebi, conditions: old }))).toBeNull()
      }),
    )
  })
})
