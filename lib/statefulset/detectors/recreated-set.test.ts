import { describe, expect, it } from 'vitest'
import type { Pod, StatefulSet } from '@/lib/statefulset/model/objects'
import { viewOf } from '@/lib/statefulset/view/build-view'
import { readCase } from '@/test/fixtures/cases'
import { at, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('a set that was made again and does not take its pods back', () => {
  const set = exampleSet()
  const foreign = (uid: string, name = 'web') => [
    { apiVersion: 'apps/v1', kind: 'StatefulSet', name, uid, controller: true },
  ]

  it.each(['C3', 'C3b'])('is found where a claim template has no volume in the pods (%s)', (id) => {
    const { objects, now } = readCase(id)
    const problems = viewOf(objects, { cluster: 'cases', now }).view.problems ?? []
    expect(problems.find((each) => each.runbook === 'recreated-set')).toMatchObject({
      alias: 'R26',
      ordinals: [0, 1, 2],
      params: { kind: 'claims', pod: 'web-0', templates: 'wal' },
    })
    // Nobody mounts the new claim, so nobody waits for it.
    expect(problems.map((each) => each.runbook)).not.toContain('pending-claim')
  })

  it('is found where the volume is another claim’s', () => {
    const pods = [0, 1, 2].map((n) =>
      examplePod(set, n, n === 1 ? { spec: { claims: [{ volume: 'data', claim: 'by-hand' }] } } : {}),
    )
    expect(find(exampleObjects(set, { pods }), 'recreated-set')).toMatchObject({
      ordinals: [1],
      params: { kind: 'claims', templates: 'data' },
    })
  })

  it('is found where the pods are those of the set before, or of nobody', () => {
    const earlier = [0, 1, 2].map((n) => examplePod(set, n, { owners: foreign('uid-of-before') }))
    expect(find(exampleObjects(set, { pods: earlier }), 'recreated-set')).toMatchObject({
      ordinals: [0, 1, 2],
      params: { kind: 'pods' },
    })
    const orphans = [0].map((n) => examplePod(set, n, { owners: [], labels: { app: 'old' } }))
    expect(find(exampleObjects(set, { pods: orphans }), 'recreated-set')).toMatchObject({ ordinals: [0] })
  })

  const walled = (changes: Partial<StatefulSet['spec']> = {}) =>
    exampleSet({
      claimTemplates: ['data', 'wal'].map((name) => ({ name, storageClassName: 'fast', requested: '1Gi' })),
      ...changes,
    })
  const half = (n: number) => ({ spec: { claims: [{ volume: 'data', claim: `data-web-${n}` }] } })
  it.each<[string, StatefulSet, Pod[], Record<string, unknown>]>([
    [
      'in a Parallel set, for one of three',
      walled({ podManagementPolicy: 'Parallel' }),
      [0, 1, 2].map((n) => examplePod(walled(), n, n === 2 ? half(2) : {})),
      { ordinals: [2], params: { kind: 'claims', templates: 'wal' } },
    ],
    [
      'in a set that starts at 20',
      walled({ ordinalsStart: 20, replicas: 1 }),
      [examplePod(walled(), 20, half(20))],
      { ordinals: [20] },
    ],
    [
      'where the set has templates and the pods had none',
      walled({ replicas: 1 }),
      [examplePod(walled(), 0, { spec: { claims: [] } })],
      { params: { templates: 'data, wal' } },
    ],
    [
      'where one pod lacks a volume and another is of before',
      walled({ replicas: 2 }),
      [examplePod(walled(), 0, half(0)), examplePod(walled(), 1, { owners: foreign('uid-of-before') })],
      { ordinals: [0], params: { kind: 'claims' } },
    ],
    [
      'where the pods were renumbered from another start',
      walled({ ordinalsStart: 1, replicas: 1 }),
      [
        examplePod(walled(), 1, {
          spec: { claims: ['data', 'wal'].map((volume) => ({ volume, claim: `${volume}-web-0` })) },
        }),
      ],
      { ordinals: [1], params: { templates: 'data, wal' } },
    ],
  ])('is found %s', (_, of, pods, expected) => {
    expect(find(exampleObjects(of, { pods }), 'recreated-set')).toMatchObject(expected)
    expect(find(exampleObjects(of, { pods: pods.toReversed() }), 'recreated-set')).toMatchObject(expected)
  })

  it('is not found for a pod that will be adopted, is going, or is another workload’s', () => {
    const adopted = [0, 1, 2].map((n) => examplePod(set, n, { owners: [] }))
    expect(ids(exampleObjects(set, { pods: adopted }))).not.toContain('recreated-set')
    const going = [examplePod(set, 0, { owners: foreign('uid-of-before'), deletion: at(20) })]
    expect(ids(exampleObjects(set, { pods: going }))).not.toContain('recreated-set')
    const job = [
      examplePod(set, 0, {
        owners: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'web', uid: 'job', controller: true }],
      }),
    ]
    expect(ids(exampleObjects(set, { pods: job }))).not.toContain('recreated-set')
  })

  it('is not found while the set itself is deleted, or where everything fits', () => {
    expect(ids(exampleObjects(set))).toEqual([])
    const ending = exampleSet({}, {}, { deletionTimestamp: at(-5) })
    const pods = [0, 1, 2].map((n) => examplePod(ending, n, { spec: { claims: [] } }))
    expect(ids(exampleObjects(ending, { pods }))).not.toContain('recreated-set')
  })
})

it('does not take the pods of another group for its own left-over ones', () => {
  const { objects, now } = readCase('D10')
  const { view } = viewOf(objects, { cluster: 'test', now })
  expect(view.problems?.map(({ runbook }) => runbook)).not.toContain('recreated-set')
})
