import type { Answer, Client, Json } from './client'
import { contract, type Case } from './contract'
import { budget, claim, config, pod, set } from './manifests'

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
const NO_AGE = /^(<unknown>|\d+[smhd](\d+[smhd])?)$/

/** The table without the descriptions, and with ages taken out. */
function table(answer: Answer): unknown {
  if (answer.code !== 200) return answer
  const columns = (answer.at('columnDefinitions') as Json[]).map(({ name, type, format, priority }) => [
    name,
    type,
    format,
    priority,
  ])
  const rows = (answer.at('rows') as { cells: unknown[]; object?: Json }[]).map(({ cells, object }) => ({
    cells: cells.map((cell) => (NO_AGE.test(String(cell)) ? '(age)' : cell)),
    object: object && [object['kind'], object['apiVersion']],
  }))
  return { kind: answer.at('kind'), apiVersion: answer.at('apiVersion'), columns, rows }
}
const tableOf =
  (resource: string, query = '') =>
  async (api: Client) =>
    table(await api.get(`${api.at(resource)}?${query}`, { accept: TABLE }))
const columnsOf = (path: string) => async (api: Client) => {
  const answer = await api.get(`${path}?limit=1`, { accept: TABLE })
  return (answer.at('columnDefinitions') as Json[]).map(({ name, type, format, priority }) => [
    name,
    type,
    format,
    priority,
  ])
}

const cases: Case[] = [
  ['pods', tableOf('pods')],
  ['sets', tableOf('statefulsets')],
  ['claims', tableOf('persistentvolumeclaims')],
  ['disruption budgets', tableOf('poddisruptionbudgets')],
  ['services', tableOf('services')],
  ['one pod', async (api) => table(await api.get(api.at('pods', 'table'), { accept: TABLE }))],
  ['an empty table', tableOf('controllerrevisions', 'labelSelector=of%3Dnobody')],
  ['a table with whole objects', tableOf('pods', 'includeObject=Object')],
  ['a table without objects', tableOf('pods', 'includeObject=None')],
  ['a table with objects of no known kind', tableOf('pods', 'includeObject=Some')],
  [
    'a table in pages',
    async (api) => {
      const answer = await api.get(`${api.at('pods')}?limit=1`, { accept: TABLE })
      return answer.at('metadata')
    },
  ],
  ['columns of nodes', columnsOf('/api/v1/nodes')],
  ['columns of volumes', columnsOf('/api/v1/persistentvolumes')],
  ['columns of events', columnsOf('/api/v1/events')],
  ['columns of namespaces', columnsOf('/api/v1/namespaces')],
  ['columns of storage classes', columnsOf('/apis/storage.k8s.io/v1/storageclasses')],
  ['columns of attachments', columnsOf('/apis/storage.k8s.io/v1/volumeattachments')],
  ['columns of EndpointSlices', columnsOf('/apis/discovery.k8s.io/v1/endpointslices')],
  ['columns of revisions', columnsOf('/apis/apps/v1/controllerrevisions')],
  [
    'a watch of tables tells the columns once',
    async (api) => {
      const path = `${api.at('pods')}?watch=1&timeoutSeconds=1`
      const { events } = await api.watch(path, () => false, undefined, { accept: TABLE })
      return events.map(({ type, object }) => {
        const columns = (object['columnDefinitions'] as Json[] | null) ?? []
        return [type, object['kind'], columns.length, (object['rows'] as Json[]).length]
      })
    },
  ],
  ['an error is no table', async (api) => api.get(api.at('pods', 'nobody'), { accept: TABLE })],
  ['a form that nobody writes', (api) => api.get(api.at('pods', 'table'), { accept: 'image/png' })],
]

contract('tables', cases, async (api) => {
  await api.post(api.at('pods'), pod('table', { node: true }))
  await api.post(api.at('pods'), pod('waiting'))
  await api.post(api.at('configmaps'), config('table'))
  await api.post(api.at('statefulsets'), set('table'))
  await api.post(api.at('persistentvolumeclaims'), claim('table'))
  await api.post(api.at('poddisruptionbudgets'), budget('table', { minAvailable: '50%' }))
  await api.post(api.at('services'), {
    metadata: { name: 'table' },
    spec: { clusterIP: 'None', selector: { app: 'a' }, ports: [{ name: 'http', port: 80 }] },
  })
})
