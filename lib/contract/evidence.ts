import { z } from 'zod'
import type {
  Evidence as EvidenceType,
  EvidenceCode as CodeType,
  EvidenceItem,
} from '@/lib/statefulset/explain/evidence'
import { exactly } from './exactly'
import { Proof } from './views'

/** Whether a pod may still run: lib/statefulset/explain/evidence.ts as a schema, with what was read to judge it. */

const orNull = z.string().nullable()

export const EvidenceCode = exactly<CodeType>()(
  z
    .enum([
      'node-gone',
      'node-silent',
      'node-unready',
      'node-ready',
      'node-unseen',
      'never-bound',
      'out-of-service',
      'rebooted',
      'lease-moves',
      'lease-fresh',
      'lease-old',
      'lease-still',
      'lease-absent',
      'lease-unseen',
      'overdue',
      'within-grace',
      'not-deleting',
      'ended',
      'endpoint-serving',
      'endpoint-not-serving',
      'endpoint-unseen',
      'probe-answers',
      'probe-refused',
      'probe-silent',
      'probe-not-asked',
      'many-nodes-silent',
      'silent-nodes',
      'silent-nodes-unseen',
    ])
    .meta({ id: 'EvidenceCode' }),
)

const Item = exactly<EvidenceItem>()(
  z
    .strictObject({
      code: EvidenceCode,
      speaks: z.enum(['for', 'against', 'open']),
      params: z.record(z.string(), z.union([z.string(), z.number()])),
      since: orNull,
      proof: z.array(Proof),
      follows: EvidenceCode.nullable(),
    })
    .meta({ id: 'EvidenceItem' }),
)

const SaferWay = z
  .enum(['wait-grace', 'plain-delete', 'wait-for-node', 'out-of-service', 'delete-node', 'remove-finalizers'])
  .meta({ id: 'SaferWay' })

const Evidence = exactly<EvidenceType>()(
  z
    .strictObject({
      verdict: z.enum(['gone', 'likely-gone', 'unknown', 'contradicted']),
      items: z.array(Item),
      contradictions: z.array(Item),
      offered: z.union([
        z.literal(true),
        z.enum(['not-overdue-and-node-answers', 'not-bound-and-not-overdue', 'only-finalizers-hold']),
      ]),
      saferWays: z.array(SaferWay),
      primary: z.union([SaferWay, z.literal('force-delete')]),
      overdueSeconds: z.number().nullable(),
    })
    .meta({ id: 'Evidence' }),
)

/** The fields of `CollectedEvidence`, which a preview has too. */
export const collected = {
  /** The set and the ordinal that the pod's name stands for; null when no set controls it. */
  owner: z.strictObject({ set: z.string(), ordinal: z.int() }).nullable(),
  pod: z.strictObject({
    uid: z.string(),
    node: orNull,
    deletionTimestamp: orNull,
    finalizers: z.array(z.string()).readonly(),
  }),
  node: z.strictObject({ uid: z.string(), bootID: orNull }).nullable(),
  evidence: Evidence,
  /** By the API server's clock. */
  collectedAt: z.string(),
}

/** Whether a pod may still run, collected a moment ago. */
export const CollectedEvidence = z.strictObject(collected).meta({ id: 'CollectedEvidence' })
export type CollectedEvidence = z.infer<typeof CollectedEvidence>
