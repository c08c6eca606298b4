import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Client, Json } from './client'
import { contract, type Case } from './contract'
import { budget, pod, set } from './manifests'

const settled = (name: string) => set(name, { updateStrategy: { type: 'OnDelete' } })

/** A set whose controller has looked at it, so that its version stays as it is. */
async function makeSet(api: Client): Promise<Answer> {
  await api.post(api.at('statefulsets'), settled(api.name))
  for (;;) {
    const answer = await api.get(api.at('statefulsets', api.name))
    if (answer.at('status.updateRevision')) return answer
    await sleep(50)
  }
}
const scale = (api: Client) => api.at('statefulsets', api.name, 'scale')
const scaled = (change: (scale: Json & { metadata: Json; spec: Json }) => void) => async (api: Client) => {
  await makeSet(api)
  const object = structuredClone((await api.get(scale(api))).body) as Json & { metadata: Json; spec: Json }
  change(object)
  return api.put(scale(api), object)
}
const clean = async (api: Client) => {
  await api.delete(api.at('pods', api.name), { gracePeriodSeconds: 0 })
}
const eviction = (name: string, more: Json = {}): Json => ({
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  metadata: { name },
  ...more,
})

/** Evicts a running pod, under the budgets given, each with its status. */
const evicted = (budgets: { spec?: Json; status?: Json }[], body: (name: string) => Json, ready = true, query = '') => {
  return async (api: Client) => {
    await api.post(api.at('pods'), pod(api.name, { node: true, meta: { labels: { app: api.name } } }))
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] }
    await api.patch(api.at('pods', api.name, 'status'), 'merge', { status })
    for (const [index, { spec, status: counts }] of budgets.entries()) {
      const name = `${api.name}-${index}`
      await api.post(
        api.at('poddisruptionbudgets'),
        budget(name, { selector: { matchLabels: { app: api.name } }, ...spec }),
      )
      if (counts) await api.patch(api.at('poddisruptionbudgets', name, 'status'), 'merge', { status: counts })
    }
    const answer = await api.post(`${api.at('pods', api.name, 'eviction')}${query}`, body(api.name))
    const { deletionTimestamp } = ((await api.get(api.at('pods', api.name))).at('metadata') ?? {}) as Json
    await clean(api)
    return [answer, Boolean(deletionTimestamp)]
  }
}

const cases: Case[] = [
  ['scale: read', async (api) => (await makeSet(api), api.get(scale(api)))],
  ['scale: one that is not there', (api) => api.get(scale(api))],
  [
    'scale: write with the version read',
    async (api) => {
      const answer = await scaled(({ spec }) => void (spec['replicas'] = 0))(api)
      return [answer.code, answer.at('kind'), answer.at('spec')]
    },
  ],
  ['scale: write with a version that is over', scaled(({ metadata }) => void (metadata['resourceVersion'] = '1'))],
  [
    'scale: write with another uid',
    scaled(({ metadata }) => void (metadata['uid'] = '00000000-0000-0000-0000-000000000001')),
  ],
  ['scale: write under another name', scaled(({ metadata }) => void (metadata['name'] = 'other'))],
  ['scale: below zero', scaled(({ spec }) => void (spec['replicas'] = -1))],
  [
    'scale: a merge patch',
    async (api) => {
      await makeSet(api)
      const answer = await api.patch(scale(api), 'merge', { spec: { replicas: 2 } })
      const after = await api.get(api.at('statefulsets', api.name))
      await api.patch(scale(api), 'merge', { spec: { replicas: 0 } })
      return [
        answer.code,
        answer.at('kind'),
        answer.at('spec'),
        after.at('spec.replicas'),
        after.at('metadata.generation'),
      ]
    },
  ],
  [
    'scale: a JSON patch',
    async (api) => {
      await makeSet(api)
      const answer = await api.patch(scale(api), 'json', [{ op: 'add', path: '/spec/replicas', value: 0 }])
      return [answer.code, answer.at('spec')]
    },
  ],
  [
    'scale: a patch below zero',
    async (api) => (await makeSet(api), api.patch(scale(api), 'merge', { spec: { replicas: -2 } })),
  ],
  [
    'scale: a patch with a version that is over',
    async (api) => {
      await makeSet(api)
      return api.patch(scale(api), 'merge', { metadata: { resourceVersion: '1' }, spec: { replicas: 3 } })
    },
  ],
  [
    'scale: dry run',
    async (api) => {
      await makeSet(api)
      const answer = await api.patch(`${scale(api)}?dryRun=All`, 'merge', { spec: { replicas: 5 } })
      return [answer.at('spec'), (await api.get(api.at('statefulsets', api.name))).at('spec.replicas')]
    },
  ],
  [
    'scale: a word instead of a number',
    async (api) => (await makeSet(api), api.patch(scale(api), 'merge', { spec: { replicas: 'many' } })),
    { leavesOut: ['message'], reason: "the words are those of Go's JSON decoder" },
  ],
  ['scale: cannot be deleted', (api) => api.delete(scale(api))],
  ['scale: pods have none', (api) => api.get(api.at('pods', 'nobody', 'scale'))],
  [
    'status: a write changes the status alone',
    async (api) => {
      await api.post(api.at('pods'), pod(api.name))
      const patch = {
        metadata: { labels: { x: 'y' } },
        spec: { activeDeadlineSeconds: 5 },
        status: { message: 'hello' },
      }
      const answer = await api.patch(api.at('pods', api.name, 'status'), 'merge', patch)
      return [
        answer.code,
        answer.at('status.message'),
        answer.at('spec.activeDeadlineSeconds') ?? null,
        answer.at('metadata.generation'),
      ]
    },
  ],
  [
    'status: is not changed by a write of the object',
    async (api) => {
      await api.post(api.at('pods'), pod(api.name))
      const answer = await api.patch(api.at('pods', api.name), 'merge', { status: { message: 'hello' } })
      return [answer.code, answer.at('status.message') ?? null]
    },
  ],
  [
    'status: can be read',
    async (api) => {
      await api.post(api.at('poddisruptionbudgets'), budget(api.name))
      const answer = await api.get(api.at('poddisruptionbudgets', api.name, 'status'))
      return [answer.code, answer.at('kind')]
    },
  ],
  ['status: config maps have none', (api) => api.get(api.at('configmaps', 'nobody', 'status'))],
  ['a subresource that does not exist', (api) => api.get(api.at('pods', 'nobody', 'nothing'))],
  [
    'binding: a pod gets a node',
    async (api) => {
      await api.post(api.at('pods'), pod(api.name))
      const body = {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: api.name },
        target: { kind: 'Node', name: 'wire-nowhere' },
      }
      const answer = await api.post(api.at('pods', api.name, 'binding'), body)
      const after = await api.get(api.at('pods', api.name))
      await clean(api)
      return [answer, after.at('spec.nodeName')]
    },
  ],
  [
    'binding: only once',
    async (api) => {
      await api.post(api.at('pods'), pod(api.name, { node: true }))
      const body = {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: api.name },
        target: { kind: 'Node', name: 'other' },
      }
      const answer = await api.post(api.at('pods', api.name, 'binding'), body)
      await clean(api)
      return answer
    },
  ],
  ['eviction: without a budget', evicted([], (name) => eviction(name))],
  ['eviction: a pod that is not there', (api) => api.post(api.at('pods', 'nobody', 'eviction'), eviction('nobody'))],
  ['eviction: under another name', evicted([], () => eviction('other'))],
  [
    'eviction: a budget that nobody has counted yet',
    evicted([{ spec: { minAvailable: 1 }, status: { observedGeneration: 0 } }], (name) => eviction(name)),
    {
      leavesOut: ['warning', 'retry-after', 'retryAfterSeconds', 'message', 'causes'],
      reason: 'a controller counts at once; the refusal is the same for both reasons but for its words',
    },
  ],
  [
    'eviction: a pod that waits is not counted',
    async (api) => {
      await api.post(api.at('pods'), pod(api.name, { meta: { labels: { app: api.name } } }))
      await api.post(api.at('poddisruptionbudgets'), budget(api.name))
      const answer = await api.post(api.at('pods', api.name, 'eviction'), eviction(api.name))
      return [answer, (await api.get(api.at('pods', api.name))).code]
    },
  ],
  ['eviction: dry run', evicted([], (name) => eviction(name, { deleteOptions: { dryRun: ['All'] } }))],
  ['eviction: dry run in the query', evicted([], (name) => eviction(name), true, '?dryRun=All')],
  [
    'eviction: the uid of another',
    evicted([], (name) =>
      eviction(name, { deleteOptions: { preconditions: { uid: '00000000-0000-0000-0000-000000000001' } } }),
    ),
  ],
  ['eviction: cannot be read', (api) => api.get(api.at('pods', 'nobody', 'eviction'))],
  ['eviction: two budgets', evicted([{}, {}], (name) => eviction(name))],
]

contract('subresources', cases)
