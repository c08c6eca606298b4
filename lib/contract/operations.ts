import { z } from 'zod'
import { AppPath, LabelName, ObjectName, Uid } from '@/lib/contract/names'
import type { ActionContract } from './actions/action'
import { actionContracts } from './actions/list'
import { type ActionName, actionNames } from './actions/names'
import { ClusterList, ClusterState, EventsAnswer, Health, OpenApiDocument, Ready, SetsAnswer } from './answers'
import { DemoAnswer, DemoLevers, DemoOrder, DemoOrdered, DemoPull } from './demo'
import { actionErrorCodes, clusterErrorCodes, type ErrorCode } from './errors'
import { AppAnswer, PortText } from './ask'
import { CollectedEvidence } from './evidence'
import { ClusterId, Flag, WatchList, wholeNumber } from './params'
import { PeersAnswer } from './peers'
import { Rights } from './rights'
import { api, type Route } from './routes'
import { ResourceName, StatefulSetView } from './views'

/**
 * What each address of the API takes and answers: what lib/contract/openapi.ts describes to programs. A test holds it
 * against the routes themselves: app/api/openapi.test.ts.
 */

export type Operation<Answer = unknown> = {
  method: 'get' | 'post'
  /** With its parameters in braces. */
  path: string
  summary: string
  params?: z.ZodObject
  query?: z.ZodObject
  /** A write has one. */
  body?: z.ZodType
  answer: z.ZodType<Answer>
  /** The media types of the answer; JSON when it is left out. */
  types?: readonly string[]
  /** Another status than 200 that comes with the same answer. */
  alsoWith?: number
  /** What may go wrong beside what may with every request of its form. */
  errors?: readonly ErrorCode[]
}

const cluster = '{cluster}'
const namespace = '{namespace}'
const set = { namespace, name: '{name}' }
const pod = { namespace, name: '{pod}' }
const text = 'text/plain'
const events = 'text/event-stream'

const ofCluster = z.strictObject({ cluster: ClusterId })
const ofSet = z.strictObject({ cluster: ClusterId, namespace: LabelName, name: ObjectName })
const ofPod = z.strictObject({ cluster: ClusterId, namespace: LabelName, pod: ObjectName })

/** The answer is held to the type that the address promises to the pages. */
function operation<Answer>(
  method: Operation['method'],
  address: Route<Answer>,
  rest: Omit<Operation<NoInfer<Answer>>, 'method' | 'path'>,
): Operation<Answer> {
  return { method, path: template(address), ...rest }
}

function template(address: string): string {
  return decodeURIComponent(address.split('?', 1)[0] ?? '')
}

function action<A extends ActionName>(name: A): Operation {
  const contract: ActionContract = actionContracts[name]
  return {
    method: 'post',
    path: template(api.action(cluster, name)),
    summary: `${contract.summary} With \`preview=true\` it answers with the plan and the dry run, and writes nothing.`,
    params: ofCluster,
    query: z.strictObject({ preview: Flag.default(false) }),
    body: contract.body,
    answer: z.union([contract.preview, contract.answer]),
    errors: actionErrorCodes,
  }
}

/** One for each action: its body and its answer are its own. */
function actionOperations(): { readonly [A in ActionName]: Operation } {
  return Object.fromEntries(actionNames.map((name) => [name, action(name)])) as { [A in ActionName]: Operation }
}

/** By the name that the description gives it. */
export const operations = {
  health: operation('get', api.health(), { summary: 'Answers while the process serves.', answer: Health }),
  ready: operation('get', api.ready(), {
    summary: 'Whether the default cluster answers and every kind that may be listed has been; 503 while not.',
    answer: Ready,
    alsoWith: 503,
    errors: clusterErrorCodes,
  }),
  openapi: operation('get', api.openapi(), { summary: 'This description.', answer: OpenApiDocument }),
  live: operation('get', api.live([]), {
    summary:
      'A stream of `snapshot`, `changed`, `removed` and `connection` of several topics in any clusters, beside `failed`, `heartbeat` and `bye`. `watch` is a list of topics, `{cluster}:overview` or `{cluster}:set:{namespace}/{name}`. The id of an event is its topic with the version that the reader then has; in place of the topic it resumes from there.',
    query: z.strictObject({ watch: WatchList }),
    answer: z.never(),
    types: [events],
    errors: ['too-many-streams'],
  }),
  clusters: operation('get', api.clusters(), {
    summary: 'Every way into a cluster, and the state of those that are open.',
    answer: ClusterList,
    errors: clusterErrorCodes,
  }),
  cluster: operation('get', api.cluster(cluster), {
    summary: 'How far the connection and each kind can be trusted.',
    params: ofCluster,
    answer: ClusterState,
  }),
  retry: operation('post', api.retry(cluster), {
    summary: 'Tries the connection now.',
    params: ofCluster,
    body: z.strictObject({}),
    answer: ClusterState,
  }),
  statefulSets: operation('get', api.statefulSets(cluster), {
    summary: "Every set's summary, or with `view=full` every set's whole view, beside what of it can be trusted.",
    params: ofCluster,
    query: z.strictObject({ view: z.enum(['summary', 'full']).default('summary') }),
    answer: SetsAnswer,
  }),
  statefulSet: operation('get', api.statefulSet(cluster, set), {
    summary: 'The view of one set.',
    params: ofSet,
    answer: StatefulSetView,
    errors: ['not-known-yet', 'not-looked-for'],
  }),
  events: operation('get', api.events(cluster, set), {
    summary: 'The events of a set, its pods and its claims, or those of one ordinal, newest first.',
    params: ofSet,
    query: z.strictObject({ ordinal: wholeNumber(0, 2_147_483_647).optional() }),
    answer: EventsAnswer,
    errors: ['not-known-yet', 'not-looked-for'],
  }),
  peers: operation('get', api.peers(cluster, set), {
    summary:
      "What Kubernetes' rules, the EndpointSlices and the cluster's DNS say of each ordinal, with a verdict. DNS is asked now, at most 50 questions a second: `pending` are still to come. `again=true` takes no answer of a moment ago.",
    params: ofSet,
    query: z.strictObject({ again: Flag.default(false) }),
    answer: PeersAnswer,
    errors: ['not-known-yet', 'not-looked-for'],
  }),
  rights: operation('get', api.rights(cluster, namespace), {
    summary: 'Which actions this identity may do to a set and a pod, and which rule is missing for the others.',
    params: z.strictObject({ cluster: ClusterId, namespace: LabelName }),
    query: z.strictObject({ set: ObjectName.optional(), pod: ObjectName.optional() }),
    answer: Rights,
  }),
  evidence: operation('get', api.evidence(cluster, { ...pod, uid: '' }), {
    summary: 'Whether a pod may still run, collected now.',
    params: ofPod,
    query: z.strictObject({ uid: Uid }),
    answer: CollectedEvidence,
    errors: ['recreated', 'stale'],
  }),
  askPod: operation('get', api.askPod(cluster, { ...pod, uid: '' }, { port: 80, path: '/' }), {
    summary:
      'What a pod answers to a GET of a port that it declares, through the API server: text of at most 256 KiB within five seconds; redirects are not followed.',
    params: ofPod,
    query: z.strictObject({ uid: Uid, port: PortText, path: AppPath.default('/') }),
    answer: AppAnswer,
    errors: ['recreated'],
  }),
  askService: operation('get', api.askService(cluster, { namespace, name: '{service}' }, { port: 80, path: '/' }), {
    summary: 'The same of a port of a Service that selects pods: the API server chooses which of them answers.',
    params: z.strictObject({ cluster: ClusterId, namespace: LabelName, service: LabelName }),
    query: z.strictObject({ port: PortText, path: AppPath.default('/') }),
    answer: AppAnswer,
  }),
  log: operation('get', api.log(cluster, pod), {
    summary: 'The log of one container as text; with `follow=true` a stream of `lines` and `end`.',
    params: ofPod,
    query: z.strictObject({
      container: LabelName.optional(),
      previous: Flag.default(false),
      follow: Flag.default(false),
      timestamps: Flag.default(false),
      download: Flag.default(false),
      tailLines: wholeNumber(1, 5000).default(500),
    }),
    answer: z.string(),
    types: [text, events],
    errors: ['too-many-streams'],
  }),
  object: {
    method: 'get',
    path: template(api.object(cluster, { ...set, resource: 'pods' })).replace('/pods/', '/{resource}/'),
    summary: 'One object as YAML. `-` stands for the namespace of a kind that has none.',
    params: z.strictObject({
      cluster: ClusterId,
      resource: ResourceName,
      namespace: z.union([z.literal('-'), LabelName]),
      name: ObjectName,
    }),
    answer: z.string(),
    types: [text],
  },
  ...actionOperations(),
  demo: operation('get', api.demo(cluster), {
    summary: 'The scenarios of the demo cluster, and the one that plays.',
    params: ofCluster,
    answer: DemoAnswer,
    errors: ['not-the-demo'],
  }),
  demoOrder: operation('post', api.demoOrder(cluster), {
    summary:
      'Starts a scenario of the demo cluster, takes a way of its open decision, stops it, clears it away, or puts everything back.',
    params: ofCluster,
    body: DemoOrder,
    answer: DemoOrdered,
    errors: ['not-the-demo', 'read-only'],
  }),
  demoLevers: operation('get', api.demoLevers(cluster), {
    summary: 'What is broken in the demo cluster by its levers, and what they can be pulled on.',
    params: ofCluster,
    answer: DemoLevers,
    errors: ['not-the-demo'],
  }),
  demoPull: operation('post', api.demoLevers(cluster), {
    summary: 'Breaks something in the demo cluster, or mends it again.',
    params: ofCluster,
    body: DemoPull,
    answer: DemoLevers,
    errors: ['not-the-demo', 'read-only'],
  }),
} satisfies Readonly<Record<string, Operation>>
export type OperationId = keyof typeof operations

/** The operations as a list, each with its name. */
export const allOperations: readonly (Operation & { id: OperationId })[] = Object.keys(operations)
  .filter((id): id is OperationId => Object.hasOwn(operations, id))
  .map((id) => ({ id, ...(operations[id] as Operation) }))

/** Every code that an operation may refuse with. */
export function errorsOf(one: Operation): readonly ErrorCode[] {
  const codes: ErrorCode[] = ['invalid-url', 'invalid-host', 'cross-site', 'invalid-query', 'too-many', 'internal']
  if (one.params) codes.push('invalid-name', ...clusterErrorCodes)
  if (one.body) {
    codes.push('foreign-origin', 'not-json', 'encoded-body', 'body-too-large')
    codes.push('invalid-json', 'invalid-body')
  }
  return [...new Set([...codes, ...(one.errors ?? [])])]
}
