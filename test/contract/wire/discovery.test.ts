import type { Answer, Client, Json } from './client'
import { contract, type Case } from './contract'

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'

const rows = (answer: Answer, path: string) => answer.at(path) as Json[]

/** One kind with its subresources out of an APIResourceList. The demo serves what Ordinal uses, Kubernetes far more. */
const kind = (path: string, names: string[]) => async (api: Client) => {
  const answer = await api.get(path)
  const all = rows(answer, 'resources')
  return {
    kind: answer.at('kind'),
    groupVersion: answer.at('groupVersion'),
    resources: names.map((name) => {
      const { storageVersionHash: _hash, ...row } = all.find((one) => one['name'] === name) ?? { missing: name }
      return row
    }),
  }
}

const aggregatedKind = (path: string, group: string, version: string, resource: string, subresources: string[]) => {
  return async (api: Client) => {
    const answer = await api.get(path, { accept: AGGREGATED })
    const found = rows(answer, 'items').find(({ metadata }) => ((metadata as Json)['name'] ?? '') === group)
    const versions = found?.['versions'] as Json[]
    const one = versions.find((each) => each['version'] === version)
    const row = (one?.['resources'] as Json[]).find((each) => each['resource'] === resource)
    const subs = (row?.['subresources'] as Json[] | undefined) ?? []
    return {
      kind: answer.at('kind'),
      apiVersion: answer.at('apiVersion'),
      freshness: one?.['freshness'],
      row: { ...row, subresources: undefined },
      subresources: subresources.map((name) => subs.find((each) => each['subresource'] === name) ?? null),
    }
  }
}

const cases: Case[] = [
  [
    'the version tells major and minor',
    async (api) => {
      const answer = await api.get('/version')
      return [answer.code, answer.at('major'), answer.at('minor'), answer.text('gitVersion').slice(0, 7)]
    },
  ],
  [
    'the version has the fields of any server',
    async (api) => {
      const { body } = await api.get('/version')
      const fields = ['major', 'minor', 'gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion']
      return [...fields, 'compiler', 'platform'].map((name) => [name, typeof (body as Json)[name]])
    },
  ],
  ['health is a plain ok', (api) => api.get('/healthz')],
  ['life is a plain ok', (api) => api.get('/livez')],
  ['readiness is a plain ok', (api) => api.get('/readyz')],
  [
    'the core group has one version',
    async (api) => {
      const answer = await api.get('/api')
      return [answer.code, answer.at('kind'), answer.at('versions')]
    },
  ],
  [
    'the groups tell their preferred versions',
    async (api) => {
      const answer = await api.get('/apis')
      const names = ['apps', 'policy', 'storage.k8s.io', 'coordination.k8s.io', 'discovery.k8s.io']
      const found = rows(answer, 'groups').filter(({ name }) => names.includes(String(name)))
      return found
        .map(({ name, preferredVersion }) => ({ name, preferredVersion }))
        .sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1))
    },
  ],
  ['one group', (api) => api.get('/apis/apps')],
  ['a group that does not exist', (api) => api.get('/apis/nobody.example')],
  ['a version that does not exist', (api) => api.get('/apis/apps/v7')],
  ['a resource that does not exist', (api) => api.get('/apis/apps/v1/nothings')],
  ['a resource that does not exist, in a namespace', (api) => api.get(`/api/v1/namespaces/${api.namespace}/nothings`)],
  ['a path that does not exist', (api) => api.get('/nowhere')],
  [
    'StatefulSets, their status and their scale',
    kind('/apis/apps/v1', ['statefulsets', 'statefulsets/status', 'statefulsets/scale']),
  ],
  ['ControllerRevisions', kind('/apis/apps/v1', ['controllerrevisions'])],
  [
    'Pods and their subresources',
    kind('/api/v1', ['pods', 'pods/status', 'pods/log', 'pods/eviction', 'pods/binding', 'pods/proxy']),
  ],
  ['what opens a connection into a pod', kind('/api/v1', ['pods/exec', 'pods/portforward'])],
  ['Services', kind('/api/v1', ['services', 'services/status', 'services/proxy'])],
  ['claims and volumes', kind('/api/v1', ['persistentvolumeclaims', 'persistentvolumes'])],
  ['nodes, namespaces and events', kind('/api/v1', ['nodes', 'namespaces', 'events'])],
  ['leases', kind('/apis/coordination.k8s.io/v1', ['leases'])],
  ['EndpointSlices', kind('/apis/discovery.k8s.io/v1', ['endpointslices'])],
  ['disruption budgets', kind('/apis/policy/v1', ['poddisruptionbudgets', 'poddisruptionbudgets/status'])],
  ['storage classes and attachments', kind('/apis/storage.k8s.io/v1', ['storageclasses', 'volumeattachments'])],
  ['reviews', kind('/apis/authorization.k8s.io/v1', ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'])],
  ['aggregated discovery of StatefulSets', aggregatedKind('/apis', 'apps', 'v1', 'statefulsets', ['scale', 'status'])],
  ['aggregated discovery of Pods', aggregatedKind('/api', '', 'v1', 'pods', ['eviction', 'log', 'proxy', 'status'])],
  [
    'aggregated discovery has a tag, and is not told twice',
    async (api) => {
      const first = await api.get('/apis', { accept: AGGREGATED })
      const headers = { 'if-none-match': first.headers['etag'] ?? '' }
      const second = await api.get('/apis', { accept: AGGREGATED, headers })
      return [first.headers['content-type'], first.headers['vary'], second.code]
    },
  ],
  [
    'the old form of aggregated discovery is not known any more',
    async (api) => {
      const accept = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json'
      const answer = await api.get('/apis', { accept })
      return [answer.code, answer.at('kind')]
    },
  ],
  [
    'OpenAPI names a document for each group and version',
    async (api) => {
      const answer = await api.get('/openapi/v3', { accept: 'application/json' })
      const paths = answer.at('paths') as Json
      return ['api/v1', 'apis/apps/v1', 'apis/policy/v1'].map((name) => [name, name in paths])
    },
  ],
  [
    'OpenAPI has the patch of a StatefulSet with fieldValidation',
    async (api) => {
      const { body } = await api.get('/openapi/v3', { accept: 'application/json' })
      const { serverRelativeURL } = (body as { paths: Record<string, { serverRelativeURL: string }> }).paths[
        'apis/apps/v1'
      ] ?? { serverRelativeURL: '' }
      const document = await api.get(serverRelativeURL, { accept: 'application/json' })
      const paths = document.at('paths') as Record<string, Json>
      const patch = paths['/apis/apps/v1/namespaces/{namespace}/statefulsets/{name}']?.['patch'] as Json
      const parameters = (patch['parameters'] as Json[]).map(({ name }) => name)
      return [patch['x-kubernetes-group-version-kind'], parameters.includes('fieldValidation')]
    },
  ],
]

contract('discovery', cases)
