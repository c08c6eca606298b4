import { z } from 'zod'
import { ScalePlan } from '@/lib/contract/plans'
import { type ActionContract, done, examplePod, examplePreview, previewed, target } from './action'
import { autoscalers, budgets } from './lookups'

export const ScaleBody = z
  .strictObject({
    ...target,
    /** The generation that the person saw: when it has moved nothing is changed. */
    generation: z.int().min(1),
    replicas: z.int().min(0).max(2_147_483_647),
  })
  .meta({ id: 'ScaleBody' })
export type ScaleBody = z.infer<typeof ScaleBody>

export const ScalePreview = z
  .strictObject({
    ...previewed,
    plan: ScalePlan,
    autoscalers,
    budgets,
    /** Other field managers that own `spec.replicas`, and may set it back. */
    managers: z.array(
      z.strictObject({
        manager: z.string(),
        operation: z.string(),
        subresource: z.string().nullable(),
        time: z.string().nullable(),
      }),
    ),
    preconditions: z.strictObject({ uid: z.string(), generation: z.int() }),
  })
  .meta({ id: 'ScalePreview' })
export type ScalePreview = z.infer<typeof ScalePreview>

export const Scaled = z.strictObject({ ...done, from: z.int(), replicas: z.int() }).meta({ id: 'Scaled' })
export type Scaled = z.infer<typeof Scaled>

export const scale = {
  rate: 'change',
  rule: { verb: 'patch', group: 'apps', resource: 'statefulsets/scale', on: 'set' },
  summary: 'Sets the number of replicas, through the scale subresource.',
  example: {
    body: { ...examplePod, name: 'kubia', generation: 4, replicas: 2 },
    preview: { plan: { from: 3, to: 2 }, dryRun: examplePreview.dryRun },
  },
  body: ScaleBody,
  preview: ScalePreview,
  answer: Scaled,
} satisfies ActionContract
