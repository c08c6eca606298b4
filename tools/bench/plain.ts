import http from 'node:http'
import { collectionPath, resourceNames } from '@/test/fixtures/resource-paths'

/**
 * The plain way, for comparison: every kind listed in one page and kept as the API gave it, then watched, as most
 * clients do. Prints what it cost and ends.
 */

const server = process.argv[2] ?? ''
/** What a StatefulSet is made of. */
const paths = resourceNames
  .filter((name) => !['namespaces', 'serviceaccounts', 'resourcequotas'].includes(name))
  .map((name) => collectionPath(name))

type List = { metadata: { resourceVersion: string }; items: { metadata: { uid: string } }[] }
const kept = new Map<string, unknown>()
const agent = new http.Agent({ keepAlive: true })

function get(path: string, onChunk: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    http
      .get(server + path, { agent }, (response) => response.on('data', onChunk).on('end', resolve).on('error', reject))
      .on('error', reject)
  })
}

const begun = performance.now()
const cpu = process.cpuUsage()
let bytes = 0
let longest = 0
for (const path of paths) {
  const chunks: Buffer[] = []
  await get(path, (chunk) => chunks.push(chunk))
  const text = Buffer.concat(chunks)
  bytes += text.length
  const blocked = performance.now()
  const list = JSON.parse(text.toString('utf8')) as List
  for (const item of list.items) kept.set(`${path} ${item.metadata.uid}`, item)
  longest = Math.max(longest, performance.now() - blocked)
  void get(`${path}?watch=1&resourceVersion=${list.metadata.resourceVersion}`, () => {}).catch(() => {})
}
const used = process.cpuUsage(cpu)
const seconds = (performance.now() - begun) / 1000
await new Promise((resolve) => setTimeout(resolve, 1000))
const result = {
  seconds,
  cpuSeconds: (used.user + used.system) / 1e6,
  bytes,
  longestBlockMs: longest,
  rssMiB: process.memoryUsage.rss() / 1024 / 1024,
  objects: kept.size,
}
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
