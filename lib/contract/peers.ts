import { z } from 'zod'
import { unpublishedReasons } from '@/lib/statefulset/peers/expected'
import type { OwnView, Peer, PeersOfSet } from '@/lib/statefulset/peers/peers'
import type { DnsAnswer, DnsRecord, SrvData } from '@/lib/statefulset/peers/records'
import { type Verdict, verdictCodes } from '@/lib/statefulset/peers/verdict'
import { exactly } from './exactly'

/** What `GET …/peers` answers with: what DNS, the slices and Kubernetes' rules say of each ordinal, side by side. */

const text = z.string()
const texts = z.array(text)
const orNull = text.nullable()
const seconds = z.number().nullable()

const Srv = exactly<SrvData>()(
  z.strictObject({ priority: z.int(), weight: z.int(), port: z.int(), target: text }).meta({ id: 'SrvData' }),
)

const Record = exactly<DnsRecord>()(
  z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('SRV'), name: text, ttl: z.int(), data: Srv }),
      z.strictObject({ type: z.enum(['A', 'AAAA', 'CNAME']), name: text, ttl: z.int(), data: text }),
    ])
    .meta({ id: 'DnsRecord' }),
)

const Answer = exactly<DnsAnswer>()(
  z
    .strictObject({
      question: z.strictObject({ name: text, type: z.enum(['SRV', 'A', 'AAAA']) }),
      rcode: text,
      records: z.array(Record),
      additionals: z.array(Record),
      negativeTtl: seconds,
      ms: z.number(),
    })
    .meta({ id: 'DnsAnswer' }),
)

const PeerVerdict = exactly<Verdict>()(
  z
    .strictObject({
      code: z.enum(verdictCodes),
      because: z.enum([...unpublishedReasons, 'endpointslice', 'dns', 'pending', 'pods', 'services']).nullable(),
      left: seconds,
      others: z.array(z.int()),
    })
    .meta({ id: 'PeerVerdict' }),
)

const PeerOwnView = exactly<OwnView>()(
  z.strictObject({ says: orNull, sees: z.array(z.int()).nullable(), problem: orNull }).meta({ id: 'PeerOwnView' }),
)

const PeerOfOrdinal = exactly<Peer>()(
  z
    .strictObject({
      ordinal: z.int(),
      pod: text,
      inRange: z.boolean(),
      expected: z.strictObject({
        name: text,
        addresses: texts,
        because: z.enum(unpublishedReasons).nullable(),
        srv: z.array(Srv),
      }),
      slice: z
        .strictObject({ addresses: texts, ready: z.boolean(), serving: z.boolean(), terminating: z.boolean() })
        .nullable(),
      dns: z
        .strictObject({
          rcode: text,
          addresses: texts,
          ttl: seconds,
          ms: z.number(),
          at: text,
          srv: z.boolean().nullable(),
        })
        .nullable(),
      verdict: PeerVerdict,
      app: PeerOwnView.nullable(),
    })
    .meta({ id: 'Peer' }),
)

const PeersService = exactly<PeersOfSet['service']>()(
  z
    .strictObject({
      name: text,
      exists: z.boolean().nullable(),
      headless: z.boolean().nullable(),
      publishNotReadyAddresses: z.boolean().nullable(),
      ports: z.array(z.strictObject({ name: orNull, port: z.int(), targetPort: text, protocol: text })),
      problems: z.array(
        z.enum([
          'unknown',
          'no-name',
          'missing',
          'external-name',
          'not-headless',
          'selects-nothing',
          'no-ports',
          'hides-unready',
          'other-service',
        ]),
      ),
    })
    .meta({ id: 'PeersService' }),
)

export const PeersAnswer = z
  .strictObject({
    namespace: text,
    name: text,
    service: PeersService,
    zone: text,
    /** What a pod's resolver appends to a short name. */
    search: texts,
    asked: z.strictObject({
      /** How DNS is asked: null until it was. */
      from: z.enum(['setting', 'resolver', 'port-forward']).nullable(),
      /** The address that answers. */
      server: orNull,
      /** The pod behind a port-forward, as `namespace/name`. */
      pod: orNull,
      /** When the oldest answer came. */
      at: orNull,
      /** How many questions still wait for their answer. */
      pending: z.int(),
      /** Why nothing is known: `rule` names the right that is missing. */
      problem: z
        .strictObject({ code: z.enum(['forbidden', 'no-dns-pod', 'no-answer', 'failed']), message: text, rule: orNull })
        .nullable(),
    }),
    /** Where the pods are asked for their own view, by the annotation `ordinal.dev/peers`; null without it. */
    app: z.strictObject({ port: z.int(), path: text }).nullable(),
    peers: z.array(PeerOfOrdinal),
    /** The answers about the Service as a whole: its SRV records and its addresses. */
    answers: z.array(Answer),
    /** Kinds that may not be read, with the rule that is missing. */
    unknown: z.record(text, text),
  })
  .meta({ id: 'Peers' })
export type PeersAnswer = z.infer<typeof PeersAnswer>
