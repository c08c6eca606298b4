/**
 * Writes lib/demo/api/recorded/openapi.json: the OpenAPI v3 documents of the API server, as a running one sends them
 * (Apache License 2.0, The Kubernetes Authors), cut down to what the demo cluster serves. Those that are kept with
 * Kubernetes' source know no enumerations: they are written with that feature off.
 *
 *   npx tsx test/contract/record-openapi.ts      (starts a control plane for it)
 *
 * A document is kept as it is sent, compressed with Brotli, in base 64; beside it the hash that names it.
 */
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { servedGroupVersions, servedKinds } from '@/lib/demo/api/discovery'
import { KubernetesClient } from '@/test/fixtures/kubernetes-client'
import { startControlPlane } from '@/tools/control-plane/control-plane'

type Document = { paths: Record<string, unknown>; components: { schemas: Record<string, unknown> } }

const folder = await mkdtemp(join(tmpdir(), 'ordinal-openapi-'))
const controlPlane = await startControlPlane({
  stateFile: join(folder, 'control-plane.json'),
  progress: (line) => console.log(line),
})
const { url, ca, adminToken: token } = controlPlane
const server = new KubernetesClient({ url, ca, token })

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
  const { status, json } = await server.call('GET', `/openapi/v3/${key}`)
  if (status !== 200) throw new Error(`${key}: ${status}`)
  const whole = json as Document
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
server.close()
await controlPlane.stop()
await rm(folder, { recursive: true, force: true })
