import type { Answer, Client, Json } from './client'
import { contract, type Case } from './contract'
import { config, pod, set } from './manifests'

type PatchKind = 'merge' | 'strategic-merge' | 'json'

/** A patch of a new object; on success the code and what is looked at. */
const patched = (resource: string, object: (name: string) => Json, kind: PatchKind, body: unknown, look: string) => {
  return async (api: Client) => {
    await api.post(api.at(resource), object(api.name))
    const answer = await api.patch(api.at(resource, api.name), kind, body)
    return answer.code === 200 ? [200, answer.at(look)] : answer
  }
}
const data = (kind: PatchKind, body: unknown) =>
  patched('configmaps', (name) => config(name, { data: { a: '1', b: '2' } }), kind, body, 'data')
const two = (name: string) =>
  set(name, {
    template: {
      metadata: { labels: { app: name }, annotations: { old: 'yes' } },
      spec: {
        containers: [
          { name: 'main', image: 'a:1', env: [{ name: 'A', value: '1' }] },
          { name: 'side', image: 'b:1' },
        ],
      },
    },
  })
const containers = (answer: Answer) => {
  if (answer.code !== 200) return answer
  return (answer.at('spec.template.spec.containers') as Json[]).map(({ name, image, env }) => ({ name, image, env }))
}
const template = (kind: PatchKind, spec: Json) => async (api: Client) => {
  await api.post(api.at('statefulsets'), two(api.name))
  return containers(await api.patch(api.at('statefulsets', api.name), kind, { spec: { template: { spec } } }))
}
const finalizers = ['wire.example/one', 'wire.example/two']
const kept = (name: string) => config('', { metadata: { name, finalizers } })
const free = (api: Client) => api.patch(api.at('configmaps', api.name), 'merge', { metadata: { finalizers: null } })
const WORDS = { leavesOut: ['message'], reason: 'the words are those of the JSON patch library' }
const applied = (name: string, more: Json = {}) => config(name, more)

const cases: Case[] = [
  ['merge: adds, changes and removes', data('merge', { data: { a: null, b: '3', c: '4' } })],
  ['merge: a body that is no object', data('merge', [1]), WORDS],
  [
    'merge: a body that is no JSON',
    async (api) => {
      await api.post(api.at('configmaps'), config(api.name))
      return api.patch(api.at('configmaps', api.name), 'merge', '{no')
    },
    WORDS,
  ],
  ['merge: a list is replaced as a whole', template('merge', { containers: [{ name: 'only', image: 'c:1' }] })],
  [
    'merge: a wrong version',
    async (api) => {
      await api.post(api.at('configmaps'), config(api.name))
      return api.patch(api.at('configmaps', api.name), 'merge', {
        metadata: { resourceVersion: '1' },
        data: { a: '2' },
      })
    },
  ],
  ['merge: another uid', data('merge', { metadata: { uid: '00000000-0000-0000-0000-000000000001' } })],
  ['merge: another name', data('merge', { metadata: { name: 'other' } })],
  ['merge: one that is not there', (api) => api.patch(api.at('configmaps', api.name), 'merge', {})],
  [
    'merge: an empty one changes nothing',
    async (api) => {
      const made = await api.post(api.at('configmaps'), config(api.name))
      const answer = await api.patch(api.at('configmaps', api.name), 'merge', {})
      return [answer.code, answer.at('metadata.resourceVersion') === made.at('metadata.resourceVersion')]
    },
  ],
  [
    'merge: labels and annotations',
    patched('configmaps', config, 'merge', { metadata: { labels: { x: 'y' }, annotations: { n: '1' } } }, 'metadata'),
  ],
  [
    'merge: replicas of a set',
    patched('statefulsets', set, 'merge', { spec: { minReadySeconds: 4 } }, 'spec.minReadySeconds'),
  ],
  ['merge: a wrong value', patched('statefulsets', set, 'merge', { spec: { replicas: -3 } }, 'spec')],
  [
    'merge: an unknown field, strictly',
    async (api) => {
      await api.post(api.at('statefulsets'), set(api.name))
      return api.patch(`${api.at('statefulsets', api.name)}?fieldValidation=Strict`, 'merge', { spec: { replica: 3 } })
    },
    { leavesOut: ['message'], reason: 'the message carries the whole object, in the order of its fields' },
  ],
  [
    'merge: dry run',
    async (api) => {
      await api.post(api.at('configmaps'), config(api.name))
      const answer = await api.patch(`${api.at('configmaps', api.name)}?dryRun=All`, 'merge', { data: { a: '2' } })
      return [answer.at('data'), (await api.get(api.at('configmaps', api.name))).at('data')]
    },
  ],
  [
    'json: test, replace, add and remove',
    data('json', [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'replace', path: '/data/a', value: '3' },
      { op: 'add', path: '/data/c', value: '4' },
      { op: 'remove', path: '/data/b' },
    ]),
  ],
  [
    'json: copy and move',
    data('json', [
      { op: 'copy', from: '/data/a', path: '/data/c' },
      { op: 'move', from: '/data/b', path: '/data/d' },
    ]),
  ],
  [
    'json: a key with a slash',
    data('json', [
      { op: 'add', path: '/metadata/annotations', value: { 'x/y': '1' } },
      { op: 'test', path: '/metadata/annotations/x~1y', value: '1' },
    ]),
  ],
  ['json: a test that fails', data('json', [{ op: 'test', path: '/data/a', value: '9' }]), WORDS],
  ['json: a path that is not there', data('json', [{ op: 'remove', path: '/data/z' }]), WORDS],
  ['json: an operation that does not exist', data('json', [{ op: 'turn', path: '/data/a' }]), WORDS],
  ['json: an object instead of a list', data('json', { data: {} }), WORDS],
  [
    'json: an item of a list',
    async (api) => {
      await api.post(api.at('configmaps'), kept(api.name))
      const body = [
        { op: 'test', path: '/metadata/finalizers/1', value: finalizers[1] },
        { op: 'remove', path: '/metadata/finalizers/1' },
      ]
      const answer = await api.patch(api.at('configmaps', api.name), 'json', body)
      await free(api)
      return answer
    },
  ],
  [
    'json: too many operations',
    async (api) => {
      await api.post(api.at('configmaps'), config(api.name))
      const body = Array.from({ length: 10_001 }, () => ({ op: 'add', path: '/data/a', value: '1' }))
      return api.patch(api.at('configmaps', api.name), 'json', body)
    },
  ],
  [
    'strategic: containers by their names',
    template('strategic-merge', { containers: [{ name: 'side', image: 'b:2' }] }),
  ],
  [
    'strategic: a variable by its name',
    template('strategic-merge', { containers: [{ name: 'main', env: [{ name: 'B', value: '2' }] }] }),
  ],
  ['strategic: one container goes', template('strategic-merge', { containers: [{ $patch: 'delete', name: 'side' }] })],
  [
    'strategic: the list is replaced',
    template('strategic-merge', { containers: [{ name: 'new', image: 'c:1' }, { $patch: 'replace' }] }),
  ],
  [
    'strategic: an order',
    template('strategic-merge', {
      '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }],
      containers: [{ name: 'side', image: 'b:3' }],
    }),
  ],
  [
    'strategic: the template is replaced, as a rollback does',
    async (api) => {
      await api.post(api.at('statefulsets'), two(api.name))
      const body = {
        spec: {
          template: {
            $patch: 'replace',
            metadata: { labels: { app: api.name } },
            spec: { containers: [{ name: 'main', image: 'a:0' }] },
          },
        },
      }
      const answer = await api.patch(api.at('statefulsets', api.name), 'strategic-merge', body)
      return [answer.at('spec.template.metadata'), containers(answer)]
    },
  ],
  [
    'strategic: one finalizer goes',
    async (api) => {
      await api.post(api.at('configmaps'), kept(api.name))
      const body = { metadata: { '$deleteFromPrimitiveList/finalizers': [finalizers[0]] } }
      const answer = await api.patch(api.at('configmaps', api.name), 'strategic-merge', body)
      await free(api)
      return answer
    },
  ],
  [
    'strategic: finalizers are added to those that are there',
    async (api) => {
      await api.post(api.at('configmaps'), kept(api.name))
      const answer = await api.patch(api.at('configmaps', api.name), 'strategic-merge', {
        metadata: { finalizers: ['wire.example/three'] },
      })
      await free(api)
      return (answer.at('metadata.finalizers') as string[]).toSorted()
    },
  ],
  [
    'strategic: what kubectl rollout restart sends',
    async (api) => {
      await api.post(api.at('statefulsets'), two(api.name))
      const body = { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } } }
      const answer = await api.patch(api.at('statefulsets', api.name), 'strategic-merge', body)
      return [answer.code, answer.at('spec.template.metadata'), answer.at('metadata.generation')]
    },
  ],
  [
    'strategic: the order of items that are named, new and only on the server',
    template('strategic-merge', {
      containers: [
        { name: 'side', image: 'b:2' },
        { name: 'new', image: 'c:1' },
      ],
    }),
  ],
  [
    'strategic: the order of a set of values',
    async (api) => {
      await api.post(api.at('configmaps'), kept(api.name))
      const answer = await api.patch(api.at('configmaps', api.name), 'strategic-merge', {
        metadata: { finalizers: ['wire.example/new', 'wire.example/two'] },
      })
      await free(api)
      return answer.at('metadata.finalizers')
    },
  ],
  [
    'apply: creates what is not there',
    (api) => api.apply(`${api.at('configmaps', api.name)}?fieldManager=me`, applied(api.name)),
  ],
  [
    'apply: changes what is mine',
    async (api) => {
      const path = `${api.at('configmaps', api.name)}?fieldManager=me`
      await api.apply(path, applied(api.name, { data: { a: '1', b: '2' } }))
      return api.apply(path, applied(api.name, { data: { a: '3', b: '2' } }))
    },
  ],
  ['apply: without a manager', (api) => api.apply(api.at('configmaps', api.name), applied(api.name))],
  [
    'force is for apply',
    async (api) => {
      await api.post(api.at('configmaps'), config(api.name))
      return api.patch(`${api.at('configmaps', api.name)}?force=true`, 'merge', {})
    },
  ],
  [
    'a patch of no known type',
    async (api) => {
      await api.post(api.at('configmaps'), config(api.name))
      return api.send('PATCH', api.at('configmaps', api.name), { body: {}, type: 'application/json' })
    },
  ],
  [
    'a pod keeps its containers',
    patched('pods', pod, 'json', [{ op: 'remove', path: '/spec/containers/0' }], 'spec'),
    WORDS,
  ],
  [
    'a deletion cannot be taken back',
    async (api) => {
      await api.post(api.at('configmaps'), kept(api.name))
      await api.delete(api.at('configmaps', api.name))
      const answer = await api.patch(api.at('configmaps', api.name), 'merge', { metadata: { deletionTimestamp: null } })
      await free(api)
      return [answer.code, typeof answer.at('metadata.deletionTimestamp')]
    },
  ],
  [
    'no finalizer is added once it goes',
    async (api) => {
      await api.post(api.at('configmaps'), kept(api.name))
      await api.delete(api.at('configmaps', api.name))
      const answer = await api.patch(api.at('configmaps', api.name), 'merge', {
        metadata: { finalizers: [...finalizers, 'wire.example/new'] },
      })
      await free(api)
      return answer
    },
  ],
  [
    'without its last finalizer it is gone',
    async (api) => {
      await api.post(api.at('configmaps'), kept(api.name))
      await api.delete(api.at('configmaps', api.name))
      return [await free(api), (await api.get(api.at('configmaps', api.name))).code]
    },
  ],
]

contract('patches', cases)
