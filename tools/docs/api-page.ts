import type { ActionContract } from '@/lib/contract/actions/action'
import { actionContracts } from '@/lib/contract/actions/list'
import { type ActionName, isActionName } from '@/lib/contract/actions/names'
import { clusterErrorCodes, type ErrorCode, statusOf } from '@/lib/contract/errors'
import { allOperations, errorsOf, type Operation, type OperationId, type operations } from '@/lib/contract/operations'

/** The page of the API: every operation with an example. */

/** A part of an answer: what it shows has the names and the types of the whole. */
type Part<T> = T extends readonly (infer Item)[]
  ? readonly Part<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]?: Part<T[Name]> }
    : T
type AnswerOf<O> = O extends Operation<infer Answer> ? Answer : never
type Example<Answer> = {
  /** Behind the path of the example. */
  query?: string
  body?: unknown
  /** Text for what is not JSON. */
  answer: [Answer] extends [never] ? string : Part<Answer>
}

const examples: { readonly [Id in Exclude<OperationId, ActionName>]: Example<AnswerOf<(typeof operations)[Id]>> } = {
  health: { answer: { status: 'ok' } },
  ready: { answer: { ready: true, cluster: 'demo', connection: 'live', waiting: [] } },
  openapi: { answer: { openapi: '3.1.1', paths: {} } },
  clusters: {
    answer: {
      default: 'demo',
      clusters: [{ id: 'demo', name: 'demo', origin: 'kubeconfig', broken: null, connection: null }],
    },
  },
  cluster: {
    answer: {
      id: 'demo',
      connection: { state: 'live', serverVersion: 'v1.37.1' },
      kinds: { pods: { state: 'live' }, nodes: { state: 'forbidden', rule: 'list nodes (cluster)' } },
    },
  },
  retry: { body: {}, answer: { id: 'demo', connection: { state: 'connecting' } } },
  live: {
    query: '?watch=demo:overview,demo:set:default/kubia',
    answer: 'event: snapshot\nid: demo:overview@…\ndata: {"version":"…","summaries":[…]}',
  },
  statefulSets: {
    answer: {
      version: '…',
      statefulsets: [{ namespace: 'default', name: 'kubia', desired: 3, ready: 3, worst: 'ok' }],
    },
  },
  statefulSet: {
    answer: {
      name: 'kubia',
      replicas: { desired: 3, ready: 3 },
      ordinals: [{ ordinal: 0, name: 'kubia-0', state: 'ok' }],
      waitingFor: null,
    },
  },
  events: {
    query: '?ordinal=0',
    answer: { events: [{ type: 'Normal', reason: 'Scheduled', count: 1 }], unknown: null, state: { state: 'live' } },
  },
  peers: {
    answer: {
      service: { name: 'kubia', headless: true, problems: [] },
      asked: { from: 'port-forward', server: '10.244.0.3:53', pod: 'kube-system/coredns-…', pending: 0, problem: null },
      peers: [
        {
          ordinal: 0,
          expected: { name: 'kubia-0.kubia.default.svc.cluster.local', addresses: ['10.244.1.7'], because: null },
          slice: { addresses: ['10.244.1.7'], ready: true },
          dns: { rcode: 'NOERROR', addresses: ['10.244.1.7'], ttl: 30, srv: true },
          verdict: { code: 'agree', because: null },
          app: { says: 'kubia-0 finds 3 of its set', sees: [1, 2], problem: null },
        },
      ],
    },
  },
  rights: {
    query: '?set=kubia&pod=kubia-0',
    answer: { readOnly: false, actions: { scale: { allowed: true, rule: null, reason: null } } },
  },
  evidence: {
    query: '?uid=5f0c…',
    answer: { owner: { set: 'kubia', ordinal: 0 }, evidence: { verdict: 'contradicted', items: [] } },
  },
  askPod: {
    query: '?uid=5f0c…&port=8080&path=/',
    answer: { from: 'app', status: 200, text: "You've hit kubia-0\nStored: hello\n", cut: null, ms: 3 },
  },
  askService: {
    query: '?port=80&path=/',
    answer: { from: 'app', status: 200, text: "You've hit kubia-2\nNothing stored yet\n", cut: null, ms: 4 },
  },
  log: { query: '?tailLines=2', answer: 'GET /\nGET /healthz' },
  object: { answer: 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: kubia' },
  demo: { answer: { scenarios: [{ id: 'node-lost', seconds: 100 }], current: null } },
  demoOrder: { body: { start: 'node-lost', mode: 'by-hand' }, answer: { ordered: true } },
  demoLevers: { answer: { inForce: [{ lever: 'silent', namespace: '', name: 'worker-2' }], nodes: ['worker-1'] } },
  demoPull: { body: { lever: 'silent', name: 'worker-2', undo: true }, answer: { inForce: [] } },
}

const server = 'http://127.0.0.1:3000'
const values: Readonly<Record<string, string>> = {
  cluster: 'demo',
  namespace: 'default',
  name: 'kubia',
  pod: 'kubia-0',
  service: 'kubia',
  resource: 'statefulsets',
}

export function apiPage(): string {
  const common = commonErrors()
  const sections = allOperations.map((one) => section(one, exampleOf(one.id), common))
  const said = [
    `Every route may answer with: ${errorList(common)}.`,
    `A route that asks a cluster may also answer with: ${errorList(clusterErrorCodes)}.`,
  ]
  return [...said, ...sections].join('\n\n')
}

function exampleOf(id: OperationId): Example<unknown> {
  if (!isActionName(id)) return examples[id]
  const { body, ...shown }: ActionContract['example'] = actionContracts[id].example
  return 'preview' in shown ? { query: '?preview=true', body, answer: shown.preview } : { body, answer: shown.answer }
}

function commonErrors(): readonly ErrorCode[] {
  const [first, ...others] = allOperations.map(errorsOf)
  return (first ?? []).filter((code) => others.every((codes) => codes.includes(code)))
}

function section(one: Operation, example: Example<unknown>, common: readonly ErrorCode[]): string {
  const ofCluster: readonly ErrorCode[] = clusterErrorCodes
  const errors = errorsOf(one).filter((code) => !common.includes(code) && !ofCluster.includes(code))
  const method = one.method.toUpperCase()
  const lines = [`## ${method} ${one.path}`, '', one.summary]
  if (one.types) lines.push('', `Answers with ${one.types.map((type) => `\`${type}\``).join(' or ')}.`)
  if (one.query) {
    const names = Object.entries(one.query.shape).map(
      ([name, schema]) => `\`${name}\`${schema.safeParse(undefined).success ? '' : ' (needed)'}`,
    )
    lines.push('', `Parameters: ${names.join(', ')}.`)
  }
  lines.push('', '```sh', ...curl(one, example), '```')
  const language = one.types ? 'text' : 'json'
  lines.push('', `\`\`\`${language}`, one.types ? String(example.answer) : JSON.stringify(example.answer), '```')
  if (errors.length > 0) lines.push('', `Errors of its own: ${errorList(errors)}.`)
  return lines.join('\n')
}

function curl(one: Operation, { query = '', body }: Example<unknown>): string[] {
  const address = one.path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
  const called = `'${server}${address}${query}'`
  if (body === undefined) return [`curl ${one.types?.[0] === 'text/event-stream' ? '-N ' : ''}${called}`]
  const headers = `-H 'Origin: ${server}' -H 'Content-Type: application/json'`
  return [`curl ${called} \\`, `  ${headers} \\`, `  -d '${JSON.stringify(body)}'`]
}

/** By status, as a sentence has it. */
function errorList(codes: readonly ErrorCode[]): string {
  const byStatus = new Map<number, string[]>()
  for (const code of codes) byStatus.set(statusOf[code], [...(byStatus.get(statusOf[code]) ?? []), `\`${code}\``])
  return [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, names]) => `${status} ${names.join(' ')}`)
    .join(' · ')
}
