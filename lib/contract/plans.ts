import { z } from 'zod'
import type { ClaimFate as FateType } from '@/lib/statefulset/plan/claim-fates'
import type { PodDeletePlan as DeleteType, ScalePlan as ScaleType } from '@/lib/statefulset/plan/plan'
import { exactly } from './exactly'
import { UnknownKinds, Waiting } from './views'

/** The plans of lib/statefulset/plan as schemas; what each field means stands there. */

const text = z.string()
const orNull = text.nullable()

export const ClaimFate = exactly<FateType>()(
  z
    .strictObject({
      template: text,
      name: text,
      fate: z.enum([
        'kept',
        'deleted',
        'kept-foreign',
        'wakes',
        'created',
        'replaced',
        'collected',
        'blocked-deleting',
        'blocked-stale',
        'stays',
        'absent',
        'unknown',
      ]),
      mayEnd: z.boolean(),
      uid: orNull,
      capacity: orNull,
      storageClass: orNull,
      createdAt: orNull,
      unusedSince: orNull,
      reclaimPolicy: orNull,
    })
    .meta({ id: 'ClaimFate' }),
)

export const ScalePlan = exactly<ScaleType>()(
  z
    .strictObject({
      from: z.int(),
      to: z.int(),
      policy: z.enum(['OrderedReady', 'Parallel']),
      steps: z.array(
        z.strictObject({
          action: z.enum(['create', 'delete']),
          ordinal: z.int(),
          pod: text,
          group: z.int(),
          now: z.boolean(),
          due: z.boolean(),
          leaving: z.boolean(),
          graceSeconds: z.number().nullable(),
          revision: orNull,
          claims: z.array(ClaimFate),
        }),
      ),
      result: z.strictObject({ first: z.int(), last: z.int() }).nullable(),
      blockedBy: Waiting.nullable(),
      ending: z.array(ClaimFate),
      confirm: z.array(z.enum(['claims-deleted', 'to-zero'])),
      omitted: z.int(),
      unknown: UnknownKinds,
    })
    .meta({ id: 'ScalePlan' }),
)

export const PodDeletePlan = exactly<DeleteType>()(
  z
    .strictObject({
      pod: text,
      uid: text,
      ordinal: z.int(),
      graceSeconds: z.number(),
      comesBack: z.union([z.literal(true), z.enum(['outside-range', 'set-deleting', 'not-owned'])]),
      revision: z.strictObject({ now: text, then: orNull }),
      claims: z.array(ClaimFate),
      confirm: z.array(z.literal('claims-deleted')),
      blockedBy: Waiting.nullable(),
      holdsUpTheSet: z.boolean(),
      unknown: UnknownKinds,
    })
    .meta({ id: 'PodDeletePlan' }),
)

/** Claims that may end with a pod, and what has to be typed for then; the fields of every preview that ends a pod. */
export const ending = { claims: z.array(ClaimFate), confirm: z.array(z.literal('claims-deleted')) }
export type Ending = Pick<DeleteType, 'claims' | 'confirm'>
