import type { Answer, Client, Json } from './client'
import { contract, type Case } from './contract'
import { config, pod } from './manifests'

/** Names, the count of what is left and whether there is more. */
function page(answer: Answer): unknown {
  if (answer.code !== 200) return answer
  const { resourceVersion, ...metadata } = answer.at('metadata') as Json
  const names = (answer.at('items') as { metadata: Json }[]).map((item) => item.metadata['name'])
  return { kind: answer.at('kind'), names, metadata, version: /^[1-9]\d*$/.test(String(resourceVersion)) }
}

const by = (resource: string, query: string) => async (api: Client) =>
  page(await api.get(`${api.at(resource)}?${query}`))
const labels = (selector: string) => by('configmaps', `labelSelector=${encodeURIComponent(`of=lists,${selector}`)}`)
const fields = (resource: string, selector: string) => by(resource, `fieldSelector=${encodeURIComponent(selector)}`)

const seeded = async (api: Client) => {
  for (let index = 1; index <= 5; index++) {
    const size = index % 2 === 0 ? 'even' : 'odd'
    const metadata = { name: `list-${index}`, labels: { of: 'lists', size, ...(index === 5 ? { last: '' } : {}) } }
    await api.post(api.at('configmaps'), config('', { metadata }))
  }
  await api.post(api.at('pods'), pod('waiting'))
  await api.post(api.at('pods'), pod('bound', { node: true, restartPolicy: 'Never' }))
}

const first = async (api: Client, query = 'limit=2&labelSelector=of%3Dlists') =>
  api.get(`${api.at('configmaps')}?${query}`)

const cases: Case[] = [
  ['all of them, in order of names', by('configmaps', 'labelSelector=of%3Dlists')],
  [
    'items of a list have no kind and no apiVersion',
    async (api) => Object.keys((await first(api)).at('items.0') as Json).sort(),
  ],
  ['an empty list is an empty array', by('configmaps', 'labelSelector=of%3Dnobody')],
  [
    'a list in a namespace that does not exist is empty',
    async (api) => page(await api.get('/api/v1/namespaces/wire-nobody/configmaps')),
  ],
  ['a limit with a selector does not say how many are left', by('configmaps', 'limit=2&labelSelector=of%3Dlists')],
  [
    'a limit without a selector says how many are left',
    async (api) => page(await api.get(`${api.at('pods')}?limit=1`)),
  ],
  ['a limit that is not reached', by('configmaps', 'limit=9&labelSelector=of%3Dlists')],
  [
    'a limit that is no number',
    by('configmaps', 'limit=many'),
    { leavesOut: ['message'], reason: "the words are those of Go's own number parser" },
  ],
  ['a negative limit is none', by('configmaps', 'limit=-1&labelSelector=of%3Dlists')],
  [
    'pages follow each other to the end',
    async (api) => {
      const pages = []
      for (let token = ''; pages.length < 9;) {
        const answer = await first(api, `limit=2&labelSelector=of%3Dlists&continue=${token}`)
        pages.push(page(answer))
        token = (answer.at('metadata.continue') as string | undefined) ?? ''
        if (token === '') break
      }
      return pages
    },
  ],
  [
    'all pages have the version of the first one, and no later object',
    async (api) => {
      const one = await first(api, 'limit=2&labelSelector=of%3Dpages')
      await api.post(api.at('configmaps'), config('', { metadata: { name: 'page-4', labels: { of: 'pages' } } }))
      const two = await first(api, `limit=9&labelSelector=of%3Dpages&continue=${one.text('metadata.continue')}`)
      return [page(one), page(two), one.text('metadata.resourceVersion') === two.text('metadata.resourceVersion')]
    },
  ],
  [
    'a continue token that is nonsense',
    by('configmaps', 'continue=nonsense'),
    { leavesOut: ['message'], reason: 'the words are those of the decoder' },
  ],
  [
    'a continue token with a version',
    async (api) => {
      const token = (await first(api)).text('metadata.continue')
      return first(api, `continue=${token}&resourceVersion=5`)
    },
  ],
  [
    'a continue token with resourceVersionMatch',
    async (api) => {
      const token = (await first(api)).text('metadata.continue')
      return first(api, `continue=${token}&resourceVersionMatch=Exact&resourceVersion=0`)
    },
  ],
  ['version 0 is whatever the server has', by('configmaps', 'resourceVersion=0&labelSelector=of%3Dlists')],
  [
    'not older than a version that is over',
    async (api) => {
      const version = (await first(api)).text('metadata.resourceVersion')
      return page(
        await first(api, `resourceVersion=${version}&resourceVersionMatch=NotOlderThan&labelSelector=of%3Dlists`),
      )
    },
  ],
  [
    'exactly at a version shows what was there then',
    async (api) => {
      const path = api.at('configmaps')
      const named = (name: string) => config('', { metadata: { name, labels: { of: 'exact' } } })
      await api.post(path, named('exact-1'))
      const version = (await api.post(path, named('exact-2'))).text('metadata.resourceVersion')
      await api.delete(`${path}/exact-1`)
      await api.post(path, named('exact-3'))
      const query = `labelSelector=of%3Dexact&resourceVersion=${version}`
      return [
        page(await api.get(`${path}?${query}&resourceVersionMatch=Exact`)),
        page(await api.get(`${path}?${query}&limit=500`)),
        page(await api.get(`${path}?labelSelector=of%3Dexact`)),
      ]
    },
  ],
  ['resourceVersionMatch without a version', by('configmaps', 'resourceVersionMatch=Exact')],
  ['resourceVersionMatch of no known kind', by('configmaps', 'resourceVersionMatch=Nearly&resourceVersion=1')],
  ['exactly at version 0', by('configmaps', 'resourceVersionMatch=Exact&resourceVersion=0')],
  [
    'a version that is no number',
    by('configmaps', 'resourceVersion=new'),
    { leavesOut: ['message'], reason: "the words are those of Go's own number parser" },
  ],
  [
    'a version that is still to come, after three seconds',
    by('configmaps', 'resourceVersion=999999999999'),
    { leavesOut: ['message'], reason: 'the message carries both versions' },
  ],
  ['sendInitialEvents is for watches', by('configmaps', 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan')],
  ['a label', labels('size=even')],
  ['a label with two signs', labels('size==even')],
  ['another label', labels('size!=even')],
  ['a label in a set', labels('size in (even,odd)')],
  ['a label not in a set', labels('size notin (odd)')],
  ['a label that is there', labels('last')],
  ['a label that is not there', labels('!last')],
  ['an empty label value', labels('last=')],
  ['two labels', labels('size=odd,!last')],
  [
    'a selector that nobody can read',
    labels('size in odd'),
    { leavesOut: ['message'], reason: 'the words are those of the parser' },
  ],
  [
    'a label key that no label can have',
    labels('-a=1'),
    { leavesOut: ['message'], reason: 'the words are those of the parser' },
  ],
  ['a field: the name', fields('configmaps', 'metadata.name=list-3')],
  ['a field: another name', fields('pods', 'metadata.name!=bound')],
  ['a field: the phase', fields('pods', 'status.phase=Pending')],
  ['a field: the node', fields('pods', 'spec.nodeName=wire-nowhere')],
  ['a field: no node', fields('pods', 'spec.nodeName=')],
  ['a field: the restart policy', fields('pods', 'spec.restartPolicy=Never')],
  ['two fields', fields('pods', 'spec.nodeName=wire-nowhere,metadata.name=waiting')],
  ['a field that pods are not selected by', fields('pods', 'spec.hostname=a')],
  ['a field that claims are not selected by', fields('persistentvolumeclaims', 'status.phase=Bound')],
  ['a field that sets are not selected by', fields('statefulsets', 'spec.replicas=1')],
  ['a field that config maps are not selected by', fields('configmaps', 'data.a=1')],
  ['a field selector without a sign', fields('pods', 'metadata.name')],
  ['all namespaces', async (api) => page(await api.get('/api/v1/configmaps?labelSelector=of%3Dlists'))],
  [
    'all namespaces by the name of one',
    async (api) =>
      page(
        await api.get(`/api/v1/configmaps?fieldSelector=metadata.namespace%3D${api.namespace},metadata.name%3Dlist-2`),
      ),
  ],
  [
    'metadata only',
    async (api) => {
      const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'
      const answer = await api.get(`${api.at('configmaps')}?labelSelector=last`, { accept })
      return answer.at('items')
    },
  ],
]

contract('lists', cases, async (api) => {
  await seeded(api)
  for (const name of ['page-1', 'page-2', 'page-3'])
    await api.post(api.at('configmaps'), config('', { metadata: { name, labels: { of: 'pages' } } }))
})
