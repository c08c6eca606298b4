import { collections, putNodes, putSet } from '@/test/fixtures/example-cluster'
import { ScriptedApi } from '@/test/fixtures/scripted-api'

/**
 * A scripted API server with many sets, as a process of its own. Its objects are as large as real ones: a pod has the
 * managed fields, tolerations and volumes that kubectl, the controller and the kubelet leave, about 6 KB together.
 * Commands come as lines on standard input: `storm SECONDS PER_SECOND`, `flip NUMBER`.
 */

const [sets = 1000, replicas = 10] = process.argv.slice(2).map(Number)
const api = new ScriptedApi()

const fields = Object.fromEntries(
  Array.from({ length: 60 }, (_, number) => [
    `f:field${number}`,
    { 'f:inner': {}, [`k:{"name":"entry-${number}"}`]: {} },
  ]),
)
const managedFields = ['kube-controller-manager', 'kubelet'].map((manager) => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  time: '2026-01-01T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:metadata': fields },
}))

putNodes(api, 50)
for (let number = 0; number < sets; number += 1) {
  putSet(api, `set-${number}`, { namespace: `team-${number % 20}`, replicas, nodes: 50 })
}
for (const namespace of Array.from({ length: 20 }, (_, number) => `team-${number}`)) {
  for (let number = 0; number < sets; number += 1) {
    if (`team-${number % 20}` !== namespace) continue
    for (let ordinal = 0; ordinal < replicas; ordinal += 1) {
      api.update(
        collections.pods,
        namespace,
        `set-${number}-${ordinal}`,
        (pod) => (pod.metadata.managedFields = managedFields),
      )
    }
  }
}
api.compact()
await api.start()
process.stdout.write(`listening ${api.url}\n`)
const bookmarks = setInterval(() => api.bookmark(), 30_000)

/** The pod stops to be ready, or is ready again: what its set's line in the overview shows. */
function flip(number: number, ordinal: number) {
  const pod = api.get(collections.pods, `team-${number % 20}`, `set-${number}-${ordinal}`)
  const status = pod?.status as { conditions: { type: string; status: string }[] }
  const conditions = status.conditions.map((one) =>
    one.type === 'Ready' ? { ...one, status: one.status === 'True' ? 'False' : 'True' } : one,
  )
  if (pod) api.put(collections.pods, { ...pod, status: { ...status, conditions } })
}

let stormed = 0
process.stdin.setEncoding('utf8')
process.stdin.on('data', (text: string) => {
  for (const line of text.split('\n').filter(Boolean)) {
    const [word, seconds = '0', perSecond = '0'] = line.split(' ')
    if (word === 'storm') {
      const end = performance.now() + Number(seconds) * 1000
      const tick = setInterval(() => {
        for (let count = 0; count < Number(perSecond) / 20; count += 1) {
          stormed += 1
          flip((stormed * 7) % sets, stormed % replicas)
        }
        if (performance.now() < end) return
        clearInterval(tick)
        process.stdout.write(`stormed ${stormed}\n`)
      }, 50)
    } else if (word === 'flip') {
      flip(Number(seconds), 0)
    }
  }
})
process.stdin.on('end', () => {
  clearInterval(bookmarks)
  void api.stop().then(() => process.exit(0))
})
