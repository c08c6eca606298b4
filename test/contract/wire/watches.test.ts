import type { Client, Json, WatchEvent } from './client'
import { contract, type Case } from './contract'
import { config, pod } from './manifests'

/** What happened to whom, with the labels that decide. */
const told = (events: WatchEvent[]) =>
  events.map(({ type, object }) => {
    const { name, labels, deletionTimestamp, annotations } = object.metadata
    return {
      type,
      kind: object['kind'],
      name,
      labels,
      annotations,
      data: object['data'],
      leaving: Boolean(deletionTimestamp),
    }
  })

/** The collection narrowed to what this case has made. */
const mine = (api: Client, query = '', resource = 'configmaps') =>
  `${api.at(resource)}?watch=1&labelSelector=case%3D${api.name.slice(0, 60)}&${query}`
const one = (api: Client, name: string, more: Json = {}) =>
  config('', { metadata: { name: `${api.name}-${name}`, labels: { case: api.name.slice(0, 60) } }, ...more })
const make = (api: Client, name: string) => api.post(api.at('configmaps'), one(api, name))
const now = async (api: Client) => (await api.get(`${api.at('configmaps')}?limit=1`)).text('metadata.resourceVersion')
const count = (wanted: number) => (events: WatchEvent[]) => events.length >= wanted
const path = (api: Client, name: string) => api.at('configmaps', `${api.name}-${name}`)

const cases: Case[] = [
  [
    'from a version on, only what comes after',
    async (api) => {
      await make(api, 'before')
      const query = `resourceVersion=${await now(api)}`
      return told((await api.watch(mine(api, query), count(1), () => make(api, 'after'))).events)
    },
  ],
  [
    'what came between the list and the watch',
    async (api) => {
      const version = await now(api)
      await make(api, 'a')
      await api.delete(path(api, 'a'))
      return told((await api.watch(mine(api, `resourceVersion=${version}`), count(2))).events)
    },
  ],
  [
    'a life: added, modified, deleted',
    async (api) => {
      const query = `resourceVersion=${await now(api)}`
      const { events } = await api.watch(mine(api, query), count(3), async () => {
        await make(api, 'a')
        await api.patch(path(api, 'a'), 'merge', { data: { a: '2' } })
        await api.delete(path(api, 'a'))
      })
      return told(events)
    },
  ],
  [
    'versions only grow, and a deletion has one of its own',
    async (api) => {
      const query = `resourceVersion=${await now(api)}`
      const { events } = await api.watch(mine(api, query), count(2), async () => {
        await make(api, 'a')
        await api.delete(path(api, 'a'))
      })
      const [added, deleted] = events.map(({ object }) => Number(object.metadata['resourceVersion']))
      return [events.length, (added ?? 0) < (deleted ?? 0)]
    },
  ],
  [
    'an update that changes nothing is not told',
    async (api) => {
      await make(api, 'a')
      const query = `resourceVersion=${await now(api)}`
      const { events } = await api.watch(mine(api, query), count(1), async () => {
        await api.patch(path(api, 'a'), 'merge', { data: { a: '1' } })
        await api.patch(path(api, 'a'), 'merge', { data: { a: '9' } })
      })
      return told(events)
    },
  ],
  [
    'without a version: first all that is there',
    async (api) => {
      await make(api, 'a')
      await make(api, 'b')
      return told((await api.watch(mine(api), count(3), () => make(api, 'c'))).events)
    },
  ],
  [
    'from version 0: first all that is there',
    async (api) => {
      await make(api, 'a')
      return told((await api.watch(mine(api, 'resourceVersion=0'), count(1))).events)
    },
  ],
  [
    'a streaming list ends with a marked bookmark',
    async (api) => {
      await make(api, 'a')
      const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
      return told((await api.watch(mine(api, query), count(2))).events)
    },
  ],
  [
    'a bookmark has a kind and a version and nothing else',
    async (api) => {
      const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
      return (await api.watch(mine(api, query), count(1))).events
    },
    { leavesOut: ['data'], reason: 'empty either way' },
  ],
  ['sendInitialEvents without a match', (api) => api.get(mine(api, 'sendInitialEvents=true'))],
  ['a match without sendInitialEvents', (api) => api.get(mine(api, 'resourceVersionMatch=NotOlderThan'))],
  [
    'sendInitialEvents with an exact match',
    (api) => api.get(mine(api, 'sendInitialEvents=true&resourceVersionMatch=Exact')),
  ],
  [
    'no initial events when they are not wanted',
    async (api) => {
      await make(api, 'a')
      const query = 'sendInitialEvents=false&resourceVersionMatch=NotOlderThan&timeoutSeconds=1'
      const { events, ended } = await api.watch(mine(api, query), count(1))
      return [told(events), ended]
    },
  ],
  [
    'after timeoutSeconds the stream ends without a word',
    async (api) => {
      const { code, events, ended } = await api.watch(mine(api, 'timeoutSeconds=1'), count(1))
      return [code, events, ended]
    },
  ],
  [
    'an object that begins to match is added',
    async (api) => {
      const { metadata } = (await make(api, 'a')).body as { metadata: Json }
      const query = `resourceVersion=${String(metadata['resourceVersion'])}`
      const selector = `${mine(api, query).replace('&labelSelector=case%3D', '&labelSelector=on%2Ccase%3D')}`
      const { events } = await api.watch(selector, count(1), () =>
        api.patch(path(api, 'a'), 'merge', { metadata: { labels: { on: 'yes' } } }),
      )
      return told(events)
    },
  ],
  [
    'an object that no longer matches is deleted, as it was before, under the version of the change',
    async (api) => {
      const made = await make(api, 'a')
      let written = ''
      const { events } = await api.watch(
        mine(api, `resourceVersion=${made.text('metadata.resourceVersion')}`),
        count(1),
        async () => {
          const patch = { metadata: { labels: { case: null } }, data: { a: 'changed' } }
          written = (await api.patch(path(api, 'a'), 'merge', patch)).text('metadata.resourceVersion')
        },
      )
      return [told(events), events[0]?.object.metadata['resourceVersion'] === written]
    },
  ],
  [
    'an object that matches before and after is modified',
    async (api) => {
      const made = await make(api, 'a')
      const query = `resourceVersion=${made.text('metadata.resourceVersion')}`
      const patch = { metadata: { labels: { more: 'yes' } } }
      return told((await api.watch(mine(api, query), count(1), () => api.patch(path(api, 'a'), 'merge', patch))).events)
    },
  ],
  [
    'one object, by its name',
    async (api) => {
      const query = `watch=1&resourceVersion=${await now(api)}&fieldSelector=metadata.name%3D${api.name}-b`
      const { events } = await api.watch(`${api.at('configmaps')}?${query}`, count(1), async () => {
        await make(api, 'a')
        await make(api, 'b')
      })
      return told(events)
    },
  ],
  [
    'a field selector: the pod that gets a node',
    async (api) => {
      const made = await api.post(api.at('pods'), pod(api.name))
      const query = `watch=1&resourceVersion=${made.text('metadata.resourceVersion')}&fieldSelector=spec.nodeName%3Dwire-nowhere,metadata.name%3D${api.name}`
      const { events } = await api.watch(`${api.at('pods')}?${query}`, count(1), () =>
        api.post(api.at('pods', api.name, 'binding'), {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name: api.name },
          target: { kind: 'Node', name: 'wire-nowhere' },
        }),
      )
      return told(events)
    },
  ],
  [
    'a graceful deletion is a change first',
    async (api) => {
      const made = await api.post(api.at('pods'), pod(api.name, { node: true }))
      const query = `watch=1&resourceVersion=${made.text('metadata.resourceVersion')}&fieldSelector=metadata.name%3D${api.name}`
      const { events } = await api.watch(`${api.at('pods')}?${query}`, count(2), async () => {
        await api.delete(api.at('pods', api.name), { gracePeriodSeconds: 20 })
        await api.delete(api.at('pods', api.name), { gracePeriodSeconds: 0 })
      })
      return told(events).map(({ type, leaving }) => [type, leaving])
    },
  ],
  [
    'a version from long ago is an error in the stream, and the end',
    async (api) => {
      const { code, events, ended } = await api.watch(mine(api, 'resourceVersion=1'), () => false)
      return { code, events: events.map(({ type, object }) => ({ type, ...object, message: '' })), ended }
    },
  ],
  [
    'a version that is no number',
    (api) => api.get(mine(api, 'resourceVersion=new')),
    { leavesOut: ['message'], reason: "the words are those of Go's own number parser" },
  ],
  [
    'the watch of one object by its path is not a watch',
    async (api) => {
      await make(api, 'a')
      return api.get(`${path(api, 'a')}?watch=1`)
    },
  ],
  [
    'bookmarks come before the end where they are wanted',
    async (api) => {
      const query = `allowWatchBookmarks=true&timeoutSeconds=4&resourceVersion=${await now(api)}`
      const { events, ended } = await api.watch(mine(api, query), () => false)
      return {
        bookmark: events.some(({ type }) => type === 'BOOKMARK'),
        types: [...new Set(events.map(({ type }) => type))],
        ended,
      }
    },
  ],
  [
    'a watch over all namespaces',
    async (api) => {
      const query = `watch=1&resourceVersion=${await now(api)}&labelSelector=case%3D${api.name}`
      return told((await api.watch(`/api/v1/configmaps?${query}`, count(1), () => make(api, 'a'))).events)
    },
  ],
  ['a field that nobody is selected by', (api) => api.get(`${api.at('configmaps')}?watch=1&fieldSelector=data.a%3D1`)],
]

contract('watches', cases)
