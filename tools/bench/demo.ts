import { KubernetesClient } from '@/test/fixtures/kubernetes-client'
import { collectionPath, objectPath } from '@/test/fixtures/resource-paths'
import { eventually } from '@/tools/control-plane/eventually'

/** What the demo cluster does under load, over HTTP as its clients see it. */
export type DemoLoad = {
  /** From the first request until every set and every pod is in the API: seconds on the clock and of processor time. */
  loaded: { seconds: number; cpuSeconds: number }
  /** Until every pod is ready: images pulled, disks made, containers started, a second or more each by design. */
  ready: { seconds: number; cpuSeconds: number }
  changes: { wanted: number; perSecond: number; seen: number; cpuShare: number; medianMs: number; worstMs: number }
  rssMiB: number
}

type Options = {
  url: string
  sets: number
  replicas: number
  changesPerSecond: number
  cpuSeconds: () => number
  rssMiB: () => number
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const namespaceOf = (number: number) => `team-${number % 20}`

function manifest(number: number, replicas: number) {
  const labels = { app: `set-${number}` }
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: `set-${number}`, namespace: namespaceOf(number) },
    spec: {
      serviceName: `set-${number}`,
      replicas,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image: 'luksa/kubia-pet', ports: [{ containerPort: 8080 }] }] },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
        },
      ],
    },
  }
}

/** Runs all of `jobs`, sixteen at a time. */
async function inParallel(jobs: (() => Promise<unknown>)[]) {
  let next = 0
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let job = jobs[next++]; job; job = jobs[next++]) await job()
    }),
  )
}

/** Loads sets into a demo cluster that is empty, then changes their pods as fast as asked for ten seconds. */
export async function measureDemo(options: Options): Promise<DemoLoad> {
  const { url, sets, replicas } = options
  const begun = performance.now()
  const cpu = options.cpuSeconds()
  const spent = () => ({ seconds: (performance.now() - begun) / 1000, cpuSeconds: options.cpuSeconds() - cpu })
  // Sixteen at a time, as many as there are jobs.
  const api = new KubernetesClient({ url }, { maxSockets: 16 })
  await api.request('POST', collectionPath('storageclasses'), {
    metadata: { name: 'disks', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'disk.csi.ordinal.demo',
  })
  for (let number = 0; number < 20; number += 1)
    await api.request('POST', collectionPath('namespaces'), { metadata: { name: namespaceOf(number) } })
  await inParallel(
    Array.from({ length: sets }, (_, number) => () => {
      const at = collectionPath('statefulsets', namespaceOf(number))
      return api.request('POST', at, manifest(number, replicas))
    }),
  )
  const created = async () => {
    type Page = { items: unknown[]; metadata: { remainingItemCount?: number } }
    const { items, metadata } = await api.request<Page>('GET', `${collectionPath('pods')}?limit=1`)
    return items.length + (metadata.remainingItemCount ?? 0)
  }
  const countedReady = async () => {
    const { items } = await api.list<{ status: { readyReplicas?: number } }>(collectionPath('statefulsets'))
    return items.reduce((sum, { status }) => sum + (status.readyReplicas ?? 0), 0)
  }
  const until = async (what: string, count: () => Promise<number>) => {
    await eventually(`every pod is ${what}`, 120, async () => (await count()) >= sets * replicas)
    return spent()
  }
  const loaded = await until('created', created)
  const ready = await until('ready', countedReady)
  await wait(3000)
  const changes = await change(api, options)
  api.close()
  return { loaded, ready, changes, rssMiB: options.rssMiB() }
}

async function change(
  api: KubernetesClient,
  { sets, replicas, changesPerSecond, cpuSeconds }: Options,
): Promise<DemoLoad['changes']> {
  let seen = 0
  const watched = new AbortController()
  const { metadata } = await api.request<{ metadata: { resourceVersion: string } }>(
    'GET',
    `${collectionPath('pods')}?limit=1`,
  )
  void api.follow(collectionPath('pods'), metadata.resourceVersion, watched.signal, () => (seen += 1)).catch(() => {})
  const seconds = 10
  const took: number[] = []
  const open: Promise<unknown>[] = []
  const begun = performance.now()
  const cpu = cpuSeconds()
  while (performance.now() - begun < seconds * 1000) {
    const due = Math.floor(((performance.now() - begun) / 1000) * changesPerSecond)
    for (; open.length < due;) {
      const turn = open.length
      const number = turn % sets
      const pod = `set-${number}-${Math.floor(turn / sets) % replicas}`
      const asked = performance.now()
      const path = objectPath('pods', namespaceOf(number), pod)
      open.push(
        api
          .patch(path, { metadata: { annotations: { turn: String(turn) } } })
          .then(() => took.push(performance.now() - asked)),
      )
    }
    await wait(5)
  }
  await Promise.all(open)
  const elapsed = (performance.now() - begun) / 1000
  const cpuShare = (cpuSeconds() - cpu) / elapsed
  await wait(1000)
  watched.abort()
  took.sort((a, b) => a - b)
  return {
    wanted: changesPerSecond,
    perSecond: open.length / elapsed,
    seen,
    cpuShare,
    medianMs: took[Math.floor(took.length / 2)] ?? 0,
    worstMs: took.at(-1) ?? 0,
  }
}
