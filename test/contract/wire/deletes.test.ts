import type { Answer, Client, Json } from './client'
import { contract, type Case } from './contract'
import { claim, config, pod, set } from './manifests'

const OTHER = '00000000-0000-0000-0000-000000000001'
const finalizers = ['wire.example/hold']

/** What a deletion says and leaves: the answer's own parts, the grace, the finalizers, and whether the object is there. */
async function left(api: Client, resource: string, answer: Answer): Promise<unknown> {
  const found = await api.get(api.at(resource, api.name))
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers: held } = (found.at('metadata') ?? {}) as Json
  const leaving = Boolean(deletionTimestamp)
  const brief = answer.at('kind') === 'Status' ? answer : [answer.code, answer.at('kind'), answer.at('metadata.name')]
  return { answer: brief, after: found.code, leaving, grace: deletionGracePeriodSeconds, finalizers: held }
}

const removed =
  (resource: string, object: (name: string) => Json, options?: Json, query = '') =>
  async (api: Client) => {
    await api.post(api.at(resource), object(api.name))
    const result = await left(api, resource, await api.delete(`${api.at(resource, api.name)}${query}`, options))
    await api.patch(api.at(resource, api.name), 'merge', { metadata: { finalizers: null } })
    await api.delete(api.at(resource, api.name), { gracePeriodSeconds: 0 })
    return result
  }
const bound = (name: string) => pod(name, { node: true })
const held = (name: string) => pod(name, { node: true, meta: { finalizers } })
const heldConfig = (name: string) => config('', { metadata: { name, finalizers } })

const cases: Case[] = [
  ['a config map', removed('configmaps', (name) => config(name))],
  ['a set', removed('statefulsets', (name) => set(name))],
  ['one that is not there', (api) => api.delete(api.at('pods', api.name))],
  ['a pod without a node goes at once', removed('pods', (name) => pod(name))],
  ['a pod on a node gets its own grace', removed('pods', bound)],
  [
    'a pod with a grace of its own',
    removed('pods', (name) => pod(name, { node: true, terminationGracePeriodSeconds: 77 })),
  ],
  ['a grace that is asked for', removed('pods', bound, { gracePeriodSeconds: 5 })],
  ['a grace in the query', removed('pods', bound, undefined, '?gracePeriodSeconds=6')],
  ['a grace below zero is one second', removed('pods', bound, { gracePeriodSeconds: -9 })],
  ['by force', removed('pods', bound, { gracePeriodSeconds: 0 })],
  ['by force with a finalizer', removed('pods', held, { gracePeriodSeconds: 0 })],
  ['gracefully with a finalizer', removed('pods', held)],
  ['with a finalizer', removed('configmaps', heldConfig)],
  [
    'with a finalizer, twice',
    async (api) => {
      await api.post(api.at('configmaps'), heldConfig(api.name))
      const first = await api.delete(api.at('configmaps', api.name))
      const second = await api.delete(api.at('configmaps', api.name))
      await api.patch(api.at('configmaps', api.name), 'merge', { metadata: { finalizers: null } })
      return [second.code, first.at('metadata.deletionTimestamp') === second.at('metadata.deletionTimestamp')]
    },
  ],
  ...(
    [
      ['a second deletion without a grace changes nothing', undefined],
      ['a second deletion with a longer grace changes nothing', { gracePeriodSeconds: 60 }],
      ['a second deletion with a shorter grace counts', { gracePeriodSeconds: 4 }],
      ['a second deletion by force ends it', { gracePeriodSeconds: 0 }],
    ] as const
  ).map(([title, options]): Case => [
    title,
    async (api) => {
      await api.post(api.at('pods'), bound(api.name))
      const first = await api.delete(api.at('pods', api.name))
      const second = await api.delete(api.at('pods', api.name), options)
      const same = first.at('metadata.deletionTimestamp') === second.at('metadata.deletionTimestamp')
      const result = await left(api, 'pods', second)
      await api.delete(api.at('pods', api.name), { gracePeriodSeconds: 0 })
      return [same, result]
    },
  ]),
  [
    'a deletion counts as a generation of a pod',
    async (api) => {
      const made = await api.post(api.at('pods'), bound(api.name))
      const gone = await api.delete(api.at('pods', api.name))
      await api.delete(api.at('pods', api.name), { gracePeriodSeconds: 0 })
      return [made.at('metadata.generation'), gone.at('metadata.generation')]
    },
  ],
  [
    'the uid is the one that is there',
    async (api) => {
      const made = await api.post(api.at('configmaps'), config(api.name))
      const answer = await api.delete(api.at('configmaps', api.name), {
        preconditions: { uid: made.at('metadata.uid') },
      })
      return left(api, 'configmaps', answer)
    },
  ],
  ['the uid is another one', removed('pods', bound, { preconditions: { uid: OTHER } })],
  ['the uid is another one, of a set', removed('statefulsets', (name) => set(name), { preconditions: { uid: OTHER } })],
  [
    'the version is another one',
    removed('configmaps', (name) => config(name), { preconditions: { resourceVersion: '1' } }),
    { leavesOut: ['message'], reason: 'the message carries both versions' },
  ],
  ['force with the uid of another', removed('pods', bound, { gracePeriodSeconds: 0, preconditions: { uid: OTHER } })],
  ['dry run', removed('configmaps', (name) => config(name), { dryRun: ['All'] })],
  ['dry run of a pod', removed('pods', bound, { dryRun: ['All'] })],
  ['dry run in the query', removed('configmaps', (name) => config(name), undefined, '?dryRun=All')],
  ['dry run of another word', removed('configmaps', (name) => config(name), { dryRun: ['Some'] })],
  ['in the background', removed('configmaps', (name) => config(name), { propagationPolicy: 'Background' })],
  [
    'in the foreground the dependents go first',
    async (api) => {
      await api.post(api.at('configmaps'), heldConfig(api.name))
      const answer = await api.delete(api.at('configmaps', api.name), { propagationPolicy: 'Foreground' })
      const result = (answer.at('metadata.finalizers') as string[]).toSorted()
      await api.patch(api.at('configmaps', api.name), 'merge', { metadata: { finalizers: null } })
      return [answer.code, result]
    },
  ],
  [
    'orphans are left',
    async (api) => {
      await api.post(api.at('configmaps'), heldConfig(api.name))
      const answer = await api.delete(api.at('configmaps', api.name), { propagationPolicy: 'Orphan' })
      const result = (answer.at('metadata.finalizers') as string[]).toSorted()
      await api.patch(api.at('configmaps', api.name), 'merge', { metadata: { finalizers: null } })
      return [answer.code, result]
    },
  ],
  ['a propagation of no known kind', removed('configmaps', (name) => config(name), { propagationPolicy: 'Sideways' })],
  [
    'propagation and orphanDependents',
    removed('configmaps', (name) => config(name), { propagationPolicy: 'Orphan', orphanDependents: true }),
  ],
  [
    'orphanDependents false with a finalizer is accepted, not done',
    removed('configmaps', heldConfig, { orphanDependents: false }),
  ],
  [
    'options of a wrong type',
    removed('configmaps', (name) => config(name), { gracePeriodSeconds: 'soon' }),
    { leavesOut: ['message'], reason: "the words are those of Go's JSON decoder" },
  ],
  [
    'a claim is held while a pod uses it',
    async (api) => {
      await api.post(api.at('persistentvolumeclaims'), claim(api.name))
      const answer = await api.get(api.at('persistentvolumeclaims', api.name))
      return answer.at('metadata.finalizers')
    },
  ],
  [
    'a collection, by a selector',
    async (api) => {
      const named = (name: string) => config('', { metadata: { name, labels: { of: 'collection' } } })
      for (const name of ['many-1', 'many-2']) await api.post(api.at('configmaps'), named(name))
      const answer = await api.delete(`${api.at('configmaps')}?labelSelector=of%3Dcollection`)
      const rest = await api.get(`${api.at('configmaps')}?labelSelector=of%3Dcollection`)
      return [answer.code, answer.at('kind'), rest.at('items')]
    },
  ],
  [
    'a collection over all namespaces is not taken',
    (api) => api.delete('/api/v1/configmaps?labelSelector=of%3Dnobody'),
  ],
  [
    'the same name again is another object',
    async (api) => {
      const one = await api.post(api.at('configmaps'), config(api.name))
      await api.delete(api.at('configmaps', api.name))
      const two = await api.post(api.at('configmaps'), config(api.name))
      return [two.code, one.at('metadata.uid') === two.at('metadata.uid')]
    },
  ],
]

contract('deletes', cases)
