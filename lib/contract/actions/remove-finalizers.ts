import { z } from 'zod'
import { Finalizer } from '@/lib/contract/names'
import { ending } from '@/lib/contract/plans'
import { type ActionContract, done, exampleAnswer, examplePod, previewed, target } from './action'

export const RemoveFinalizersBody = z
  .strictObject({
    ...target,
    /** The whole list as it was shown, in its order. */
    finalizers: z.array(Finalizer).min(1).max(64).readonly(),
  })
  .meta({ id: 'RemoveFinalizersBody' })
export type RemoveFinalizersBody = z.infer<typeof RemoveFinalizersBody>

const finalizers = z.array(z.string()).readonly()

/** Who would take a finalizer away, and whether that program runs, as far as its Lease tells. */
export const FinalizerKeeper = z
  .strictObject({
    finalizer: z.string(),
    /** By the finalizer's name, or whoever set it; null where neither is known. */
    keeper: z.string().nullable(),
    runs: z.enum(['yes', 'no', 'not-known']),
    renewedAt: z.string().nullable(),
    /** Why it is not known, where something could not be read. */
    unknown: z.string().nullable(),
  })
  .meta({ id: 'FinalizerKeeper' })
export type FinalizerKeeper = z.infer<typeof FinalizerKeeper>

export const RemoveFinalizersPreview = z
  .strictObject({
    ...previewed,
    ...ending,
    finalizers,
    keepers: z.array(FinalizerKeeper).readonly(),
    preconditions: z.strictObject({ uid: z.string(), finalizers }),
  })
  .meta({ id: 'RemoveFinalizersPreview' })
export type RemoveFinalizersPreview = z.infer<typeof RemoveFinalizersPreview>

export const FinalizersRemoved = z.strictObject(done).meta({ id: 'FinalizersRemoved' })
export type FinalizersRemoved = z.infer<typeof FinalizersRemoved>

export const removeFinalizers = {
  rate: 'destructive',
  rule: { verb: 'patch', group: '', resource: 'pods', on: 'pod' },
  summary: 'Removes exactly the finalizers that were shown from a pod that is being deleted.',
  example: { body: { ...examplePod, finalizers: ['example.com/hold'] }, answer: exampleAnswer },
  body: RemoveFinalizersBody,
  preview: RemoveFinalizersPreview,
  answer: FinalizersRemoved,
} satisfies ActionContract
