import { describe, expect, it } from 'vitest'
import type { Claim } from '@/lib/statefulset/model/objects'
import { viewOf } from '@/lib/statefulset/view/build-view'
import { readCase } from '@/test/fixtures/cases'
import { at, conditionOf, exampleClaim, exampleObjects, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

const set = exampleSet()
/** Claims of which that of ordinal 1 asks for 5Gi and has 1Gi. */
const growing = (status: Partial<Claim['status']>, requested = '5Gi') =>
  exampleObjects(set, {
    claims: [0, 1, 2].map((n) => exampleClaim(set, n, n === 1 ? { spec: { requested }, status } : {})),
  })
const said = (type: string, message: string | null = null) => ({ ...conditionOf(type, 'True', at(-3600)), message })

describe('a claim that does not have yet what it asks for', () => {
  it('is found with what the driver said, and is no drift from the template', () => {
    const { objects, now } = readCase('E3')
    const problems = viewOf(objects, { cluster: 'cases', now }).view.problems ?? []
    expect(problems.find((each) => each.runbook === 'volume-expansion')).toMatchObject({
      alias: 'R11',
      ordinals: [2],
      params: {
        claims: 'data-web-2',
        of: 'size',
        state: 'failed',
        wanted: '5Gi',
        has: '1Gi',
        detail: 'storage pool exhausted',
      },
      since: '2026-11-20T08:00:00Z',
    })
    expect(problems.map((each) => each.runbook)).not.toContain('claim-drift')
  })

  it.each([
    ['ControllerResizeError', null, 'failed'],
    ['NodeResizeError', 'NodeResizeInProgress', 'failed'],
    ['ControllerResizeError', 'ControllerResizeInfeasible', 'infeasible'],
    [null, 'NodeResizeInfeasible', 'infeasible'],
    [null, 'ControllerResizeFailed', 'infeasible'],
    ['FileSystemResizePending', 'NodeResizePending', 'node'],
    [null, 'NodeResizePending', 'node'],
    ['Resizing', null, 'running'],
    [null, 'ControllerResizeInProgress', 'running'],
    [null, null, 'asked'],
  ])('condition %s with status %s: %s', (type, resizing, state) => {
    const conditions = type === null ? [] : [said(type, 'why')]
    const found = find(growing({ conditions, resizing }), 'volume-expansion')
    expect(found).toMatchObject({ ordinals: [1], params: { of: 'size', state } })
    expect(found?.proof.length).toBeGreaterThan(0)
  })

  it.each([
    ['ModifyVolumeError', 'InProgress', 'failed'],
    ['ModifyVolumeError', 'Infeasible', 'infeasible'],
    ['ModifyingVolume', 'InProgress', 'running'],
    [null, 'Pending', 'asked'],
  ])('attributes: condition %s with status %s: %s', (type, modifying, state) => {
    const conditions = type === null ? [] : [said(type)]
    expect(find(growing({ conditions, modifying }, '1Gi'), 'volume-expansion')?.params).toMatchObject({
      of: 'attributes',
      state,
    })
  })

  it('is not found once it has it, for a condition that no longer holds, or for a claim without a volume', () => {
    expect(ids(growing({ capacity: '5Gi' }))).not.toContain('volume-expansion')
    expect(ids(growing({ conditions: [conditionOf('Resizing', 'False')] }, '1Gi'))).not.toContain('volume-expansion')
    expect(ids(growing({ capacity: null, phase: 'Pending' }))).not.toContain('volume-expansion')
    expect(ids(exampleObjects(set))).toEqual([])
  })

  it('tells what needs a person before what goes by itself', () => {
    const claims = [0, 1, 2].map((n) =>
      exampleClaim(set, n, {
        spec: { requested: '5Gi' },
        status: { conditions: [said(n === 2 ? 'ControllerResizeError' : 'Resizing')] },
      }),
    )
    expect(find(exampleObjects(set, { claims }), 'volume-expansion')).toMatchObject({
      ordinals: [2],
      params: { state: 'failed', count: 1 },
    })
  })
})
