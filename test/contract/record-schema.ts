/**
 * Writes lib/demo/api/schema.json: which fields the served kinds have, of what type, and how their lists merge,
 * as a real API server tells in /openapi/v3.
 *
 *   npx tsx test/contract/record-schema.ts https://127.0.0.1:6443 TOKEN      (a running API server)
 *   npx tsx test/contract/record-schema.ts path/to/api/openapi-spec/v3       (the folder of Kubernetes' own source)
 *
 * A field is written as one string: its type (s string, i integer (int32), l integer (int64), n number, b boolean, q quantity, x integer or string,
 * t time, o any object, or the name of another type), with `[]` before it for a list and `{}` for a map; behind a list
 * ` merge=KEY` (strategic merge), ` keys=A,B` (server-side apply) with ` default=A:VALUE` for a key that may be absent,
 * ` set`, ` retain` where unnamed keys are dropped, and ` leaves` where the items are owned as a whole;
 * ` atomic` behind an object, or a list with a merge key, that server-side apply owns as a whole.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const GROUP_VERSIONS = [
  'api/v1',
  'apis/apps/v1',
  'apis/policy/v1',
  'apis/autoscaling/v2',
  'apis/autoscaling/v1',
  'apis/storage.k8s.io/v1',
  'apis/coordination.k8s.io/v1',
  'apis/discovery.k8s.io/v1',
  'apis/authorization.k8s.io/v1',
  'apis/authentication.k8s.io/v1',
]

const ROOTS = [
  'Namespace Pod Service Endpoints PersistentVolumeClaim PersistentVolume Node Event ConfigMap Secret ServiceAccount',
  'ResourceQuota LimitRange StatefulSet ControllerRevision PodDisruptionBudget HorizontalPodAutoscaler StorageClass',
  'VolumeAttachment CSINode Lease EndpointSlice Scale Eviction SelfSubjectAccessReview SelfSubjectRulesReview SelfSubjectReview',
  'DeleteOptions',
]
  .join(' ')
  .split(' ')

type Schema = {
  type?: string
  format?: string
  $ref?: string
  allOf?: Schema[]
  oneOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  default?: unknown
  additionalProperties?: Schema
  'x-kubernetes-patch-merge-key'?: string
  'x-kubernetes-patch-strategy'?: string
  'x-kubernetes-list-map-keys'?: string[]
  'x-kubernetes-list-type'?: string
  'x-kubernetes-map-type'?: string
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[]
}
type Document = { components: { schemas: Record<string, Schema> } }

const [source = '', token] = process.argv.slice(2)

async function load(groupVersion: string): Promise<Document> {
  if (!source.startsWith('http')) {
    const file = join(source, `${groupVersion.replaceAll('/', '__')}_openapi.json`)
    return JSON.parse(await readFile(file, 'utf8')) as Document
  }
  const response = await fetch(new URL(`/openapi/v3/${groupVersion}`, source), {
    headers: token ? { authorization: `Bearer ${token}` } : {},
  })
  if (!response.ok) throw new Error(`${groupVersion}: HTTP ${response.status}`)
  return (await response.json()) as Document
}

const schemas = new Map<string, Schema>()
for (const groupVersion of GROUP_VERSIONS) {
  for (const [name, schema] of Object.entries((await load(groupVersion)).components.schemas)) schemas.set(name, schema)
}

const SCALARS: Record<string, string> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'q',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'x',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 't',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 't',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'o',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'o',
}
const shortNames = new Map<string, string>()
const types: Record<string, Record<string, string>> = {}

/** The last part of the name where that is one type's alone (core goes first), otherwise group and kind. */
function shortName(full: string): string {
  const known = shortNames.get(full)
  if (known) return known
  const parts = full.split('.')
  const last = parts.at(-1) ?? full
  const free = ![...shortNames.values()].includes(last)
  const name = free ? last : `${parts.at(-3)}.${parts.at(-2)}.${last}`
  shortNames.set(full, name)
  return name
}

function typeOf(schema: Schema): string {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref
  if (reference) {
    const full = reference.replace('#/components/schemas/', '')
    const scalar = SCALARS[full]
    if (scalar) return scalar
    describe(full)
    return shortName(full)
  }
  if (schema.oneOf) return 'x'
  switch (schema.type) {
    case 'string':
      return schema.format === 'date-time' ? 't' : 's'
    case 'integer':
      return schema.format === 'int64' ? 'l' : 'i'
    case 'number':
      return 'n'
    case 'boolean':
      return 'b'
    case 'array':
      return `[]${schema.items ? typeOf(schema.items) : 'o'}`
    default:
      return schema.additionalProperties ? `{}${typeOf(schema.additionalProperties)}` : 'o'
  }
}

const referred = (schema: Schema) =>
  schemas.get((schema.$ref ?? schema.allOf?.[0]?.$ref ?? '').replace('#/components/schemas/', ''))

function field(schema: Schema): string {
  const marks = []
  const strategy = schema['x-kubernetes-patch-strategy'] ?? ''
  if (strategy.includes('merge')) marks.push(`merge=${schema['x-kubernetes-patch-merge-key'] ?? ''}`)
  if (strategy.includes('retainKeys')) marks.push('retain')
  const keys = schema['x-kubernetes-list-map-keys']
  if (keys) marks.push(`keys=${keys.join(',')}`)
  if (schema['x-kubernetes-list-type'] === 'set') marks.push('set')
  // What the field says of its map goes before what the type says (kube-openapi pkg/schemaconv makeOpenAPIRef).
  const mapType = (of: Schema) => of['x-kubernetes-map-type'] ?? referred(of)?.['x-kubernetes-map-type']
  if (mapType(schema) === 'atomic') marks.push('atomic')
  if (strategy.includes('merge') && schema['x-kubernetes-list-type'] === 'atomic') marks.push('atomic')
  if (keys && schema.items) {
    if (mapType(schema.items) === 'atomic') marks.push('leaves')
    for (const key of keys) {
      const preset = referred(schema.items)?.properties?.[key]?.default
      if (preset) marks.push(`default=${key}:${String(preset)}`)
    }
  }
  return [typeOf(schema), ...marks].join(' ')
}

function describe(full: string): void {
  const name = shortName(full)
  if (types[name]) return
  const fields: Record<string, string> = {}
  types[name] = fields
  for (const [key, schema] of Object.entries(schemas.get(full)?.properties ?? {})) fields[key] = field(schema)
}

for (const root of ROOTS) {
  const full = [...schemas.keys()].filter((name) => name.split('.').at(-1) === root)
  const chosen = full.find((name) => !name.includes('.autoscaling.v1.') || root === 'Scale') ?? full[0]
  if (!chosen) throw new Error(`no schema for ${root}`)
  describe(chosen)
}

const sorted = Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1)))
await writeFile('lib/demo/api/schema.json', `${JSON.stringify(sorted)}\n`)
console.log(`${Object.keys(sorted).length} types`)
