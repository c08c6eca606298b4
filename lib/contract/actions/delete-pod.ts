import { z } from 'zod'
import { PodDeletePlan } from '@/lib/contract/plans'
import { type ActionContract, done, exampleAnswer, examplePod, previewed, target } from './action'
import { budgets } from './lookups'

export const DeletePodBody = z.strictObject(target).meta({ id: 'DeletePodBody' })
export type DeletePodBody = z.infer<typeof DeletePodBody>

export const DeletePodPreview = z
  .strictObject({
    ...previewed,
    /** Null for a pod that belongs to no set that is known. */
    plan: PodDeletePlan.nullable(),
    budgets,
    preconditions: z.strictObject({ uid: z.string() }),
  })
  .meta({ id: 'DeletePodPreview' })
export type DeletePodPreview = z.infer<typeof DeletePodPreview>

export const PodDeleted = z.strictObject(done).meta({ id: 'PodDeleted' })
export type PodDeleted = z.infer<typeof PodDeleted>

export const deletePod = {
  rate: 'change',
  rule: { verb: 'delete', group: '', resource: 'pods', on: 'pod' },
  summary: 'Deletes a pod gracefully.',
  example: { body: examplePod, answer: exampleAnswer },
  body: DeletePodBody,
  preview: DeletePodPreview,
  answer: PodDeleted,
} satisfies ActionContract
