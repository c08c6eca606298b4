import { z } from 'zod'
import { collected } from '@/lib/contract/evidence'
import { ending } from '@/lib/contract/plans'
import { type ActionContract, done, examplePod, examplePreview, previewed, target } from './action'

export const ForceDeletePodBody = z
  .strictObject({
    ...target,
    /** Codes of the contradictions that the person was shown and wrote out; any other one refuses the deletion. */
    contradictions: z.array(z.string().max(64)).max(16).default([]),
  })
  .meta({ id: 'ForceDeletePodBody' })
export type ForceDeletePodBody = z.infer<typeof ForceDeletePodBody>

export const ForceDeletePodPreview = z
  .strictObject({ ...previewed, ...collected, ...ending, preconditions: z.strictObject({ uid: z.string() }) })
  .meta({ id: 'ForceDeletePodPreview' })
export type ForceDeletePodPreview = z.infer<typeof ForceDeletePodPreview>

export const PodForceDeleted = z
  .strictObject({
    ...done,
    /** Finalizers keep the object: it is still there, and taking them away is the last step. */
    keptBy: z.array(z.string()).readonly(),
  })
  .meta({ id: 'PodForceDeleted' })
export type PodForceDeleted = z.infer<typeof PodForceDeleted>

export const forceDeletePod = {
  rate: 'destructive',
  rule: { verb: 'delete', group: '', resource: 'pods', on: 'pod' },
  summary: 'Takes a pod out of the API with grace period 0, on evidence that it does not run any more.',
  example: { body: examplePod, preview: { ...examplePreview, evidence: { verdict: 'likely-gone' } } },
  body: ForceDeletePodBody,
  preview: ForceDeletePodPreview,
  answer: PodForceDeleted,
} satisfies ActionContract
