import http from 'node:http'

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
const agent = new http.Agent({ keepAlive: true, maxSockets: 16 })

function send(url: string, method: string, body?: object, type = 'application/json'): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, agent, headers: body ? { 'content-type': type } : {} }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject).on('end', () => {
        const text = Buffer.concat(chunks).toString()
        if ((response.statusCode ?? 500) >= 300) reject(new Error(`${method} ${url}: ${text.slice(0, 300)}`))
        else resolve(JSON.parse(text) as Record<string, unknown>)
      })
    })
    request.on('error', reject).end(body ? JSON.stringify(body) : undefined)
  })
}

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
  await send(`${url}/apis/storage.k8s.io/v1/storageclasses`, 'POST', {
    metadata: { name: 'disks', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'disk.csi.ordinal.demo',
  })
  for (let number = 0; number < 20; number += 1)
    await send(`${url}/api/v1/namespaces`, 'POST', { metadata: { name: namespaceOf(number) } })
  await inParallel(
    Array.from({ length: sets }, (_, number) => () => {
      const at = `${url}/apis/apps/v1/namespaces/${namespaceOf(number)}/statefulsets`
      return send(at, 'POST', manifest(number, replicas))
    }),
  )
  const created = async () => {
    const { items, metadata } = (await send(`${url}/api/v1/pods?limit=1`, 'GET')) as {
      items: unknown[]
      metadata: { remainingItemCount?: number }
    }
    return items.length + (metadata.remainingItemCount ?? 0)
  }
  const countedReady = async () => {
    const { items } = (await send(`${url}/apis/apps/v1/statefulsets`, 'GET')) as {
      items: { status: { readyReplicas?: number } }[]
    }
    return items.reduce((sum, { status }) => sum + (status.readyReplicas ?? 0), 0)
  }
  const until = async (what: string, count: () => Promise<number>) => {
    while ((await count()) < sets * replicas) {
      if (performance.now() - begun > 120_000) throw new Error(`not every pod is ${what} after two minutes`)
      await wait(250)
    }
    return spent()
  }
  const loaded = await until('created', created)
  const ready = await until('ready', countedReady)
  await wait(3000)
  const changes = await change(options)
  return { loaded, ready, changes, rssMiB: options.rssMiB() }
}

async function change({ url, sets, replicas, changesPerSecond, cpuSeconds }: Options): Promise<DemoLoad['changes']> {
  let seen = 0
  let rest = ''
  const { metadata } = (await send(`${url}/api/v1/pods?limit=1`, 'GET')) as { metadata: { resourceVersion: string } }
  const watch = http.get(
    `${url}/api/v1/pods?watch=1&resourceVersion=${metadata.resourceVersion}`,
    { agent: new http.Agent() },
    (response) =>
      response.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n')
        rest = lines.pop() ?? ''
        seen += lines.length
      }),
  )
  watch.on('error', () => {})
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
      const body = { metadata: { annotations: { turn: String(turn) } } }
      open.push(
        send(
          `${url}/api/v1/namespaces/${namespaceOf(number)}/pods/${pod}`,
          'PATCH',
          body,
          'application/merge-patch+json',
        ).then(() => took.push(performance.now() - asked)),
      )
    }
    await wait(5)
  }
  await Promise.all(open)
  const elapsed = (performance.now() - begun) / 1000
  const cpuShare = (cpuSeconds() - cpu) / elapsed
  await wait(1000)
  watch.destroy()
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
