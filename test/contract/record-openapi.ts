/**
 * Writes lib/demo/api/recorded/openapi.json: the OpenAPI v3 documents of the API server, as Kubernetes keeps them with
 * its source (api/openapi-spec/v3, Apache License 2.0, The Kubernetes Authors), cut down to what the demo cluster serves.
 *
 *   npx tsx test/contract/record-openapi.ts      (fetches the module with Go: the one that the control plane is built from)
 *
 * A document is kept as it is sent, compressed with Brotli, in base 64; beside it the hash that names it.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { servedGroupVersions, servedKinds } from '@/lib/demo/api/discovery'
import { moduleFolder } from './modules'

type Document = { paths: Record<string, unknown>; components: { schemas: Record<string, unknown> } }

const folder = join(await moduleFolder('k8s.io/kubernetes'), 'api', 'openapi-spec', 'v3')

/** Whether discovery names what the path is about. */
function isServed(path: string, root: string, group: string): boolean {
  const [first = '', second, ...more] = path.slice(root.length + 1).split('/')
  if (first === '') return true
  const [resource, , subresource] =
    first === 'namespaces' && more.length > 0 && second === '{namespace}' ? more : [first, second, more[0]]
  const kind = servedKinds(group).find((one) => one.resource === resource)
  return kind !== undefined && (subresource === undefined || kind.subresources.some(({ name }) => name === subresource))
}

/** The schemas that a tree refers to, and those that these refer to. */
function collect(tree: unknown, schemas: Record<string, unknown>, found: Set<string>): void {
  for (const [, name = ''] of JSON.stringify(tree).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (found.has(name)) continue
    found.add(name)
    collect(schemas[name], schemas, found)
  }
}

const documents: Record<string, { hash: string; data: string }> = {}
for (const { group, version } of servedGroupVersions()) {
  const key = group ? `apis/${group}/${version}` : `api/${version}`
  const whole = JSON.parse(
    await readFile(join(folder, `${key.replaceAll('/', '__')}_openapi.json`), 'utf8'),
  ) as Document
  const paths = Object.fromEntries(Object.entries(whole.paths).filter(([path]) => isServed(path, `/${key}`, group)))
  const found = new Set<string>()
  collect(paths, whole.components.schemas, found)
  const schemas = Object.fromEntries(Object.entries(whole.components.schemas).filter(([name]) => found.has(name)))
  const text = JSON.stringify({ ...whole, paths, components: { ...whole.components, schemas } })
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_LGWIN]: 24 }
  documents[key] = {
    hash: createHash('sha512').update(text).digest('hex').toUpperCase(),
    data: brotliCompressSync(text, { params }).toString('base64'),
  }
  console.log(`${key}: ${text.length} characters, ${documents[key]?.data.length} kept`)
}
await mkdir('lib/demo/api/recorded', { recursive: true })
await writeFile('lib/demo/api/recorded/openapi.json', `${JSON.stringify(documents, null, 1)}\n`)
