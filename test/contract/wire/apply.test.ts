import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Client, Json } from './client'
import { contract, type Case } from './contract'
import { config, set } from './manifests'
import { owners, timeOf } from './owners'

const configAt = (api: Client, more = '') => `${api.at('configmaps', api.name)}?fieldManager=${more || 'me'}`
const setAt = (api: Client, more = '') => `${api.at('statefulsets', api.name)}?fieldManager=${more || 'me'}`

/** What became of it: what is looked at, and who owns what. Refusals as they are. */
const seen = (look: string) => (answer: Answer) =>
  answer.code < 300 ? [answer.code, answer.at(look) ?? 'none', owners(answer)] : answer
const data = seen('data')
const spec = seen('spec')

const applied = (name: string, data: Json, meta: Json = {}): Json => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...meta },
  data,
})
const applySet = (name: string, spec: Json, meta: Json = {}): Json => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name, ...meta },
  spec,
})
const containers = (...containers: Json[]): Json => ({ template: { spec: { containers } } })
const twice = (first: Json, second: Json) => async (api: Client) => {
  const made = await api.apply(setAt(api), { ...set(api.name, first) })
  return made.code < 300 ? spec(await api.apply(setAt(api), set(api.name, second))) : made
}
const withContainers = (...list: Json[]): Json => ({
  template: { metadata: { labels: { app: 'x' } }, spec: { schedulerName: 'nobody', containers: list } },
  selector: { matchLabels: { app: 'x' } },
})
const main = { name: 'main', image: 'kubia:1' }
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

const cases: Case[] = [
  ['a set that is not there', async (api) => spec(await api.apply(setAt(api), set(api.name)))],
  ['without a name', (api) => api.apply(configAt(api), { apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } })],
  ['with another name', (api) => api.apply(configAt(api), applied('other', { a: '1' }))],
  [
    'with a uid that is nowhere',
    (api) => api.apply(configAt(api), applied(api.name, {}, { uid: '00000000-0000-0000-0000-000000000001' })),
  ],
  ['without a type', (api) => api.apply(configAt(api), { metadata: { name: api.name } })],
  ['of another type', (api) => api.apply(configAt(api), { ...set(api.name) })],
  ['with entries', (api) => api.apply(configAt(api), applied(api.name, {}, { managedFields: [{}] }))],
  ['an unknown field', (api) => api.apply(setAt(api), set(api.name, { replica: 3 }))],
  ['a field of the wrong type', (api) => api.apply(setAt(api), set(api.name, { replicas: '3' }))],
  ['a list of the wrong type', (api) => api.apply(setAt(api), set(api.name, { volumeClaimTemplates: 'none' }))],
  ['two containers of one name', (api) => api.apply(setAt(api), set(api.name, withContainers(main, main)))],
  [
    'what is owned as a whole',
    async (api) => {
      const whole = (more: Json, disk: string) =>
        set(api.name, {
          template: {
            metadata: { labels: { app: api.name } },
            spec: {
              schedulerName: 'nobody',
              nodeSelector: { disk },
              imagePullSecrets: [{ name: 'pull' }],
              tolerations: [{ key: 'a', operator: 'Exists' }],
              containers: [{ ...main, ...more }],
            },
          },
        })
      const first = await api.apply(setAt(api), whole({ args: ['-v'], resources: { limits: { cpu: '1000m' } } }, 'ssd'))
      const other = await api.apply(setAt(api, 'other'), whole({ args: ['-q'] }, 'hdd'))
      return [spec(first), other, spec(await api.apply(setAt(api), whole({ command: ['x'] }, 'hdd')))]
    },
  ],
  [
    'a service',
    async (api) => {
      const service = (ports: Json[], selector: Json) => ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: api.name },
        spec: { clusterIP: 'None', selector, ports },
      })
      const path = `${api.at('services', api.name)}?fieldManager=me`
      const http = { name: 'http', port: 80 }
      await api.apply(path, service([http], { app: 'a' }))
      return spec(await api.apply(path, service([{ name: 'dns', port: 53, protocol: 'UDP' }, http], { app: 'b' })))
    },
  ],
  [
    'templates of claims have more fields than those applied',
    async (api) => {
      const templates = (size: string) =>
        set(api.name, {
          volumeClaimTemplates: [
            {
              metadata: { name: 'data' },
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } },
            },
          ],
        })
      await api.apply(setAt(api), templates('1Gi'))
      const again = await api.apply(setAt(api), templates('1Gi'))
      return [spec(again), await api.apply(setAt(api, 'other'), templates('1Gi'))]
    },
  ],
  [
    'what I no longer name goes',
    async (api) => {
      await api.apply(configAt(api), applied(api.name, { a: '1', b: '2' }, { labels: { x: 'y' } }))
      const answer = await api.apply(configAt(api), applied(api.name, { b: '3' }))
      return [data(answer), answer.at('metadata.labels') ?? 'none']
    },
  ],
  [
    'everything goes',
    async (api) => {
      await api.apply(configAt(api), applied(api.name, { a: '1' }))
      return data(await api.apply(configAt(api), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: api.name } }))
    },
  ],
  [
    'what others name as well stays',
    async (api) => {
      await api.apply(configAt(api), applied(api.name, { a: '1', b: '2' }))
      await api.apply(configAt(api, 'other'), applied(api.name, { a: '1' }))
      return data(await api.apply(configAt(api), applied(api.name, { b: '2' })))
    },
  ],
  [
    'what an updater has changed since stays',
    async (api) => {
      await api.apply(configAt(api), applied(api.name, { a: '1', b: '2' }))
      await api.patch(configAt(api, 'updater'), 'merge', { data: { a: '5', c: '6' } })
      return data(await api.apply(configAt(api), applied(api.name, { b: '2' })))
    },
  ],
  [
    'a conflict with an updater',
    async (api) => {
      await api.post(`${api.at('statefulsets')}?fieldManager=kubectl`, set(api.name))
      return api.apply(setAt(api), applySet(api.name, { replicas: 3 }))
    },
  ],
  [
    'conflicts with an updater, in order',
    async (api) => {
      await api.post(`${api.at('statefulsets')}?fieldManager=maker`, set(api.name, {}, { labels: { x: 'y' } }))
      return api.apply(
        setAt(api),
        applySet(
          api.name,
          { replicas: 3, minReadySeconds: 3, serviceName: 'kubia', ...containers({ name: 'main', image: 'other:1' }) },
          { labels: { x: 'z' } },
        ),
      )
    },
  ],
  [
    'a conflict with an applier',
    async (api) => {
      await api.apply(configAt(api), applied(api.name, { a: '1' }))
      return api.apply(configAt(api, 'other'), applied(api.name, { a: '2' }))
    },
  ],
  [
    'a conflict with a scaler',
    async (api) => {
      await api.apply(setAt(api), set(api.name, { replicas: 1 }))
      await api.patch(`${api.at('statefulsets', api.name, 'scale')}?fieldManager=scaler`, 'merge', {
        spec: { replicas: 2 },
      })
      return api.apply(setAt(api), set(api.name, { replicas: 1 }))
    },
  ],
  [
    'by force',
    async (api) => {
      await api.post(`${api.at('statefulsets')}?fieldManager=maker`, set(api.name))
      return spec(await api.apply(`${setAt(api)}&force=true`, applySet(api.name, { replicas: 3 })))
    },
  ],
  [
    'shared: the same value',
    async (api) => {
      await api.post(`${api.at('configmaps')}?fieldManager=maker`, config(api.name))
      return data(await api.apply(configAt(api), applied(api.name, { a: '1' })))
    },
  ],
  [
    'the time is that of the last change',
    async (api) => {
      const first = await api.apply(configAt(api), applied(api.name, { a: '1' }))
      await sleep(1_100)
      const same = await api.apply(configAt(api), applied(api.name, { a: '1' }))
      const changed = await api.apply(configAt(api), applied(api.name, { a: '2' }))
      const at = timeOf(first, 'me')
      return [same, changed].map((answer) => [
        timeOf(answer, 'me') === at,
        answer.at('metadata.resourceVersion') === first.at('metadata.resourceVersion'),
      ])
    },
  ],
  [
    'dry run',
    async (api) => {
      await api.apply(configAt(api), applied(api.name, { a: '1' }))
      const answer = await api.apply(`${configAt(api)}&dryRun=All`, applied(api.name, { b: '1' }))
      return [data(answer), data(await api.get(api.at('configmaps', api.name)))]
    },
  ],
  [
    'dry run of what is not there',
    async (api) => [
      data(await api.apply(`${configAt(api)}&dryRun=All`, applied(api.name, { a: '1' }))),
      (await api.get(api.at('configmaps', api.name))).code,
    ],
  ],
  [
    'a wrong version',
    async (api) => {
      await api.apply(configAt(api), applied(api.name, { a: '1' }))
      return api.apply(configAt(api), applied(api.name, { a: '2' }, { resourceVersion: '1' }))
    },
  ],
  ['containers: one more', twice(withContainers(main), withContainers({ name: 'side', image: 'b:1' }, main))],
  ['containers: one less', twice(withContainers(main, { name: 'side', image: 'b:1' }), withContainers(main))],
  [
    'containers: a variable less',
    twice(
      withContainers({
        ...main,
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
        args: ['-v'],
      }),
      withContainers({ ...main, env: [{ name: 'B', value: '3' }] }),
    ),
  ],
  [
    'containers: ports by number and protocol',
    twice(
      withContainers({ ...main, ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] }),
      withContainers({ ...main, ports: [{ containerPort: 53, protocol: 'UDP', name: 'dns' }, { containerPort: 81 }] }),
    ),
  ],
  [
    'containers: those of others keep their place',
    async (api) => {
      await api.post(
        `${api.at('statefulsets')}?fieldManager=maker`,
        set(
          api.name,
          withContainers({ name: 'a', image: 'a:1' }, { name: 'b', image: 'b:1' }, { name: 'c', image: 'c:1' }),
        ),
      )
      const answer = await api.apply(
        `${setAt(api)}&force=true`,
        applySet(api.name, containers({ name: 'c', image: 'c:2' }, { name: 'd', image: 'd:1' }, { name: 'a' })),
      )
      return (answer.at('spec.template.spec.containers') as Json[]).map(({ name, image }) => [name, image])
    },
  ],
  [
    'finalizers are a set',
    async (api) => {
      const finalizers = (...list: string[]) =>
        applied(api.name, {}, { finalizers: list.map((one) => `wire.example/${one}`) })
      await api.apply(configAt(api), finalizers('a', 'b'))
      await api.apply(configAt(api, 'other'), finalizers('b', 'c'))
      const answer = await api.apply(configAt(api), finalizers('a'))
      await api.patch(api.at('configmaps', api.name), 'merge', { metadata: { finalizers: null } })
      return [answer.at('metadata.finalizers'), owners(answer)]
    },
  ],
  [
    'a null is nothing',
    async (api) => {
      await api.apply(setAt(api), set(api.name, { minReadySeconds: 4 }))
      return spec(await api.apply(setAt(api), set(api.name, { minReadySeconds: null })))
    },
  ],
  [
    'status: of its own',
    async (api) => {
      await api.apply(setAt(api), set(api.name))
      return seen('status')(
        await api.apply(`${api.at('statefulsets', api.name, 'status')}?fieldManager=controller`, {
          ...applySet(api.name, { replicas: 7 }),
          status: { replicas: 1, conditions: [{ type: 'Odd', status: 'True' }] },
        }),
      )
    },
    {
      leavesOut: ['lastTransitionTime', 'currentRevision', 'updateRevision', 'collisionCount', 'observedGeneration'],
      reason: 'the controller of the set writes as well',
    },
  ],
  [
    'scale: applied',
    async (api) => {
      await api.post(`${api.at('statefulsets')}?fieldManager=maker`, set(api.name, { replicas: 1 }))
      const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: api.name }, spec: { replicas: 2 } }
      const path = `${api.at('statefulsets', api.name, 'scale')}?fieldManager=applier`
      const refused = await api.apply(path, scale)
      const forced = await api.apply(`${path}&force=true`, scale)
      return [refused, [forced.code, forced.at('spec')], owners(await api.get(api.at('statefulsets', api.name)))]
    },
  ],
  [
    'kubectl takes over from its annotation',
    async (api) => {
      const manifest = applied(api.name, { a: '1', b: '2' })
      const annotations = { [lastApplied]: JSON.stringify(manifest) }
      await api.post(
        `${api.at('configmaps')}?fieldManager=kubectl-client-side-apply`,
        applied(api.name, { a: '1', b: '2' }, { annotations }),
      )
      const path = configAt(api, 'kubectl')
      const answer = await api.apply(path, applied(api.name, { a: '5', b: '2' }))
      await api.patch(configAt(api, 'someone'), 'merge', { data: { b: '9' } })
      return [
        data(answer),
        answer.at('metadata.annotations'),
        await api.apply(path, applied(api.name, { a: '6', b: '7' })),
      ]
    },
  ],
  [
    'before the first apply',
    async (api) => {
      await api.post(`${api.at('configmaps')}?fieldManager=maker`, config(api.name))
      await api.patch(configAt(api, 'resetter'), 'merge', { metadata: { managedFields: [{}] } })
      const refused = await api.apply(configAt(api), applied(api.name, { a: '2' }))
      return [refused, data(await api.apply(configAt(api), applied(api.name, { a: '1', b: '2' })))]
    },
  ],
]

contract('apply', cases)
