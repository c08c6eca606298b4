import { z } from 'zod'
import { allResources } from '@/lib/statefulset/model/objects'
import { clusterErrorCodes } from './errors'
import { exactly } from './exactly'
import type {
  ConnectionProblem,
  ConnectionState as ConnectionType,
  OverviewSnapshot as OverviewType,
  ResourceReport as ReportType,
  ResourceReports as ReportsType,
  SetSnapshot as SetType,
  StreamMessages,
  StreamSigns,
  TopicFailure,
} from './stream'
import { StatefulSetSummary, StatefulSetView } from './views'

/** The types of stream.ts as schemas; what each field means stands there. */

const text = z.string()

const Problem = exactly<ConnectionProblem>()(
  z.strictObject({ code: text, message: text, tried: text }).meta({ id: 'ConnectionProblem' }),
)

export const ConnectionState = exactly<ConnectionType>()(
  z
    .strictObject({
      state: z.enum(['connecting', 'live', 'stale', 'error']),
      since: text,
      tried: z.int().optional(),
      error: Problem.optional(),
      serverVersion: text.nullable(),
      demo: z.boolean(),
      server: text,
      user: text,
      name: text,
      skewMs: z.int().optional(),
      missingNamespaces: z.array(text).optional(),
    })
    .meta({ id: 'ConnectionState' }),
)

const some = {
  only: z.strictObject({ namespaces: z.array(text), rule: text.nullable() }).optional(),
  skipped: z.int().optional(),
  unreadable: z.array(z.strictObject({ namespace: text, name: text, reason: text })).optional(),
}
export const ResourceReport = exactly<ReportType>()(
  z
    .discriminatedUnion('state', [
      z.strictObject({ state: z.literal('catching-up'), ...some }),
      z.strictObject({ state: z.literal('live'), ...some }),
      z.strictObject({ state: z.literal('stale'), since: text, reason: text, rule: text.optional(), ...some }),
      z.strictObject({ state: z.literal('forbidden'), rule: text, ...some }),
      z.strictObject({ state: z.literal('absent'), ...some }),
    ])
    .meta({ id: 'ResourceReport' }),
)

/** Every kind is there: a record whose keys are an enum has all of them. */
export const ResourceReports = exactly<ReportsType>()(
  z.record(z.enum(allResources), ResourceReport).meta({ id: 'ResourceReports' }),
)

const state = { connection: ConnectionState, kinds: ResourceReports }

const OverviewSnapshot = exactly<OverviewType>()(
  z.strictObject({ version: text, ...state, summaries: z.array(StatefulSetSummary) }).meta({ id: 'OverviewSnapshot' }),
)

const Failure = exactly<TopicFailure>()(
  z
    .strictObject({ code: z.enum([...clusterErrorCodes, 'view-failed', 'internal']), message: text })
    .meta({ id: 'TopicFailure' }),
)

const SetSnapshot = exactly<SetType>()(
  z
    .strictObject({ version: text, ...state, view: StatefulSetView.nullable(), failure: Failure.optional() })
    .meta({ id: 'SetSnapshot' }),
)

type StreamEvents = StreamMessages & StreamSigns

/** The data of each server-sent event of a stream, by its name. */
export const streamEvents: { readonly [Name in keyof StreamEvents]: z.ZodType<StreamEvents[Name]> } = {
  snapshot: z.union([OverviewSnapshot, SetSnapshot]),
  changed: z.union([
    z.strictObject({ summaries: z.array(StatefulSetSummary) }),
    z.strictObject({ view: StatefulSetView }),
  ]),
  removed: z.strictObject({ keys: z.array(text) }),
  connection: z.strictObject(state),
  failed: Failure,
  heartbeat: z.strictObject({ topics: z.record(text, text) }),
  bye: z.strictObject({ reason: z.enum(['shutdown', 'stalled', 'error']) }),
}
