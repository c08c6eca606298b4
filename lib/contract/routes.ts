import type { ActionAnswer, ActionPreview } from './actions/contracts'
import type { ActionName } from './actions/names'
import type { ClusterList, ClusterState, EventsAnswer, Health, OpenApiDocument, Ready, SetsAnswer } from './answers'
import type { AppAnswer } from './ask'
import type { DemoAnswer, DemoLevers, DemoOrdered } from './demo'
import type { CollectedEvidence } from './evidence'
import type { PeersAnswer } from './peers'
import type { Rights } from './rights'
import type { Resource } from '@/lib/statefulset/model/objects'
import type { StatefulSetView } from '@/lib/statefulset/model/view'

/** Every address of Ordinal's API. Nobody else puts one together; those of the pages are in components/shell/places.ts. */

declare const answers: unique symbol
/** A path of the API that answers with this; whoever reads it gets the type along with the path. */
export type Route<Answer> = string & { readonly [answers]: Answer }

type Query = Readonly<Record<string, string | number | boolean | undefined>>

const set = ({ namespace, name }: SetAddress) => ['namespaces', namespace, 'statefulsets', name]
const pod = ({ namespace, name }: PodAddress) => ['namespaces', namespace, 'pods', name]

type SetAddress = { namespace: string; name: string }
type PodAddress = { namespace: string; name: string }

/** The paths of the API. */
export const api = {
  health: (): Route<Health> => route(['api', 'health']),
  ready: (): Route<Ready> => route(['api', 'ready']),
  /** The description of all of these. */
  openapi: (): Route<OpenApiDocument> => route(['api', 'openapi.json']),
  /** The one stream of a browser; each topic as `heldText` writes it. */
  live: (watch: readonly string[]): Route<never> => route(['api', 'live'], { watch: watch.join(',') }),
  clusters: (): Route<ClusterList> => route(['api', 'clusters']),
  cluster: (cluster: string): Route<ClusterState> => ofCluster(cluster),
  /** A POST: tries the connection now. */
  retry: (cluster: string): Route<ClusterState> => ofCluster(cluster, ['retry']),
  statefulSets: (cluster: string): Route<SetsAnswer> => ofCluster(cluster, ['statefulsets']),
  statefulSet: (cluster: string, address: SetAddress): Route<StatefulSetView> => ofCluster(cluster, set(address)),
  events: (cluster: string, address: SetAddress, ordinal?: number): Route<EventsAnswer> =>
    ofCluster(cluster, [...set(address), 'events'], { ordinal }),
  /** `again`: asks DNS now, whatever it answered a moment ago. */
  peers: (cluster: string, address: SetAddress, again?: boolean): Route<PeersAnswer> =>
    ofCluster(cluster, [...set(address), 'peers'], { again }),
  rights: (cluster: string, namespace: string, names: { set?: string; pod?: string } = {}): Route<Rights> =>
    ofCluster(cluster, ['namespaces', namespace, 'rights'], names),
  evidence: (cluster: string, { uid, ...address }: PodAddress & { uid: string }): Route<CollectedEvidence> =>
    ofCluster(cluster, [...pod(address), 'evidence'], { uid }),
  /** A GET of a pod's port through the API server's proxy. */
  askPod: (
    cluster: string,
    { uid, ...address }: PodAddress & { uid: string },
    { port, path }: { port: number; path: string },
  ): Route<AppAnswer> => ofCluster(cluster, [...pod(address), 'ask'], { uid, port, path }),
  /** The same of a Service's port. */
  askService: (
    cluster: string,
    { namespace, name }: { namespace: string; name: string },
    { port, path }: { port: number; path: string },
  ): Route<AppAnswer> => ofCluster(cluster, ['namespaces', namespace, 'services', name, 'ask'], { port, path }),
  /** Text, or server-sent events when it is followed. */
  log: (cluster: string, address: PodAddress, how: LogQuery = {}): Route<string> =>
    ofCluster(cluster, [...pod(address), 'log'], how),
  /** YAML; `namespace` is empty for a cluster-scoped kind. */
  object: (cluster: string, object: { resource: Resource; namespace: string; name: string }): Route<string> =>
    ofCluster(cluster, ['objects', object.resource, object.namespace || '-', object.name]),
  preview: <A extends ActionName>(cluster: string, action: A): Route<ActionPreview<A>> =>
    ofCluster(cluster, ['actions', action], { preview: true }),
  action: <A extends ActionName>(cluster: string, action: A): Route<ActionAnswer<A>> =>
    ofCluster(cluster, ['actions', action]),
  demo: (cluster: string): Route<DemoAnswer> => ofCluster(cluster, ['demo']),
  demoOrder: (cluster: string): Route<DemoOrdered> => ofCluster(cluster, ['demo']),
  demoLevers: (cluster: string): Route<DemoLevers> => ofCluster(cluster, ['demo', 'levers']),
}

export type LogQuery = {
  container?: string
  previous?: boolean
  follow?: boolean
  timestamps?: boolean
  download?: boolean
  tailLines?: number
}

/** Where a page is first asked for: it asks whether the cluster of that page may be opened, and leads there. */
export function openAddress(to: string, query: { lang?: string } = {}): string {
  return address(['open'], { to, ...query })
}

function ofCluster<Answer>(cluster: string, rest: readonly string[] = [], query: Query = {}): Route<Answer> {
  return route(['api', 'clusters', cluster, ...rest], query)
}

function route<Answer>(segments: readonly string[], query: Query = {}): Route<Answer> {
  return address(segments, query) as Route<Answer>
}

/** What is undefined is left out of the query. */
function address(segments: readonly string[], query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
  const path = `/${segments.map(encodeURIComponent).join('/')}`
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}
