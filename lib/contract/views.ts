import { z } from 'zod'
import { allResources, type Resource } from '@/lib/statefulset/model/objects'
import type {
  Cause as CauseType,
  ClaimView,
  ContainerView,
  Need as NeedType,
  NextStep,
  OrdinalState,
  OrdinalView,
  Problem,
  Proof as ProofType,
  StatefulSetSummary as SummaryType,
  StatefulSetView as ViewType,
  Waiting as WaitingType,
} from '@/lib/statefulset/model/view'
import { exactly } from './exactly'

/** The views of lib/statefulset/model/view.ts as schemas; what each field means stands there. */

const text = z.string()
const orNull = text.nullable()
const count = z.int()
const params = z.record(text, z.union([text, z.number()]))
const retention = z.enum(['Retain', 'Delete'])

/** Every resource that is followed, by its plural name. */
export const ResourceName = exactly<Resource>()(z.enum(allResources).meta({ id: 'Resource' }))

/** By kind: the missing rule. */
export const UnknownKinds = exactly<Partial<Record<Resource, string>>>()(z.partialRecord(z.enum(allResources), text))

const states = [
  'ok',
  'outdated',
  'arriving',
  'init',
  'settling',
  'leaving',
  'blocked',
  'refused',
  'surplus',
  'ghost',
  'suspect',
  'unready',
  'nowhere',
  'disk',
  'stuck',
  'wedged',
  'crash',
  'image',
  'twin-risk',
  'unknown',
] as const
const State = exactly<OrdinalState>()(z.enum(states).meta({ id: 'OrdinalState' }))

export const Proof = exactly<ProofType>()(
  z.strictObject({ object: text, field: text, value: text, at: orNull }).meta({ id: 'Proof' }),
)

export const Waiting = exactly<WaitingType>()(
  z
    .strictObject({
      ordinal: count.nullable(),
      reason: text,
      params,
      message: text,
      since: orNull,
      atLeast: z.literal(true).optional(),
      blocks: z.array(text),
      proof: z.array(Proof).optional(),
      until: orNull.optional(),
      unseen: z.array(ResourceName).optional(),
    })
    .meta({ id: 'Waiting' }),
)

const Cause = exactly<CauseType>()(
  z
    .strictObject({
      reason: text,
      params,
      message: text,
      since: orNull,
      atLeast: z.literal(true).optional(),
      proof: z.array(Proof),
    })
    .meta({ id: 'Cause' }),
)

const Container = exactly<ContainerView>()(
  z.strictObject({
    name: text,
    image: text,
    init: z.boolean(),
    ready: z.boolean(),
    restarts: count,
    state: text,
  }),
)

const Claim = exactly<ClaimView>()(
  z
    .strictObject({
      template: text,
      name: text,
      exists: z.boolean().nullable(),
      uid: orNull,
      phase: orNull,
      requested: orNull,
      capacity: orNull,
      storageClass: orNull,
      deletionTimestamp: orNull,
      createdAt: orNull,
      volume: z
        .strictObject({
          name: text,
          exists: z.boolean().nullable(),
          phase: orNull,
          reclaimPolicy: orNull,
          zone: orNull,
          deletionTimestamp: orNull,
        })
        .nullable(),
    })
    .meta({ id: 'Claim' }),
)

const Ordinal = exactly<OrdinalView>()(
  z
    .strictObject({
      ordinal: count,
      name: text,
      inRange: z.boolean(),
      state: State,
      pod: z
        .strictObject({
          uid: text,
          phase: text,
          status: text,
          ready: z.boolean(),
          readyContainers: count,
          containersTotal: count,
          containers: z.array(Container),
          restarts: count,
          lastRestart: orNull,
          ip: orNull,
          node: orNull,
          revision: text,
          createdAt: text,
          deletionTimestamp: orNull,
          deletionGracePeriodSeconds: z.number().nullable(),
          finalizers: z.array(text),
          owned: z.boolean(),
        })
        .nullable(),
      node: z
        .strictObject({
          name: text,
          exists: z.boolean(),
          ready: z.enum(['True', 'False', 'Unknown']),
          since: orNull,
          zone: orNull,
        })
        .nullable(),
      claims: z.array(Claim),
      peer: z.strictObject({
        hostname: text,
        srv: z.array(z.strictObject({ priority: count, weight: count, port: count, target: text })),
        endpoint: z
          .strictObject({ address: text, ready: z.boolean(), serving: z.boolean(), terminating: z.boolean() })
          .nullable(),
      }),
      cause: Cause.nullable().optional(),
      since: orNull,
    })
    .meta({ id: 'Ordinal' }),
)

const Next = exactly<NextStep>()(
  z.strictObject({ action: z.enum(['create', 'delete', 'update']), ordinal: count, now: z.boolean() }),
)

const Severity = z.enum(['critical', 'warning', 'info'])

const Found = exactly<Problem>()(
  z
    .strictObject({
      runbook: text,
      alias: text,
      severity: Severity,
      params,
      title: text,
      ordinals: z.array(count),
      since: orNull,
      proof: z.array(Proof),
    })
    .meta({ id: 'Problem' }),
)

const Need = exactly<NeedType>()(
  z
    .strictObject({
      by: z.enum(['cause', 'finding']),
      reason: text,
      params,
      message: text,
      state: State.nullable(),
      ordinals: z.array(count),
      since: orNull,
      atLeast: z.literal(true).optional(),
      urgency: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
      runbook: z.strictObject({ id: text, alias: text }).nullable(),
      shared: z
        .strictObject({
          kind: z.enum([
            'node-silent',
            'node-gone',
            'node-unready',
            'storage-class',
            'quota',
            'webhook',
            'service-account',
            'zone',
            'image',
          ]),
          namespace: text,
          name: text,
        })
        .nullable(),
    })
    .meta({ id: 'Need' }),
)

export const StatefulSetView = exactly<ViewType>()(
  z
    .strictObject({
      cluster: text,
      namespace: text,
      name: text,
      uid: text,
      generation: count,
      observedGeneration: count,
      createdAt: text,
      deletionTimestamp: orNull,
      drivenBy: z.strictObject({ kind: text, group: text, name: text, rollout: z.boolean() }).nullable(),
      replicas: z.strictObject({
        desired: count,
        created: count,
        ready: count,
        available: count,
        updated: count,
        leaving: count,
      }),
      spec: z.strictObject({
        start: count,
        podManagementPolicy: text,
        updateStrategy: text,
        partition: count.nullable(),
        maxUnavailable: orNull,
        minReadySeconds: count,
        whenScaled: retention,
        whenDeleted: retention,
        serviceName: text,
        claimTemplates: z.array(text),
        containers: z.array(text),
        images: z.array(text),
        terminationGracePeriodSeconds: z.number().nullable(),
      }),
      service: z.strictObject({
        name: text,
        exists: z.boolean(),
        headless: z.boolean(),
        publishNotReadyAddresses: z.boolean(),
        problem: z.enum(['missing', 'not-headless', 'selects-nothing', 'unknown']).nullable(),
        ports: z.array(z.strictObject({ name: orNull, port: count, targetPort: text, protocol: text })),
      }),
      revisions: z.strictObject({ current: text, update: text }),
      ordinals: z.array(Ordinal),
      ordinalsOmitted: count,
      waitingFor: Waiting.nullable(),
      next: z.array(Next).optional(),
      nextOmitted: count.optional(),
      problems: z.array(Found).optional(),
      needs: z.array(Need),
      unknown: UnknownKinds,
      unreadable: z
        .partialRecord(z.enum(allResources), z.array(z.strictObject({ name: text, reason: text })))
        .optional(),
      changedAt: text,
    })
    .meta({ id: 'StatefulSetView' }),
)

export const StatefulSetSummary = exactly<SummaryType>()(
  z
    .strictObject({
      namespace: text,
      name: text,
      uid: text,
      desired: count,
      ready: count,
      created: count,
      updated: count,
      leaving: count,
      deleting: z.boolean(),
      ordinals: z.array(z.tuple([count, State, count])),
      ordinalsOmitted: count,
      worst: State,
      revision: z.strictObject({ current: text, update: text }),
      partition: count.nullable(),
      waitingFor: z
        .strictObject({ ordinal: count.nullable(), reason: text, params, message: text, since: orNull })
        .nullable(),
      needs: z.array(Need),
      nodes: z.array(text),
      images: z.array(text),
      claimTemplates: z.array(text),
      problems: z
        .array(
          z.strictObject({
            runbook: text,
            alias: text,
            severity: Severity,
            params,
            ordinals: z.array(count),
            since: orNull,
          }),
        )
        .optional(),
      changedAt: text,
    })
    .meta({ id: 'StatefulSetSummary' }),
)
