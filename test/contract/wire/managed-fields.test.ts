import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Client, Json } from './client'
import { contract, type Case } from './contract'
import { budget, claim, config, pod, set } from './manifests'
import { owners, timeOf } from './owners'

/** What is asked as a manager of that name. */
const as = (manager: string, path: string) => `${path}?fieldManager=${manager}`

const created = (resource: string, object: (name: string) => Json) => async (api: Client) =>
  owners(await api.post(as('maker', api.at(resource)), object(api.name)))

/** A new object that another manager then patches. */
const changed =
  (resource: string, object: (name: string) => Json, kind: 'merge' | 'strategic-merge' | 'json', body: unknown) =>
  async (api: Client) => {
    await api.post(as('maker', api.at(resource)), object(api.name))
    return owners(await api.patch(as('changer', api.at(resource, api.name)), kind, body))
  }

const rich = (name: string) =>
  set(
    name,
    {
      replicas: 2,
      template: {
        metadata: { labels: { app: name }, annotations: { 'a.example/b': '1' } },
        spec: {
          schedulerName: 'nobody',
          nodeSelector: { disk: 'ssd' },
          imagePullSecrets: [{ name: 'pull' }],
          tolerations: [{ key: 'a', operator: 'Exists' }],
          containers: [
            {
              name: 'main',
              image: 'kubia:1',
              args: ['-v'],
              env: [
                { name: 'A', value: '1' },
                { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              ],
              ports: [{ name: 'http', containerPort: 8080 }],
              resources: { limits: { cpu: '1' } },
              volumeMounts: [{ name: 'data', mountPath: '/data' }],
              readinessProbe: { httpGet: { path: '/', port: 'http' } },
            },
          ],
          volumes: [{ name: 'scratch', emptyDir: {} }],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
    { labels: { app: name }, annotations: { note: 'x' } },
  )

const service = (name: string): Json => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ name: 'http', port: 80 }] },
})

const finalizers = ['wire.example/one', 'wire.example/two']
const kept = (name: string) => config('', { metadata: { name, finalizers } })
const scale = (name: string) => (api: Client, replicas: number) =>
  api.put(as(name, api.at('statefulsets', api.name, 'scale')), {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: api.name, namespace: api.namespace },
    spec: { replicas },
  })
const read = async (api: Client, resource: string): Promise<Answer> => api.get(api.at(resource, api.name))

const cases: Case[] = [
  ['create: a config map', created('configmaps', (name) => config(name, { metadata: { name, labels: { a: 'b' } } }))],
  ['create: a config map without anything', created('configmaps', (name) => ({ metadata: { name } }))],
  ['create: a set', created('statefulsets', rich)],
  ['create: a plain set', created('statefulsets', set)],
  ['create: a pod', created('pods', pod)],
  ['create: a service', created('services', service)],
  ['create: a claim', created('persistentvolumeclaims', claim)],
  ['create: a budget', created('poddisruptionbudgets', budget)],
  [
    'create: a name made up',
    async (api) =>
      owners(await api.post(api.at('configmaps'), { metadata: { generateName: 'some-' }, data: { a: '1' } })),
  ],
  [
    'create: by the name of the program',
    async (api) =>
      owners(
        await api.post(api.at('configmaps'), config(api.name), { headers: { 'user-agent': 'pro gram/v1.2 (x/y)' } }),
      ),
  ],
  [
    'create: owners by the namespace of uids',
    created('configmaps', (name) =>
      config(name, {
        metadata: {
          name,
          ownerReferences: [
            { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: '00000000-0000-0000-0000-000000000001' },
          ],
        },
      }),
    ),
  ],
  ['merge patch: changed, added and removed', changed('configmaps', config, 'merge', { data: { a: '2', b: '3' } })],
  ['merge patch: removed', changed('configmaps', config, 'merge', { data: { a: null } })],
  ['merge patch: nothing', changed('configmaps', config, 'merge', { data: { a: '1' } })],
  ['merge patch: labels', changed('configmaps', config, 'merge', { metadata: { labels: { x: 'y' } } })],
  [
    'merge patch: the whole list of containers',
    changed('statefulsets', rich, 'merge', {
      spec: { template: { spec: { containers: [{ name: 'other', image: 'b:1' }] } } },
    }),
  ],
  [
    'strategic patch: an image',
    changed('statefulsets', rich, 'strategic-merge', {
      spec: { template: { spec: { containers: [{ name: 'main', image: 'kubia:2' }] } } },
    }),
  ],
  [
    'strategic patch: another variable and port',
    changed('statefulsets', rich, 'strategic-merge', {
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'main', env: [{ name: 'C', value: '3' }], ports: [{ containerPort: 53, protocol: 'UDP' }] },
            ],
          },
        },
      },
    }),
  ],
  [
    'json patch: a finalizer less',
    changed('configmaps', kept, 'json', [{ op: 'remove', path: '/metadata/finalizers/0' }]),
  ],
  [
    'json patch: an atomic list',
    changed('statefulsets', rich, 'json', [
      { op: 'add', path: '/spec/template/spec/tolerations/-', value: { key: 'b', operator: 'Exists' } },
      { op: 'replace', path: '/spec/template/spec/nodeSelector/disk', value: 'hdd' },
    ]),
  ],
  [
    'put: what is left out leaves everybody',
    async (api) => {
      await api.post(as('maker', api.at('configmaps')), config(api.name, { data: { a: '1', b: '2', c: '3' } }))
      return owners(
        await api.put(as('changer', api.at('configmaps', api.name)), config(api.name, { data: { a: '1', b: '4' } })),
      )
    },
  ],
  [
    'two managers, then the first takes all back',
    async (api) => {
      const path = api.at('configmaps', api.name)
      await api.post(as('maker', api.at('configmaps')), config(api.name, { data: { a: '1', b: '2' } }))
      await api.patch(as('changer', path), 'merge', { data: { a: '5', b: '6' } })
      return owners(await api.patch(as('maker', path), 'merge', { data: { a: '7', b: '8' } }))
    },
  ],
  [
    'the time is that of the last change',
    async (api) => {
      const path = api.at('configmaps', api.name)
      const first = await api.post(as('maker', api.at('configmaps')), config(api.name))
      await sleep(1_100)
      const same = await api.patch(as('maker', path), 'merge', { data: { a: '1' } })
      const other = await api.patch(as('changer', path), 'merge', { data: { b: '1' } })
      const removed = await api.patch(as('maker', path), 'merge', { data: { b: null } })
      const again = await api.patch(as('maker', path), 'merge', { data: { a: '2' } })
      const at = timeOf(first, 'maker')
      return [same, other, removed, again].map((answer) => timeOf(answer, 'maker') === at)
    },
  ],
  [
    'status: what a status write owns',
    async (api) => {
      await api.post(as('maker', api.at('pods')), pod(api.name))
      return owners(
        await api.patch(as('kubelet', api.at('pods', api.name, 'status')), 'strategic-merge', {
          metadata: { labels: { from: 'status' } },
          spec: { nodeName: 'ignored' },
          status: {
            phase: 'Running',
            conditions: [
              {
                type: 'Ready',
                status: 'True',
                lastProbeTime: '2026-01-01T00:00:00Z',
                lastTransitionTime: '2026-01-01T00:00:00Z',
              },
            ],
            podIP: '10.1.1.1',
            podIPs: [{ ip: '10.1.1.1' }],
          },
        }),
      )
    },
  ],
  [
    'status: the main endpoint does not own it',
    async (api) =>
      owners(await api.post(as('maker', api.at('statefulsets')), { ...set(api.name), status: { replicas: 5 } })),
  ],
  [
    'scale: its own entry',
    async (api) => {
      await api.post(as('maker', api.at('statefulsets')), set(api.name))
      const answer = await scale('scaler')(api, 2)
      return [answer.code, answer.at('metadata.managedFields') ?? 'none', owners(await read(api, 'statefulsets'))]
    },
  ],
  [
    'scale: once more by another, then through the set',
    async (api) => {
      await api.post(as('maker', api.at('statefulsets')), set(api.name, { replicas: 1 }))
      await scale('scaler')(api, 2)
      await scale('other')(api, 3)
      const scaled = owners(await read(api, 'statefulsets'))
      const answer = await api.patch(as('maker', api.at('statefulsets', api.name)), 'merge', { spec: { replicas: 4 } })
      return [scaled, owners(answer)]
    },
  ],
  [
    'scale: to none and back',
    async (api) => {
      await api.post(as('maker', api.at('statefulsets')), set(api.name, { replicas: 1 }))
      await scale('scaler')(api, 0)
      const none = owners(await read(api, 'statefulsets'))
      await scale('scaler')(api, 1)
      return [none, owners(await read(api, 'statefulsets'))]
    },
  ],
  [
    'scale: to what it is already',
    async (api) => {
      await api.post(as('maker', api.at('statefulsets')), set(api.name, { replicas: 1 }))
      await scale('scaler')(api, 1)
      return owners(await read(api, 'statefulsets'))
    },
  ],
  [
    'scale: by a patch',
    async (api) => {
      await api.post(as('maker', api.at('statefulsets')), set(api.name, { replicas: 1 }))
      await api.patch(as('patcher', api.at('statefulsets', api.name, 'scale')), 'merge', { spec: { replicas: 2 } })
      return owners(await read(api, 'statefulsets'))
    },
  ],
  ...([[], [{}]] as const).map((entries): Case => [
    `reset: by a list of ${entries.length}`,
    async (api) => {
      const path = api.at('configmaps', api.name)
      await api.post(as('maker', api.at('configmaps')), config(api.name))
      const reset = await api.patch(as('changer', path), 'merge', {
        metadata: { managedFields: entries },
        data: { b: '1' },
      })
      return [owners(reset), owners(await api.patch(as('changer', path), 'merge', { data: { c: '1' } }))]
    },
  ]),
  [
    'put: without entries keeps them',
    async (api) => {
      await api.post(as('maker', api.at('configmaps')), config(api.name))
      return owners(await api.put(as('changer', api.at('configmaps', api.name)), config(api.name)))
    },
  ],
  [
    'put: entries of the client',
    async (api) => {
      await api.post(as('maker', api.at('statefulsets')), set(api.name))
      const entry = {
        manager: 'invented',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:spec': {
            'f:template': {
              'f:spec': { 'f:containers': { 'k:{ "name": "main" }': { 'f:image': {}, '.': {} } } },
            },
            'f:replicas': {},
          },
        },
      }
      return owners(
        await api.patch(as('changer', api.at('statefulsets', api.name)), 'merge', {
          metadata: { managedFields: [entry], labels: { a: 'b' } },
        }),
      )
    },
  ],
  [
    'put: entries that are none',
    async (api) => {
      await api.post(as('maker', api.at('configmaps')), config(api.name))
      return owners(
        await api.patch(as('changer', api.at('configmaps', api.name)), 'merge', {
          metadata: { managedFields: [{ manager: 'x', operation: 'Nothing', apiVersion: 'v1' }] },
        }),
      )
    },
  ],
  [
    'many managers: the oldest are joined',
    async (api) => {
      const path = api.at('configmaps', api.name)
      await api.post(as('maker', api.at('configmaps')), config(api.name))
      for (let count = 10; count < 22; count++)
        await api.patch(as(`manager-${count}`, path), 'merge', { data: { [`key-${count}`]: '1' } })
      return owners(await read(api, 'configmaps'))
    },
  ],
]

contract('managed fields', cases)
