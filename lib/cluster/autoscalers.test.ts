import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { autoscalerFor } from './autoscalers'

const target = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web' }
const autoscaler = (spec: object, status: unknown = {}) => ({ metadata: { name: 'auto' }, spec, status })

describe('an autoscaler of a set', () => {
  it('is read with its defaults', () => {
    expect(autoscalerFor(autoscaler({ scaleTargetRef: target, maxReplicas: 9 }), 'web')).toEqual([
      { name: 'auto', min: 1, max: 9, scaledToZero: false },
    ])
    const zero = { conditions: [{ type: 'ScaledToZero', status: 'True' }] }
    expect(autoscalerFor(autoscaler({ scaleTargetRef: target, minReplicas: 0, maxReplicas: 9 }, zero), 'web')).toEqual([
      { name: 'auto', min: 0, max: 9, scaledToZero: true },
    ])
  })

  it.each([
    ['another set', { ...target, name: 'db' }],
    ['a Deployment of the name', { ...target, kind: 'Deployment' }],
    ['a StatefulSet of another group', { ...target, apiVersion: 'apps.kruise.io/v1beta1' }],
    ['no target', undefined],
  ])('is not one that scales %s, whatever else is wrong with it', (_whom, scaleTargetRef) => {
    expect(autoscalerFor(autoscaler({ scaleTargetRef, maxReplicas: 'many' }), 'web')).toEqual([])
  })

  it.each([
    ['spec.maxReplicas is missing', autoscaler({ scaleTargetRef: target })],
    ['spec.maxReplicas is not a whole number', autoscaler({ scaleTargetRef: target, maxReplicas: '9' })],
    [
      'spec.minReplicas is not a whole number',
      autoscaler({ scaleTargetRef: target, minReplicas: 1.5, maxReplicas: 9 }),
    ],
    ['status.conditions is not a list', autoscaler({ scaleTargetRef: target, maxReplicas: 9 }, { conditions: 'none' })],
    ['status is not an object', autoscaler({ scaleTargetRef: target, maxReplicas: 9 }, 'fine')],
    ['spec.scaleTargetRef is not an object', autoscaler({ scaleTargetRef: 'web', maxReplicas: 9 })],
    ['spec.scaleTargetRef.name is not text', autoscaler({ scaleTargetRef: { ...target, name: 7 }, maxReplicas: 9 })],
  ])('that cannot be read is unknown, and neither absent nor zero: %s', (unknown, json) => {
    expect(autoscalerFor(json, 'web')).toEqual([{ name: 'auto', unknown }])
  })

  it('int64 numbers are clamped', () => {
    const [read] = autoscalerFor(autoscaler({ scaleTargetRef: target, maxReplicas: 2 ** 63 }), 'web')
    expect(read).toMatchObject({ max: Number.MAX_SAFE_INTEGER })
  })

  it('of any shape never throws, and gives numbers only where the object has them', () => {
    const part = fc.oneof(fc.constant(target), fc.jsonValue({ maxDepth: 2 }))
    const shape = fc.record(
      {
        metadata: fc.oneof(fc.constant({ name: 'a' }), fc.jsonValue({ maxDepth: 1 })),
        spec: fc.oneof(
          fc.record(
            {
              scaleTargetRef: part,
              maxReplicas: fc.jsonValue({ maxDepth: 0 }),
              minReplicas: fc.jsonValue({ maxDepth: 0 }),
            },
            { requiredKeys: [] },
          ),
          fc.jsonValue({ maxDepth: 1 }),
        ),
        status: fc.jsonValue({ maxDepth: 2 }),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(shape, fc.jsonValue()), (json) => {
        for (const read of autoscalerFor(json, 'web')) {
          if ('unknown' in read) expect(read.unknown).not.toBe('')
          else expect([read.max, read.min].every(Number.isInteger)).toBe(true)
        }
      }),
    )
  })
})
