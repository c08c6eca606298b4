import { z } from 'zod'
import { LabelName, ObjectName, Uid } from '@/lib/contract/names'

/**
 * `read`: nothing is written. `destructive`: what Kubernetes does not give back (a forced deletion, a finalizer). Each
 * destructive action is a `change` too.
 */
export type Rate = 'read' | 'change' | 'destructive'

/** The one right that an action writes with, as a role grants it; what it reads before is asked for by reading. */
export type ActionRule = {
  verb: 'create' | 'patch' | 'delete'
  group: '' | 'apps'
  resource: string
  on: 'set' | 'pod'
}

type Example = { body: Readonly<Record<string, unknown>> } & (
  { answer: Readonly<Record<string, unknown>> } | { preview: Readonly<Record<string, unknown>> }
)

/** What pages and the server agree on for one action. */
export type ActionContract = {
  rate: Exclude<Rate, 'read'>
  rule: ActionRule
  /** One sentence for people who read the API's description. */
  summary: string
  /** For the same people: a body, and what it is answered with, or a part of its preview. */
  example: Example
  body: z.ZodObject
  preview: z.ZodObject
  answer: z.ZodObject
}

/** The fields of every action's body. Unknown fields are refused. */
export const target = {
  namespace: LabelName,
  name: ObjectName,
  uid: Uid,
  /** Made when a dialog opens: a second body with the same key does nothing and gets the first one's answer. */
  idempotencyKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,80}$/, 'is 8 to 80 letters, digits, - and _')
    .optional(),
  /** What the person typed; compared with the object's name when it is there. Who leaves it out has asked otherwise. */
  confirm: z.string().max(253).optional(),
}

/** What the API server says to the same request when it may not store anything. */
export const DryRun = z
  .discriminatedUnion('ok', [
    z.strictObject({ ok: z.literal(true), warnings: z.array(z.string()) }),
    z.strictObject({ ok: z.literal(false), status: z.int(), code: z.string(), message: z.string() }),
  ])
  .meta({ id: 'DryRun' })
export type DryRun = z.infer<typeof DryRun>

/** The pod of the examples, and what every preview and every answer has, for them. */
export const examplePod = { namespace: 'default', name: 'kubia-0', uid: '5f0cbd11-2d6c-4c3e-9a51-6d0c1f3b7e28' }
export const examplePreview = {
  command: 'kubectl delete pod kubia-0 -n default',
  dryRun: { ok: true, warnings: [] },
} satisfies { command: string; dryRun: DryRun }
export const exampleAnswer = { id: '…', confirmedBy: 'answer', warnings: [] }

/** The fields of every preview. */
export const previewed = {
  /** The same for a terminal. */
  command: z.string(),
  dryRun: DryRun,
}

/** The fields of every answer. */
export const done = {
  /** Of the lines in the journal. */
  id: z.string(),
  /** `answer`: the API server said so; `reading`: its answer was lost, and reading again showed the effect. */
  confirmedBy: z.enum(['answer', 'reading']),
  /** What the API server warned of. */
  warnings: z.array(z.string()),
}
