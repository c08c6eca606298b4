import type { Answer, Client, Json } from './client'
import { contract, type Case } from './contract'
import { budget, claim, config, pod, set } from './manifests'

const make = (api: Client, resource: string, object: Json, query = '') =>
  api.post(`${api.at(resource)}${query}`, object)
const body = (answer: Answer) => structuredClone(answer.body) as Json & { metadata: Json; spec: Json; data: Json }
const refused = (resource: string, object: (api: Client) => Json) => (api: Client) => make(api, resource, object(api))

/** A set that exists, with one field of its spec changed in a PUT. */
const changedSet = (change: (set: ReturnType<typeof body>) => void) => async (api: Client) => {
  const object = body(await make(api, 'statefulsets', set(api.name)))
  delete object.metadata['resourceVersion']
  change(object)
  const answer = await api.put(api.at('statefulsets', api.name), object)
  return answer.code === 200 ? [200, answer.at('metadata.generation'), answer.at('spec')] : answer
}

const cases: Case[] = [
  ['create', (api) => make(api, 'configmaps', config(api.name))],
  [
    'create again',
    async (api) => {
      await make(api, 'configmaps', config(api.name))
      return make(api, 'configmaps', config(api.name))
    },
  ],
  ['create without a name', (api) => make(api, 'configmaps', config('', { metadata: {} }))],
  [
    'create with a generated name',
    async (api) => {
      const answer = await make(api, 'configmaps', config('', { metadata: { generateName: 'made-' } }))
      return [answer.code, answer.at('metadata.generateName'), /^made-[a-z0-9]{5}$/.test(answer.text('metadata.name'))]
    },
  ],
  [
    'create with a resourceVersion',
    (api) => make(api, 'configmaps', config('', { metadata: { name: api.name, resourceVersion: '5' } })),
  ],
  [
    'a uid and a creationTimestamp of the client are not taken',
    async (api) => {
      const uid = '00000000-0000-0000-0000-000000000001'
      const metadata = { name: api.name, uid, creationTimestamp: '2001-01-01T00:00:00Z', generation: 7 }
      const answer = await make(api, 'configmaps', config('', { metadata }))
      const when = answer.text('metadata.creationTimestamp')
      return [answer.code, answer.at('metadata.uid') === uid, when.startsWith('2001'), answer.at('metadata.generation')]
    },
  ],
  [
    'create in a namespace that does not exist',
    (api) => api.post('/api/v1/namespaces/wire-nobody/configmaps', config('a')),
  ],
  [
    'create under another namespace than the path',
    (api) => make(api, 'configmaps', config('', { metadata: { name: 'a', namespace: 'other' } })),
  ],
  ['create another kind than the path', (api) => make(api, 'configmaps', pod(api.name))],
  [
    'create without kind and apiVersion',
    (api) => make(api, 'configmaps', { metadata: { name: api.name }, data: { b: '2' } }),
  ],
  ['create with the wrong apiVersion', (api) => make(api, 'statefulsets', { ...set(api.name), apiVersion: 'apps/v7' })],
  ['get', async (api) => (await make(api, 'configmaps', config(api.name)), api.get(api.at('configmaps', api.name)))],
  ['get one that is not there', (api) => api.get(api.at('configmaps', 'nobody'))],
  ['get one of a group that is not there', (api) => api.get(api.at('statefulsets', 'nobody'))],
  [
    'get at a version that is no number',
    (api) => api.get(`${api.at('configmaps', 'nobody')}?resourceVersion=new`),
    { leavesOut: ['message'], reason: "the words are those of Go's own number parser" },
  ],
  [
    'update with the version read',
    async (api) => {
      const object = body(await make(api, 'configmaps', config(api.name)))
      object.data['a'] = '2'
      return api.put(api.at('configmaps', api.name), object)
    },
  ],
  [
    'update with a version that is over',
    async (api) => {
      const object = body(await make(api, 'configmaps', config(api.name)))
      await api.patch(api.at('configmaps', api.name), 'merge', { data: { b: '2' } })
      return api.put(api.at('configmaps', api.name), object)
    },
  ],
  [
    'update a set with a version that is over',
    async (api) => {
      const object = body(await make(api, 'statefulsets', set(api.name)))
      await api.patch(api.at('statefulsets', api.name), 'merge', { metadata: { labels: { b: '2' } } })
      return api.put(api.at('statefulsets', api.name), object)
    },
  ],
  [
    'update without a version',
    async (api) => {
      await make(api, 'configmaps', config(api.name))
      return api.put(api.at('configmaps', api.name), config(api.name, { data: { only: 'this' } }))
    },
  ],
  [
    'update a disruption budget without a version',
    async (api) => {
      await make(api, 'poddisruptionbudgets', budget(api.name))
      return api.put(api.at('poddisruptionbudgets', api.name), budget(api.name, { minAvailable: 2 }))
    },
  ],
  [
    'update with another uid',
    async (api) => {
      const object = body(await make(api, 'configmaps', config(api.name)))
      object.metadata['uid'] = '00000000-0000-0000-0000-000000000001'
      return api.put(api.at('configmaps', api.name), object)
    },
  ],
  [
    'update under another name than the path',
    async (api) => {
      await make(api, 'configmaps', config(api.name))
      return api.put(api.at('configmaps', api.name), config('other'))
    },
  ],
  ['update one that is not there', (api) => api.put(api.at('configmaps', api.name), config(api.name))],
  [
    'update a lease that is not there creates it',
    (api) =>
      api.put(api.at('leases', api.name), {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: api.name },
        spec: { holderIdentity: 'me' },
      }),
  ],
  [
    'an update that changes nothing keeps the version',
    async (api) => {
      const made = await make(api, 'configmaps', config(api.name))
      const again = await api.put(api.at('configmaps', api.name), body(made))
      return [again.code, again.at('metadata.resourceVersion') === made.at('metadata.resourceVersion')]
    },
  ],
  [
    'an immutable config map stays',
    async (api) => {
      await make(api, 'configmaps', config(api.name, { immutable: true }))
      return api.put(api.at('configmaps', api.name), config(api.name, { immutable: true, data: { a: '2' } }))
    },
  ],
  ['a set: what the server fills in', async (api) => (await make(api, 'statefulsets', set(api.name))).at('spec')],
  [
    'a pod: what the server fills in',
    async (api) => {
      const {
        volumes: _volumes,
        containers,
        ...spec
      } = (await make(api, 'pods', pod(api.name, { automountServiceAccountToken: false }))).at('spec') as Json
      return { ...spec, containers }
    },
    { leavesOut: ['tolerationSeconds'], reason: 'a setting of the cluster' },
  ],
  ['a pod: the status of a new one', async (api) => (await make(api, 'pods', pod(api.name))).at('status')],
  ['a claim: what the server fills in', (api) => make(api, 'persistentvolumeclaims', claim(api.name))],
  [
    'a set with a changed image has a new generation',
    changedSet(({ spec }) => {
      const template = spec['template'] as { spec: { containers: Json[] } }
      const [container] = template.spec.containers
      if (container) container['image'] = 'kubia:2'
    }),
  ],
  [
    'a set may not change its selector',
    changedSet(({ spec }) => {
      spec['selector'] = { matchLabels: { app: 'other' } }
    }),
  ],
  [
    'a set may not change its service',
    changedSet(({ spec }) => {
      spec['serviceName'] = 'other'
    }),
  ],
  [
    'a set may not change how it manages pods',
    changedSet(({ spec }) => {
      spec['podManagementPolicy'] = 'Parallel'
    }),
  ],
  [
    'a set may not change its claim templates',
    changedSet(({ spec }) => {
      spec['volumeClaimTemplates'] = [claim('data')]
    }),
    { leavesOut: ['message'], reason: "the value is written as Go's internal type" },
  ],
  [
    'a set may change its replicas and its partition',
    changedSet(({ spec }) => {
      spec['minReadySeconds'] = 3
      spec['updateStrategy'] = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } }
    }),
  ],
  [
    'a set whose selector does not fit its template',
    refused('statefulsets', ({ name }) => set(name, { selector: { matchLabels: { app: 'other' } } })),
  ],
  ['a set without a selector', refused('statefulsets', ({ name }) => set(name, { selector: null }))],
  ['a set with negative replicas', refused('statefulsets', ({ name }) => set(name, { replicas: -1 }))],
  [
    'a set with an unknown strategy',
    refused('statefulsets', ({ name }) => set(name, { updateStrategy: { type: 'Sometimes' } })),
    { leavesOut: ['message'], reason: "the value is written as Go's internal type" },
  ],
  [
    'a set with an unknown pod management',
    refused('statefulsets', ({ name }) => set(name, { podManagementPolicy: 'Whenever' })),
  ],
  [
    'a set with pods that never restart',
    refused('statefulsets', ({ name }) => {
      const template = {
        metadata: { labels: { app: name } },
        spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'a' }] },
      }
      return set(name, { template })
    }),
  ],
  [
    'a set with a wrong type',
    refused('statefulsets', ({ name }) => set(name, { replicas: 'three' })),
    { leavesOut: ['message'], reason: "the words are those of Go's JSON decoder" },
  ],
  [
    'a set without containers',
    refused('statefulsets', ({ name }) =>
      set(name, { template: { metadata: { labels: { app: name } }, spec: { containers: [] } } }),
    ),
  ],
  ['a pod without containers', refused('pods', ({ name }) => pod(name, { containers: [] }))],
  [
    'a pod with two containers of one name',
    refused('pods', ({ name }) =>
      pod(name, {
        containers: [
          { name: 'a', image: 'a' },
          { name: 'a', image: 'b' },
        ],
      }),
    ),
  ],
  ['a pod without an image', refused('pods', ({ name }) => pod(name, { containers: [{ name: 'a' }] }))],
  [
    'a pod may change its image',
    async (api) => {
      await make(api, 'pods', pod(api.name))
      const patch = { spec: { containers: [{ name: 'main', image: 'kubia:2' }] } }
      return (await api.patch(api.at('pods', api.name), 'strategic-merge', patch)).at('spec.containers.0.image')
    },
  ],
  [
    'a pod may not change its node',
    async (api) => {
      await make(api, 'pods', pod(api.name, { node: true }))
      const answer = await api.patch(api.at('pods', api.name), 'merge', { spec: { nodeName: 'other' } })
      return [answer.code, answer.at('reason'), answer.at('details.causes.0.field')]
    },
  ],
  [
    'a claim may not change its class',
    async (api) => {
      await make(api, 'persistentvolumeclaims', claim(api.name))
      const answer = await api.patch(api.at('persistentvolumeclaims', api.name), 'merge', {
        spec: { storageClassName: 'other' },
      })
      return [answer.code, answer.at('reason'), answer.at('details.causes.0.field')]
    },
  ],
  [
    'a claim may not shrink',
    async (api) => {
      await make(api, 'persistentvolumeclaims', claim(api.name))
      const patch = { spec: { resources: { requests: { storage: '1Mi' } } } }
      const answer = await api.patch(api.at('persistentvolumeclaims', api.name), 'merge', patch)
      return [answer.code, answer.at('reason'), answer.at('details.causes.0.field')]
    },
  ],
  ['a claim without an access mode', refused('persistentvolumeclaims', ({ name }) => claim(name, { accessModes: [] }))],
  ['a name with capitals', refused('configmaps', () => config('Big'))],
  ['a name with an underscore', refused('pods', () => pod('a_b'))],
  ['a name that is too long', refused('configmaps', () => config('a'.repeat(254)))],
  [
    'a label value that is none',
    refused('configmaps', ({ name }) => config('', { metadata: { name, labels: { a: 'b c' } } })),
  ],
  [
    'a label key that is none',
    refused('configmaps', ({ name }) => config('', { metadata: { name, labels: { 'a b': 'c' } } })),
  ],
  [
    'a finalizer that is none',
    refused('configmaps', ({ name }) => config('', { metadata: { name, finalizers: ['no slash here'] } })),
  ],
  [
    'an owner without a uid',
    refused('configmaps', ({ name }) =>
      config('', { metadata: { name, ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'a' }] } }),
    ),
  ],
  [
    'dry run: create',
    async (api) => [
      await make(api, 'configmaps', config(api.name), '?dryRun=All'),
      await api.get(api.at('configmaps', api.name)),
    ],
  ],
  [
    'dry run: update',
    async (api) => {
      await make(api, 'configmaps', config(api.name))
      const answer = await api.put(
        `${api.at('configmaps', api.name)}?dryRun=All`,
        config(api.name, { data: { b: '2' } }),
      )
      return [answer.at('data'), (await api.get(api.at('configmaps', api.name))).at('data')]
    },
  ],
  [
    'dry run: what is wrong stays wrong',
    (api) => make(api, 'statefulsets', set(api.name, { replicas: -1 }), '?dryRun=All'),
  ],
  ['dry run: another word', (api) => make(api, 'configmaps', config(api.name), '?dryRun=Some')],
  ['an unknown field is dropped with a warning', (api) => make(api, 'configmaps', config(api.name, { colour: 'red' }))],
  [
    'an unknown field deep down',
    async (api) => {
      const answer = await make(api, 'statefulsets', set(api.name, { replica: 3 }))
      return [answer.code, answer.headers['warning']]
    },
  ],
  [
    'an unknown field that is to be ignored',
    async (api) => {
      const answer = await make(api, 'configmaps', config(api.name, { colour: 'red' }), '?fieldValidation=Ignore')
      return [answer.code, answer.headers['warning'] ?? null, answer.at('colour') ?? null]
    },
  ],
  [
    'an unknown field in a strict request',
    (api) => make(api, 'configmaps', config(api.name, { colour: 'red' }), '?fieldValidation=Strict'),
  ],
  [
    'an unknown field deep down in a strict request',
    (api) => make(api, 'statefulsets', set(api.name, { replica: 3 }), '?fieldValidation=Strict'),
  ],
  [
    'a field twice in a strict request',
    (api) =>
      api.post(
        `${api.at('configmaps')}?fieldValidation=Strict`,
        `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${api.name}"},"data":{"a":"1"},"data":{"a":"2"}}`,
      ),
    { notDemo: true, reason: 'the demo reads JSON with JSON.parse, which keeps the last of two fields' },
  ],
  ['a validation of another name', (api) => make(api, 'configmaps', config(api.name), '?fieldValidation=Sometimes')],
  [
    'a manager name that is too long',
    (api) => make(api, 'configmaps', config(api.name), `?fieldManager=${'a'.repeat(129)}`),
  ],
  [
    'a manager name that cannot be printed',
    (api) => make(api, 'configmaps', config(api.name), '?fieldManager=a%07b'),
    { leavesOut: ['message'], reason: 'Go writes the bell as \\a' },
  ],
  [
    'who wrote is recorded',
    async (api) => {
      await make(api, 'configmaps', config(api.name), '?fieldManager=first')
      const answer = await api.get(api.at('configmaps', api.name))
      const entries = answer.at('metadata.managedFields') as Json[]
      return entries.map(({ manager, operation, apiVersion, fieldsType }) => ({
        manager,
        operation,
        apiVersion,
        fieldsType,
      }))
    },
  ],
  ['a node is not in a namespace', (api) => api.get(`/api/v1/namespaces/${api.namespace}/nodes`)],
  [
    'YAML is read',
    (api) =>
      api.post(
        api.at('configmaps'),
        `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${api.name}\ndata:\n  a: "1"\n`,
        { type: 'application/yaml' },
      ),
  ],
]

contract('writes', cases)
