import { decodeObject, encodeObject } from '@/lib/demo/api/protobuf/message'
import type { Client, Json } from './client'
import { contract, type Case } from './contract'
import { config } from './manifests'

/** What ordinary clients send and ask for beside plain JSON: protobuf, OpenAPI v3, watches over web sockets. */

const PROTOBUF = 'application/vnd.kubernetes.protobuf'
const asProtobuf = { type: PROTOBUF, accept: `${PROTOBUF}, application/json` }

/** Posts as kubectl's own subcommands do, and tells what is there afterwards. */
const posted = async (api: Client, collection: string, object: Json) => {
  const { code } = await api.bytes('POST', collection, { body: encodeObject(object), ...asProtobuf })
  const name = (object['metadata'] as Json)['name']
  return [code, await api.get(`${collection}/${String(name)}`)]
}

const quota = (name: string): Json => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name },
  spec: { hard: { pods: '4', 'requests.memory': '1.5Gi' } },
})

const mayI = (verb: string, resource: string): Json => ({
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  spec: { resourceAttributes: { verb, resource, namespace: 'default' } },
})
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

/** A document of OpenAPI v3 by the address in the index. */
const described = async (api: Client, group: string) => {
  const index = await api.get('/openapi/v3')
  const { serverRelativeURL } = (index.at('paths') as Record<string, { serverRelativeURL: string }>)[group] ?? {
    serverRelativeURL: '/openapi/v3/missing',
  }
  return { address: serverRelativeURL, document: await api.get(serverRelativeURL) }
}
const schemaOf = (document: { body: unknown }, name: string): Json =>
  ((document.body as { components: { schemas: Record<string, Json> } }).components.schemas[name] ?? {}) as Json
const field = (schema: Json, name: string) => (schema['properties'] as Record<string, Json>)[name]

const watched = (api: Client, query: string) =>
  `${api.at('configmaps')}?watch=1&labelSelector=case%3D${api.name.slice(0, 60)}&${query}`
const labelled = (api: Client): Json =>
  config('', { metadata: { name: api.name, labels: { case: api.name.slice(0, 60) } } })

const cases: Case[] = [
  ['a config map posted as protobuf', (api) => posted(api, api.at('configmaps'), config(api.name))],
  [
    'a quota posted as protobuf, quantities and all',
    (api) => posted(api, api.at('resourcequotas'), quota(api.name)),
    { leavesOut: ['status'], reason: 'nobody counts what a quota is used for in the demo' },
  ],
  [
    'a namespace posted as protobuf',
    async (api) => {
      const name = `${api.namespace}-made`
      const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
      const { code } = await api.bytes('POST', '/api/v1/namespaces', { body: encodeObject(object), ...asProtobuf })
      const made = await api.get(`/api/v1/namespaces/${name}`)
      await api.delete(`/api/v1/namespaces/${name}`)
      return [code, made.at('kind'), made.at('metadata.name'), made.at('spec'), made.at('status')]
    },
  ],
  [
    'whether one may do something, asked in protobuf',
    async (api) => {
      const { code, body, type } = await api.bytes('POST', reviews, {
        body: encodeObject(mayI('create', 'pods')),
        type: PROTOBUF,
        accept: PROTOBUF,
      })
      const { spec, status } = decodeObject(body) as { spec: Json; status: Json }
      return [code, type, spec, status['allowed']]
    },
  ],
  [
    'an object as protobuf, where nothing else is taken',
    async (api) => {
      await api.post(api.at('configmaps'), config(api.name))
      const { code, type, body } = await api.bytes('GET', api.at('configmaps', api.name), { accept: PROTOBUF })
      return [code, type, decodeObject(body)]
    },
  ],
  [
    'a body that only says that it is protobuf',
    async (api) => (await api.post(api.at('configmaps'), 'not protobuf at all', { type: PROTOBUF })).code,
  ],
  [
    'a body of protobuf that breaks off',
    async (api) => {
      const whole = encodeObject(config(api.name))
      const { code } = await api.bytes('POST', api.at('configmaps'), { body: whole.subarray(0, -5), type: PROTOBUF })
      return code
    },
  ],
  [
    'the index of OpenAPI v3 names a hash for each group',
    async (api) => {
      const paths = (await api.get('/openapi/v3')).at('paths') as Record<string, { serverRelativeURL: string }>
      return ['api/v1', 'apis/apps/v1', 'apis/policy/v1', 'apis/storage.k8s.io/v1'].map((name) => [
        name,
        paths[name]?.serverRelativeURL.replace(/hash=[0-9A-F]{128}$/, 'hash=(hash)'),
      ])
    },
  ],
  [
    'what explain says of a StatefulSet',
    async (api) => {
      const { document } = await described(api, 'apis/apps/v1')
      const spec = schemaOf(document, 'io.k8s.api.apps.v1.StatefulSetSpec')
      return [
        document.code,
        document.at('openapi'),
        schemaOf(document, 'io.k8s.api.apps.v1.StatefulSet')['x-kubernetes-group-version-kind'],
        ['replicas', 'ordinals', 'podManagementPolicy', 'persistentVolumeClaimRetentionPolicy'].map((name) =>
          field(spec, name),
        ),
      ]
    },
  ],
  [
    'what explain says of a field of a pod',
    async (api) => {
      const { document } = await described(api, 'api/v1')
      return field(schemaOf(document, 'io.k8s.api.core.v1.PodSpec'), 'terminationGracePeriodSeconds')
    },
  ],
  [
    'a document of OpenAPI v3 by an old hash leads to the new one, and one that does not exist is not found',
    async (api) => {
      const old = await api.get('/openapi/v3/apis/apps/v1?hash=OLD')
      const location = String(old.headers.location).replace(/hash=[0-9A-F]{128}$/, 'hash=(hash)')
      return [old.code, location, (await api.get('/openapi/v3/apis/nobody.example/v1')).code]
    },
  ],
  [
    'a document of OpenAPI v3 that one has already is not sent again',
    async (api) => {
      const { address, document } = await described(api, 'apis/apps/v1')
      const again = await api.get(address, { headers: { 'if-none-match': document.headers.etag } })
      return [again.code, again.body]
    },
  ],
  [
    'a watch over a web socket: a life',
    async (api) => {
      const version = (await api.get(`${api.at('configmaps')}?limit=1`)).text('metadata.resourceVersion')
      const { protocol, events } = await api.webSocket(watched(api, `resourceVersion=${version}`), 3, async () => {
        await api.post(api.at('configmaps'), labelled(api))
        await api.patch(api.at('configmaps', api.name), 'merge', { data: { a: '2' } })
        await api.delete(api.at('configmaps', api.name))
      })
      return [
        protocol,
        events.map(({ type, object }) => ({
          type,
          kind: object['kind'],
          name: object.metadata['name'],
          data: object['data'],
        })),
      ]
    },
  ],
  [
    'a watch over a web socket begins with what is there, and ends with its time',
    async (api) => {
      await api.post(api.at('configmaps'), labelled(api))
      const { events } = await api.webSocket(watched(api, 'timeoutSeconds=2'), 100, async () => undefined)
      return events.map(({ type, object }) => [type, object.metadata['name']])
    },
  ],
]

contract('ordinary-clients', cases)
