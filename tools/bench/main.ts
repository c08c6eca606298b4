import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import path from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { chromium } from '@playwright/test'
import { build } from 'esbuild'
import { launchOptions } from '@/e2e/browser/browser'
import { findBrowser } from '@/e2e/browser/find-browser'
import { readApi, startOrdinal } from '@/e2e/ordinal'
import { api as routes } from '@/lib/contract/routes'
import { type Cost, costOfChange } from './change-cost'
import { measureDemo } from './demo'
import { explainCost } from './explain'

/**
 * `npm run bench`: 1,000 sets with 10,000 pods on a scripted API server, what Ordinal makes of them and what it costs,
 * beside a plain list and watch of the same objects in the same run. Writes docs/benchmarks.md.
 */

const root = path.resolve(import.meta.dirname, '..', '..')
const node = path.join(root, 'node_modules', '.bin', 'node')
const sets = 1000
const replicas = 10
const targetSeconds = 2

const say = (line: string) => console.log(line)
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const kib = (bytes: number) => (bytes / 1024).toFixed(0)
const mib = (bytes: number) => (bytes / 1024 / 1024).toFixed(1)

type Program = { child: ChildProcess; lines: Interface; line: (begins: string) => Promise<string> }
function run(file: string, args: string[]): Program {
  const program = path.join(root, 'dist', 'bench', file)
  const child = spawn(node, [program, ...args], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] })
  if (!child.stdout) throw new Error('no output')
  const lines = createInterface({ input: child.stdout })
  const line = (begins: string) =>
    new Promise<string>((resolve, reject) => {
      const onLine = (text: string) => {
        if (!text.startsWith(begins)) return
        lines.off('line', onLine)
        resolve(text)
      }
      lines.on('line', onLine)
      child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)))
    })
  return { child, lines, line }
}

function memory(pid: number) {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)?.[1] ?? 0) / 1024
  return { now: of('VmRSS'), most: of('VmHWM') }
}
function cpuSeconds(pid: number) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Reads the live stream as a tab does, and counts what comes. */
function listen(url: string) {
  const seen = { bytes: 0, first: 0, events: 0, longestGapMs: 0, summaries: 0 }
  const over = new AbortController()
  const begun = performance.now()
  const done = (async () => {
    const response = await fetch(url, { signal: over.signal })
    let rest = ''
    let heard = performance.now()
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      seen.bytes += Buffer.byteLength(text)
      rest += text
      const frames = rest.split('\n\n')
      rest = frames.pop() ?? ''
      for (const frame of frames) {
        if (seen.first === 0) seen.first = performance.now() - begun
        if (frame.startsWith('event: heartbeat')) continue
        seen.longestGapMs = Math.max(seen.longestGapMs, performance.now() - heard)
        heard = performance.now()
        seen.events += 1
        if (frame.startsWith('event: changed')) seen.summaries += frame.split('"namespace":').length - 1
      }
    }
  })().catch(() => {})
  return { seen, stop: () => (over.abort(), done) }
}

/** Milliseconds until the first row of the overview can be seen, and bytes that the page took. */
async function firstRows(url: string) {
  const browser = await chromium.launch(launchOptions(await findBrowser((line) => console.error(line))))
  try {
    const times: number[] = []
    let bytes = 0
    for (let turn = 0; turn < 5; turn += 1) {
      const context = await browser.newContext()
      const page = await context.newPage()
      bytes = 0
      page.on('response', (response) => {
        if (response.headers()['content-type']?.startsWith('text/event-stream')) return
        void response.body().then(
          (body) => (bytes += body.length),
          () => {},
        )
      })
      const begun = performance.now()
      await page.goto(url, { waitUntil: 'commit' })
      await page.locator('a[href*="/statefulsets/set-"]').first().waitFor({ state: 'visible' })
      times.push(performance.now() - begun)
      await page.waitForTimeout(500)
      await context.close()
    }
    times.sort((a, b) => a - b)
    return { median: times[2] ?? 0, worst: times[4] ?? 0, bytes }
  } finally {
    await browser.close()
  }
}

const built = spawnSync(node, ['start.mjs', '--build-only'], { cwd: root, stdio: 'inherit' })
if (built.status !== 0) process.exit(built.status ?? 1)

await build({
  entryPoints: ['api', 'plain', 'demo-cluster'].map((name) => path.join(import.meta.dirname, `${name}.ts`)),
  outdir: path.join(root, 'dist', 'bench'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
  alias: { '@': root },
})

say('What one change costs ...')
const bySize = [1, 10, 100, 1000].map((size) => costOfChange(size, 100))
const byCluster = [10, 100, 1000].map((count) => costOfChange(10, count))
const explained = explainCost()

say(`A cluster of ${sets} sets with ${sets * replicas} pods ...`)
const api = run('api.mjs', [String(sets), String(replicas)])
const server = (await api.line('listening')).split(' ')[1] ?? ''

say('The plain list and watch ...')
const plainRun = run('plain.mjs', [server])
type Plain = {
  seconds: number
  cpuSeconds: number
  bytes: number
  longestBlockMs: number
  rssMiB: number
  objects: number
}
const plain = JSON.parse(await plainRun.line('{')) as Plain

say('Ordinal ...')
const begun = performance.now()
const ordinal = await startOrdinal({ ORDINAL_SERVER: server })
const serves = performance.now() - begun
while (!(await fetch(ordinal.url + routes.ready())).ok) await wait(20)
const ready = performance.now() - begun
const cpuToReady = cpuSeconds(ordinal.pid)
const cluster = (await readApi(ordinal, routes.clusters())).default ?? ''
const known = await readApi(ordinal, routes.statefulSets(cluster))
if (known.statefulsets.length !== sets) throw new Error(`${known.statefulsets.length} sets of ${sets}`)
const afterStart = memory(ordinal.pid)

const rows = await firstRows(`${ordinal.url}/clusters/${cluster}`)
const tab = listen(ordinal.url + routes.live([`${cluster}:overview`]))
await wait(2000)
const snapshotBytes = tab.seen.bytes

say('One change at a time ...')
const beforeOne = { ...tab.seen }
const delays: number[] = []
for (let number = 0; number < 20; number += 1) {
  const bytes = tab.seen.bytes
  const asked = performance.now()
  api.child.stdin?.write(`flip ${number}\n`)
  while (tab.seen.bytes === bytes && performance.now() - asked < 5000) await wait(2)
  delays.push(performance.now() - asked)
  await wait(400)
}
delays.sort((a, b) => a - b)
const oneChangeBytes = (tab.seen.bytes - beforeOne.bytes) / 20
let stormed = 0
async function storm(seconds: number, perSecond: number) {
  const before = { ...tab.seen, cpu: cpuSeconds(ordinal.pid) }
  tab.seen.longestGapMs = 0
  const ended = api.line('stormed')
  api.child.stdin?.write(`storm ${seconds} ${perSecond}\n`)
  const done = Number((await ended).split(' ')[1]) - stormed
  stormed += done
  await wait(500)
  return {
    perSecond: done / seconds,
    summariesPerSecond: (tab.seen.summaries - before.summaries) / seconds,
    bytesPerSecond: (tab.seen.bytes - before.bytes) / seconds,
    roundsPerSecond: (tab.seen.events - before.events) / seconds,
    cpuShare: (cpuSeconds(ordinal.pid) - before.cpu) / (seconds + 0.5),
    longestGapMs: tab.seen.longestGapMs,
    rssMiB: memory(ordinal.pid).now,
  }
}
say('50 and 1,000 changes a second ...')
const calm = await storm(10, 50)
const wild = await storm(10, 1000)

await wait(5000)
const settled = memory(ordinal.pid)
await tab.stop()
const ends = await ordinal.stop()
api.child.stdin?.end()

say(`The demo cluster with ${sets * replicas} pods ...`)
const demoCluster = run('demo-cluster.mjs', [])
const demoUrl = (await demoCluster.line('listening')).split(' ')[1] ?? ''
const demoPid = demoCluster.child.pid ?? 0
const demo = await measureDemo({
  url: demoUrl,
  sets,
  replicas,
  changesPerSecond: 1000,
  cpuSeconds: () => cpuSeconds(demoPid),
  rssMiB: () => memory(demoPid).now,
})
demoCluster.child.stdin?.end()

const costs = (list: Cost[]) =>
  list.map(({ sets, replicas, microseconds }) => `| ${sets} | ${replicas} | ${microseconds} |`).join('\n')
const seconds = (ms: number) => (ms / 1000).toFixed(2)
const report = `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${sets} StatefulSets with ${sets * replicas} pods, ${sets * replicas} claims and as many volumes, ${plain.objects} objects in all, from a scripted API server on a
port; Node ${process.version} on ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}. Load average while it ran: ${loadavg()[0]?.toFixed(1)}, so read ratios rather than absolutes where that is more than ${cpus().length}.

## From nothing to a page

| | Ordinal | plain list and watch |
|---|---|---|
| every kind listed | ${seconds(ready - serves)} s after it served (${seconds(ready)} s after its start) | ${plain.seconds.toFixed(2)} s |
| CPU for that | ${cpuToReady.toFixed(2)} s, start of the server included | ${plain.cpuSeconds.toFixed(2)} s |
| memory then | ${afterStart.now.toFixed(0)} MiB (at most ${afterStart.most.toFixed(0)}) | ${plain.rssMiB.toFixed(0)} MiB |
| longest single parse | a page of 500 objects, not measured | ${plain.longestBlockMs.toFixed(0)} ms |
| bytes from the API server | the same | ${mib(plain.bytes)} MiB |
| bytes to a browser that shows all sets | ${mib(snapshotBytes)} MiB | ${mib(plain.bytes)} MiB, were it sent what the API gives |

${
  rows
    ? `Overview's first rows, warm store, five cold browsers: median ${seconds(rows.median)} s, worst ${seconds(rows.worst)} s (target: ${targetSeconds} s). The page with its scripts and styles: ${mib(rows.bytes)} MiB uncompressed.`
    : 'No browser on this machine: first rows were not measured.'
}

## While things change

One tab on the overview.

| changes a second | bytes a second to the tab | lines a second | rounds a second | share of a core | longest gap between rounds | memory |
|---|---|---|---|---|---|---|
| ${calm.perSecond.toFixed(0)} | ${kib(calm.bytesPerSecond)} KiB | ${calm.summariesPerSecond.toFixed(0)} | ${calm.roundsPerSecond.toFixed(1)} | ${(calm.cpuShare * 100).toFixed(0)} % | ${calm.longestGapMs.toFixed(0)} ms | ${calm.rssMiB.toFixed(0)} MiB |
| ${wild.perSecond.toFixed(0)} | ${kib(wild.bytesPerSecond)} KiB | ${wild.summariesPerSecond.toFixed(0)} | ${wild.roundsPerSecond.toFixed(1)} | ${(wild.cpuShare * 100).toFixed(0)} % | ${wild.longestGapMs.toFixed(0)} ms | ${wild.rssMiB.toFixed(0)} MiB |

Each change makes a pod ready or not, of another set each time. However many there are, a tab gets at most four rounds a second, each set's newest line once.
A single such change reaches the tab after ${(delays[10] ?? 0).toFixed(0)} ms (median of 20, worst ${(delays[19] ?? 0).toFixed(0)} ms), in ${oneChangeBytes.toFixed(0)} bytes. Memory five seconds later: ${settled.now.toFixed(0)} MiB. SIGTERM to the end of the process: ${ends.toFixed(0)} ms.

## What one change costs

From the object in the store to the set's new summary: processor time in microseconds, the mean of hundreds. It grows with the set that the change touches:

| sets in the cluster | replicas of the set | µs |
|---|---|---|
${costs(bySize)}

and not with the cluster around it:

| sets in the cluster | replicas of the set | µs |
|---|---|---|
${costs(byCluster)}

The explanation alone, and the whole view, of a set in the middle of a rollout, in microseconds: both grow with the set's ordinals.

| ordinals | explanation | an ordinal | view | an ordinal |
|---|---|---|---|---|
${explained.map(({ ordinals, explainMicroseconds: one, viewMicroseconds: two }) => `| ${ordinals} | ${one} | ${(one / ordinals).toFixed(1)} | ${two} | ${(two / ordinals).toFixed(1)} |`).join('\n')}

## The demo cluster

Its own program, over HTTP, with room for as many pods: ${sets} Parallel sets of ${replicas} with a claim each are posted to it.

| | on the clock | processor time |
|---|---|---|
| until ${sets} sets and ${sets * replicas} pods are in the API (target: 10 s) | ${demo.loaded.seconds.toFixed(1)} s | ${demo.loaded.cpuSeconds.toFixed(1)} s |
| until every pod is ready on its node | ${demo.ready.seconds.toFixed(1)} s | ${demo.ready.cpuSeconds.toFixed(1)} s |

${demo.changes.perSecond.toFixed(0)} changes a second for ten seconds (target: ${demo.changes.wanted}), each a patch of another pod that a watch brings back (${demo.changes.seen} events seen): ${(demo.changes.cpuShare * 100).toFixed(0)} % of a core, an answer after ${demo.changes.medianMs.toFixed(0)} ms (median; worst ${demo.changes.worstMs.toFixed(0)} ms). Memory then: ${demo.rssMiB.toFixed(0)} MiB.
`
writeFileSync(path.join(root, 'docs', 'benchmarks.md'), report)
say(report)
const late = rows.median > targetSeconds * 1000
if (late) say(`The first rows came after ${seconds(rows.median)} s: later than ${targetSeconds} s.`)
process.exit(late ? 1 : 0)
