import 'server-only'
import { z } from 'zod'
import { isLabel, isObjectName, isQualifiedName } from '@/lib/names'
import { settings } from '@/lib/settings'

const namespace = z.string().max(63).refine(isLabel, 'is not the name of a namespace')
const name = z.string().max(253).refine(isObjectName, 'is not the name of an object')
const uid = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'is not a uid')
/** Made when a dialog opens: a second body with the same key does nothing and gets the first one's answer. */
const idempotencyKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,80}$/, 'is 8 to 80 letters, digits, - and _')
  .optional()
/** What the person typed; compared with the object's name when it is there. */
const confirm = z.string().max(253).optional()

const common = { namespace, name, uid, idempotencyKey, confirm }

/** What each action wants; unknown fields are refused. Who leaves `confirm` out has asked the person in its own way. */
export const bodies = {
  scale: z.strictObject({
    ...common,
    generation: z.int().min(1),
    replicas: z
      .int()
      .min(0)
      .refine((value) => value <= settings().maxReplicas, 'is more than ORDINAL_MAX_REPLICAS allows'),
  }),
  'delete-pod': z.strictObject(common),
  'force-delete-pod': z.strictObject({
    ...common,
    /** Codes of the contradictions that the person was shown and wrote out; any other one refuses the deletion. */
    contradictions: z.array(z.string().max(64)).max(16).default([]),
  }),
  'remove-finalizers': z.strictObject({
    ...common,
    /** The whole list as it was shown, in its order. */
    finalizers: z.array(z.string().max(317).refine(isQualifiedName, 'is not a finalizer')).min(1).max(64),
  }),
}

export type ActionName = keyof typeof bodies
export type BodyOf<A extends ActionName> = z.infer<(typeof bodies)[A]>
export const actionNames = Object.keys(bodies) as ActionName[]
