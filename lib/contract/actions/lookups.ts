import { z } from 'zod'
import { Unknown } from '@/lib/contract/unknown'

/** A HorizontalPodAutoscaler whose target is the set. */
export const Autoscaler = z
  .strictObject({
    name: z.string(),
    min: z.int(),
    max: z.int(),
    /** Kubernetes 1.37: the zero is the autoscaler's own, and it will raise it again. */
    scaledToZero: z.boolean(),
  })
  .meta({ id: 'Autoscaler' })
export type Autoscaler = z.infer<typeof Autoscaler>

/** One that cannot be read, so that it is not known what it wants; without a name where not even that can be read. */
const UnreadableAutoscaler = Unknown.extend({ name: z.string() }).meta({ id: 'UnreadableAutoscaler' })
export type ListedAutoscaler = Autoscaler | z.infer<typeof UnreadableAutoscaler>

/** A PodDisruptionBudget whose selector fits. It stops no deletion and no scale; people ask for it. */
export const Budget = z
  .strictObject({
    name: z.string(),
    disruptionsAllowed: z.int().nullable(),
    minAvailable: z.string().nullable(),
    maxUnavailable: z.string().nullable(),
  })
  .meta({ id: 'Budget' })
export type Budget = z.infer<typeof Budget>

export const autoscalers = z.union([z.array(z.union([Autoscaler, UnreadableAutoscaler])), Unknown])
export const budgets = z.union([z.array(Budget), Unknown])
