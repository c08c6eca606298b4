import { z } from 'zod'
import type { Event as EventType } from '@/lib/statefulset/model/objects'
import { actionErrorCodes, clusterErrorCodes, type ErrorAnswer, requestErrorCodes } from './errors'
import { exactly } from './exactly'
import { ConnectionState, ResourceReport, ResourceReports } from './snapshots'
import { StatefulSetSummary, StatefulSetView } from './views'

/** What the reading routes answer with, beside views, rights and evidence. */

const text = z.string()
const orNull = text.nullable()

export const Health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' })
export type Health = z.infer<typeof Health>

export const Ready = z
  .strictObject({
    ready: z.boolean(),
    cluster: text,
    connection: z.enum(['connecting', 'live', 'stale', 'error']),
    /** The kinds that are not up to date. */
    waiting: z.array(text),
  })
  .meta({ id: 'Ready' })
export type Ready = z.infer<typeof Ready>

export const ClusterList = z
  .strictObject({
    /** The one that opens first; null with `problem` when none can. */
    default: orNull,
    problem: text.optional(),
    clusters: z.array(
      z.strictObject({
        id: text,
        name: text,
        origin: z.enum(['kubeconfig', 'in-cluster', 'url']),
        server: text,
        user: text,
        namespace: text,
        current: z.boolean(),
        /** Why it cannot be used; null when it can be tried. */
        broken: orNull,
        /** Null while nobody has opened it. */
        connection: ConnectionState.nullable(),
      }),
    ),
  })
  .meta({ id: 'ClusterList' })
export type ClusterList = z.infer<typeof ClusterList>

export const ClusterState = z
  .strictObject({ id: text, connection: ConnectionState, kinds: ResourceReports })
  .meta({ id: 'ClusterState' })
export type ClusterState = z.infer<typeof ClusterState>

/** Summaries, or with `view=full` whole views. */
export const SetsAnswer = z
  .strictObject({
    version: text,
    connection: ConnectionState,
    kinds: ResourceReports,
    statefulsets: z.union([z.array(StatefulSetSummary), z.array(StatefulSetView)]),
  })
  .meta({ id: 'StatefulSets' })
export type SetsAnswer = z.infer<typeof SetsAnswer>

const Event = exactly<EventType>()(
  z
    .strictObject({
      metadata: z.strictObject({
        name: text,
        namespace: text,
        uid: text,
        resourceVersion: text,
        generation: z.number().nullable(),
        creationTimestamp: text,
        deletionTimestamp: orNull,
        deletionGracePeriodSeconds: z.number().nullable(),
        finalizers: z.array(text),
        finalizerManagers: z.record(text, text).exactOptional(),
        labels: z.record(text, text),
        annotations: z.record(text, text),
        owners: z.array(
          z.strictObject({ apiVersion: text, kind: text, name: text, uid: text, controller: z.boolean() }),
        ),
      }),
      type: text,
      reason: text,
      message: text,
      count: z.number(),
      firstSeen: orNull,
      lastSeen: orNull,
      source: orNull,
      involved: z.strictObject({ kind: text, namespace: text, name: text, uid: orNull, container: orNull }),
    })
    .meta({ id: 'Event' }),
)

export const EventsAnswer = z
  .strictObject({
    /** Newest first, at most 500. */
    events: z.array(Event),
    /** The rule that is missing where there may be more; null when all can be seen. */
    unknown: orNull,
    state: ResourceReport,
  })
  .meta({ id: 'Events' })
export type EventsAnswer = z.infer<typeof EventsAnswer>

/** The form of every error of the API. */
export const ErrorReply = exactly<ErrorAnswer>()(
  z
    .strictObject({
      error: z.strictObject({
        code: z.enum([...new Set([...clusterErrorCodes, ...actionErrorCodes, ...requestErrorCodes])]),
        message: text,
        details: z.unknown(),
      }),
    })
    .meta({ id: 'Error' }),
)

/** The description of the API itself, in its outline. */
export const OpenApiDocument = z
  .strictObject({
    openapi: z.literal('3.1.1'),
    info: z.strictObject({ title: text, version: text, description: text }),
    paths: z.record(text, z.record(text, z.unknown())),
    components: z.strictObject({ schemas: z.record(text, z.unknown()) }),
  })
  .meta({ id: 'OpenApi' })
export type OpenApiDocument = z.infer<typeof OpenApiDocument>
