import { describe, expect, it } from 'vitest'
import type { Claim, SetObjects } from '@/lib/statefulset/model/objects'
import {
  at,
  exampleClaim,
  exampleClass,
  exampleEvent,
  exampleObjects,
  examplePod,
  exampleSet,
} from '@/test/fixtures/example-objects'
import { find } from '@/test/fixtures/findings'

describe('claims that no volume will come for', () => {
  const set = exampleSet({ replicas: 1 })
  const pods = [examplePod(set, 0, { phase: 'Pending', node: null, conditions: [] })]
  const pending = (spec: Partial<Claim['spec']> = {}, created = at(-60)) =>
    exampleClaim(set, 0, { phase: 'Pending', spec, metadata: { creationTimestamp: created } })
  const reason = (changes: Partial<SetObjects>, seconds = 0) =>
    find(exampleObjects(set, { pods, ...changes }), 'pending-claim', seconds)?.params.reason
  it('names a missing default, a missing class, and a driver that fails', () => {
    expect(reason({ claims: [pending({ storageClassName: null })] })).toBe('noClass')
    expect(reason({ claims: [pending({ storageClassName: 'nope' })] })).toBe('classMissing')
    const claim = pending()
    const events = [exampleEvent('PersistentVolumeClaim', claim.metadata, 'ProvisioningFailed', 'out of space')]
    expect(reason({ claims: [claim], events })).toBe('provisioningFailed')
  })
  it('is found by the Normal event of a claim without a class', () => {
    const claim = pending({ storageClassName: null })
    const message = 'no persistent volumes available for this claim and no storage class is set'
    const events = [exampleEvent('PersistentVolumeClaim', claim.metadata, 'FailedBinding', message, { type: 'Normal' })]
    const storageClasses = new Map([['fast', exampleClass('fast', { isDefault: true })]])
    expect(reason({ claims: [claim], events, storageClasses })).toBe('noClass')
  })
  it('is not found for a claim that waits for its pod to be placed', () => {
    expect(reason({ claims: [pending({}, at(-9000))] })).toBeUndefined()
  })
  it('is not found where the classes may not be seen and the pod has no node: it may wait for its pod', () => {
    const unseen = { storageClasses: new Map(), unknown: { storageclasses: 'list storageclasses' } }
    expect(reason({ claims: [pending({}, at(-9000))], ...unseen })).toBeUndefined()
    const placed = [examplePod(set, 0, { phase: 'Pending' })]
    expect(reason({ claims: [pending({}, at(-9000))], pods: placed, ...unseen })).toBe('pending')
  })
  it('is found when an immediate claim has waited for five minutes', () => {
    const storageClasses = new Map([['fast', exampleClass('fast', { volumeBindingMode: 'Immediate' })]])
    expect(reason({ claims: [pending()], storageClasses })).toBeUndefined()
    expect(reason({ claims: [pending()], storageClasses }, 240)).toBe('pending')
  })
})
