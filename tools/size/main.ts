import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { z } from 'zod'
import { startOrdinal } from '@/e2e/ordinal'

/**
 * `npm run size`: what a browser fetches to open each page of the built app on the demo cluster, in KB of 1,000 bytes:
 * the document, its scripts and its styles. Ends with 1 when a page is over its budget in `tools/size/budget.json`.
 */

const pages = {
  overview: '/clusters/demo',
  set: '/clusters/demo/namespaces/default/statefulsets/kubia',
  runbooks: '/clusters/demo/runbooks',
  'no such cluster': '/clusters/nowhere',
} as const

const budget = z
  .record(z.string(), z.strictObject({ scripts: z.number(), zipped: z.number() }))
  .parse(JSON.parse(readFileSync(path.join(import.meta.dirname, 'budget.json'), 'utf8')))

type Bytes = { document: number; scripts: number; styles: number; zipped: number }

async function measure(origin: string, address: string): Promise<Bytes> {
  const get = async (where: string) => Buffer.from(await (await fetch(new URL(where, origin))).arrayBuffer())
  const document = await get(address)
  const assets = new Set(document.toString().match(/\/_next\/static\/[^"'\\\s)]+\.(?:js|css)/g))
  const bytes: Bytes = { document: document.length, scripts: 0, styles: 0, zipped: gzipSync(document).length }
  for (const asset of assets) {
    const content = await get(asset)
    bytes[asset.endsWith('.css') ? 'styles' : 'scripts'] += content.length
    bytes.zipped += gzipSync(content).length
  }
  return bytes
}

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(0).padStart(8)
const ordinal = await startOrdinal({ ORDINAL_DEMO: '1' })
let over = false
try {
  console.log('page             document  scripts   styles  all, zipped (KB)')
  for (const [name, address] of Object.entries(pages)) {
    const { document, scripts, styles, zipped } = await measure(ordinal.url, address)
    const limit = budget[name]
    const tooLarge = limit === undefined || scripts > limit.scripts * 1000 || zipped > limit.zipped * 1000
    over ||= tooLarge
    const allowed = limit === undefined ? 'has no budget' : `budget: scripts ${limit.scripts}, zipped ${limit.zipped}`
    const figures = [document, scripts, styles, zipped].map(kilobytes).join(' ')
    console.log(`${name.padEnd(16)} ${figures}  ${tooLarge ? 'TOO LARGE' : 'well'}  (${allowed})`)
  }
} finally {
  await ordinal.stop()
}
process.exitCode = over ? 1 : 0
