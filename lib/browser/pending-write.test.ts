import { describe, expect, test } from 'vitest'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { mayNeedForce, onlyFinalizersHold, reachedBy } from './pending-write'

type Pod = NonNullable<OrdinalView['pod']>
const pod = (uid: string, more: Partial<Pod> = {}) =>
  ({
    uid,
    ready: true,
    deletionTimestamp: null,
    deletionGracePeriodSeconds: null,
    finalizers: [],
    owned: true,
    ...more,
  }) as unknown as Pod
const place = (ordinal: number, more: Partial<OrdinalView> = {}) =>
  ({ ordinal, inRange: true, pod: pod(`u${ordinal}`), node: null, ...more }) as OrdinalView
const view = (desired: number, ordinals: OrdinalView[], more: Partial<StatefulSetView> = {}) =>
  ({
    generation: 5,
    observedGeneration: 5,
    replicas: {
      desired,
      created: ordinals.filter((one) => one.pod).length,
      available: ordinals.filter((one) => one.pod?.ready).length,
    },
    ordinals,
    ...more,
  }) as StatefulSetView

describe('a scale that was accepted', () => {
  const followed = { action: 'scale', from: 3, replicas: 2 } as const
  test('is not observed before the page has the new number', () => {
    expect(reachedBy(view(3, [place(0), place(1), place(2)]), followed)).toEqual({ step: 'accepted', overtaken: false })
  })
  test('is not observed while the controller is at an older generation', () => {
    const behind = view(2, [place(0), place(1)], { observedGeneration: 4 })
    expect(reachedBy(behind, followed).step).toBe('accepted')
  })
  test('is observed while the pod outside the range is still there', () => {
    expect(reachedBy(view(2, [place(0), place(1), place(2, { inRange: false })]), followed).step).toBe('observed')
  })
  test('is in effect when every wanted pod is available and nothing else is left but claims', () => {
    const left = place(2, { inRange: false, pod: null })
    expect(reachedBy(view(2, [place(0), place(1), left]), followed).step).toBe('in-effect')
  })
  test('is overtaken when the set asks for a third number', () => {
    expect(reachedBy(view(7, [place(0)]), followed)).toEqual({ step: 'accepted', overtaken: true })
  })
  test('to zero is in effect when no pod is left', () => {
    expect(reachedBy(view(0, []), { action: 'scale', from: 1, replicas: 0 }).step).toBe('in-effect')
  })
})

describe('a pod that was deleted', () => {
  const followed = { action: 'delete-pod', ordinal: 1, uid: 'old' } as const
  test('is accepted while nothing of it shows', () => {
    expect(reachedBy(view(2, [place(0), place(1, { pod: pod('old') })]), followed).step).toBe('accepted')
  })
  test('is observed while it terminates, and while its place is empty or starting', () => {
    const going = pod('old', { deletionTimestamp: '2026-01-01T00:00:00Z' })
    expect(reachedBy(view(2, [place(0), place(1, { pod: going })]), followed).step).toBe('observed')
    expect(reachedBy(view(2, [place(0), place(1, { pod: null })]), followed).step).toBe('observed')
    expect(reachedBy(view(2, [place(0), place(1, { pod: pod('new', { ready: false }) })]), followed).step).toBe(
      'observed',
    )
  })
  test('is in effect when another pod stands ready on its place', () => {
    expect(reachedBy(view(2, [place(0), place(1, { pod: pod('new') })]), followed).step).toBe('in-effect')
  })
  test('outside the range is in effect when it is gone', () => {
    expect(reachedBy(view(1, [place(0), place(1, { inRange: false, pod: null })]), followed).step).toBe('in-effect')
    expect(reachedBy(view(1, [place(0)]), followed).step).toBe('in-effect')
  })
})

describe('a force delete is offered', () => {
  const now = Date.parse('2026-01-01T00:01:00Z')
  const node = (ready: 'True' | 'Unknown') => ({ name: 'n', exists: true, ready, since: null, zone: null })
  test('never for a healthy pod, nor within its grace period', () => {
    expect(mayNeedForce(place(0, { node: node('True') }), now)).toBe(false)
    const going = pod('u', { deletionTimestamp: '2026-01-01T00:01:20Z' })
    expect(mayNeedForce(place(0, { pod: going, node: node('True') }), now)).toBe(false)
  })
  test('beyond the grace period, or on a silent node', () => {
    const overdue = pod('u', { deletionTimestamp: '2026-01-01T00:00:59Z' })
    expect(mayNeedForce(place(0, { pod: overdue, node: node('True') }), now)).toBe(true)
    expect(mayNeedForce(place(0, { node: node('Unknown') }), now)).toBe(true)
  })
  test('not where only finalizers hold the pod: then they are the last step', () => {
    const held = place(0, {
      pod: pod('u', {
        deletionTimestamp: '2026-01-01T00:00:00Z',
        deletionGracePeriodSeconds: 0,
        finalizers: ['example.com/hold'],
      }),
    })
    expect(onlyFinalizersHold(held)).toBe(true)
    expect(mayNeedForce(held, now)).toBe(false)
  })
})
