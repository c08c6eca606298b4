import { describe, expect, it } from 'vitest'
import { exampleNow, exampleObjects, examplePod, exampleSet } from './example-objects'
import type { SetObjects, StatefulSet } from './objects'
import { planChange, tolerationSeconds } from './plan-change'

const steps = (objects: SetObjects, change: Parameters<typeof planChange>[1]) =>
  planChange(objects, change, exampleNow).steps.map((step) => `${step.action} ${step.ordinal}`)
const rolling = (partition: number): StatefulSet['spec']['updateStrategy'] => ({
  type: 'RollingUpdate',
  rollingUpdate: { partition, maxUnavailable: '1' },
})

describe('the plan of a change', () => {
  it('of the template replaces every pod from the top', () => {
    expect(steps(exampleObjects(), { kind: 'template' })).toEqual([
      'delete 2',
      'create 2',
      'delete 1',
      'create 1',
      'delete 0',
      'create 0',
    ])
  })

  it('of the template leaves what the partition or OnDelete keeps', () => {
    const parted = exampleObjects(exampleSet({ updateStrategy: rolling(2) }))
    expect(planChange(parted, { kind: 'template' }, exampleNow)).toMatchObject({ untouched: [0, 1] })
    expect(steps(parted, { kind: 'template' })).toEqual(['delete 2', 'create 2'])
    const onDelete = exampleObjects(exampleSet({ updateStrategy: { type: 'OnDelete', rollingUpdate: null } }))
    expect(planChange(onDelete, { kind: 'template' }, exampleNow)).toMatchObject({ steps: [], untouched: [0, 1, 2] })
  })

  it('of the partition goes on with the rollout', () => {
    const set = exampleSet({ updateStrategy: rolling(2) }, { currentRevision: 'web-1', updateRevision: 'web-2' })
    const pods = [0, 1, 2].map((n) => examplePod(set, n, { revision: n === 2 ? 'web-2' : 'web-1' }))
    const objects = exampleObjects(set, { pods })
    expect(steps(objects, { kind: 'partition', partition: 1 })).toEqual(['delete 1', 'create 1'])
    expect(() => planChange(objects, { kind: 'partition', partition: -1 }, exampleNow)).toThrow(RangeError)
  })

  it('of the template waits for an unready pod of an ordered set', () => {
    const set = exampleSet()
    const pods = [examplePod(set, 0), examplePod(set, 1, { ready: false }), examplePod(set, 2)]
    expect(planChange(exampleObjects(set, { pods }), { kind: 'template' }, exampleNow).blockedBy).toMatchObject({
      ordinal: 1,
    })
  })

  it('of a lost node brings nothing back: its pods stay terminating', () => {
    const plan = planChange(exampleObjects(), { kind: 'node-lost', node: 'n1' }, exampleNow)
    expect(plan).toMatchObject({
      steps: [],
      blockedBy: { reason: 'terminating-silent', ordinal: 1, params: { node: 'n1' } },
      lost: [{ ordinal: 1, evictedAfterSeconds: 300 }],
    })
  })

  it('of a lost node knows what the pod tolerates', () => {
    const set = exampleSet()
    const tolerating = (seconds: number | null, key: string | null = 'node.kubernetes.io/unreachable') =>
      examplePod(set, 0, { spec: { tolerations: [{ key, operator: 'Exists', effect: 'NoExecute', seconds }] } })
    expect(tolerationSeconds(tolerating(30))).toBe(30)
    expect(tolerationSeconds(tolerating(null))).toBeNull()
    expect(tolerationSeconds(tolerating(null, null))).toBeNull()
    expect(tolerationSeconds(tolerating(30, 'other'))).toBe(0)
  })
})
