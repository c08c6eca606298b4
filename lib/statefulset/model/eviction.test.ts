import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleBudget, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { evictionOf } from './eviction'
import type { DisruptionBudget } from './objects'

const set = exampleSet()
const status = fc.record({
  disruptionsAllowed: fc.integer({ min: 0, max: 2 }),
  currentHealthy: fc.integer({ min: 0, max: 3 }),
  desiredHealthy: fc.integer({ min: 0, max: 3 }),
  observedGeneration: fc.integer({ min: 0, max: 2 }),
  disruptedPods: fc.constantFrom(0, 1, 2000, 2001),
})
const budget = fc
  .record({
    status,
    selects: fc.constantFrom('all', 'app', 'other', 'none'),
    namespace: fc.constantFrom('default', 'default', 'elsewhere'),
    unhealthyPodEvictionPolicy: fc.constantFrom(null, 'IfHealthyBudget', 'AlwaysAllow'),
  })
  .map(({ status, selects, namespace, unhealthyPodEvictionPolicy }): DisruptionBudget => {
    const made = exampleBudget(set, status)
    const labels: Record<string, string> | null =
      selects === 'none' ? null : selects === 'all' ? {} : { app: selects === 'app' ? 'web' : 'other' }
    return {
      ...made,
      metadata: { ...made.metadata, namespace },
      selector: labels === null ? null : { matchLabels: labels, matchExpressions: [] },
      unhealthyPodEvictionPolicy,
    }
  })
const pod = fc
  .record({
    phase: fc.constantFrom('Running', 'Running', 'Pending', 'Succeeded', 'Failed', 'Unknown'),
    ready: fc.boolean(),
    going: fc.boolean(),
  })
  .map(({ phase, ready, going }) =>
    examplePod(set, 0, { phase, ready, deletion: going ? '2026-03-01T12:00:10Z' : null }),
  )
const selecting = (budgets: readonly DisruptionBudget[]) =>
  budgets.filter(
    ({ metadata, selector }) =>
      metadata.namespace === 'default' && selector !== null && selector.matchLabels['app'] !== 'other',
  )

describe('an eviction', () => {
  it('is never refused for a pod that does not run or already goes, whatever the budgets say', () => {
    fc.assert(
      fc.property(pod, fc.array(budget, { maxLength: 3 }), (pod, budgets) => {
        const isDisrupted =
          ['Pending', 'Succeeded', 'Failed'].includes(pod.status.phase) || pod.metadata.deletionTimestamp !== null
        if (isDisrupted) expect(evictionOf(pod, budgets)).toEqual({ allowed: true })
      }),
    )
  })

  it('is refused by none but the budgets that select the pod', () => {
    fc.assert(
      fc.property(pod, fc.array(budget, { maxLength: 3 }), (pod, budgets) => {
        expect(evictionOf(pod, budgets)).toEqual(evictionOf(pod, selecting(budgets)))
        const eviction = evictionOf(pod, budgets)
        if (!eviction.allowed) expect(eviction.budgets).toEqual(selecting(budgets))
      }),
    )
  })

  it('is refused for two budgets, though each alone would allow it', () => {
    const budgets = [exampleBudget(set), exampleBudget(set, { disruptionsAllowed: 3 })]
    for (const one of budgets) expect(evictionOf(examplePod(set, 0), [one])).toEqual({ allowed: true })
    expect(evictionOf(examplePod(set, 0), budgets)).toMatchObject({ allowed: false, why: 'several' })
  })

  it('of a ready pod is allowed exactly if its one budget is counted and has one to give', () => {
    fc.assert(
      fc.property(status, (status) => {
        const { allowed } = evictionOf(examplePod(set, 0), [exampleBudget(set, status)])
        expect(allowed).toBe(
          status.observedGeneration >= 1 && status.disruptedPods <= 2000 && status.disruptionsAllowed > 0,
        )
      }),
    )
  })

  it('of a pod that is not ready needs nothing to give where enough others are healthy', () => {
    const unready = examplePod(set, 0, { ready: false })
    const none = { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 }
    expect(evictionOf(unready, [exampleBudget(set, none)]).allowed).toBe(true)
    expect(evictionOf(unready, [exampleBudget(set, { ...none, currentHealthy: 1 })])).toMatchObject({
      why: 'exhausted',
    })
    const zero = { ...none, currentHealthy: 0, desiredHealthy: 0 }
    expect(evictionOf(unready, [exampleBudget(set, zero)])).toMatchObject({ why: 'exhausted' })
    const always = { unhealthyPodEvictionPolicy: 'AlwaysAllow' }
    expect(evictionOf(unready, [exampleBudget(set, zero, always)]).allowed).toBe(true)
    expect(evictionOf(examplePod(set, 0), [exampleBudget(set, zero, always)]).allowed).toBe(false)
  })
})
