/**
 * Writes lib/demo/api/protobuf/recorded/messages.json: how the served kinds are written as protobuf. Numbers and types come from
 * the generated.proto files of Kubernetes' own modules, what JSON makes of each field from the tags in the types.go
 * beside them (both Apache License 2.0, The Kubernetes Authors).
 *
 *   npx tsx test/contract/record-protobuf.ts      (fetches the modules with Go: those that the control plane is built from)
 *
 * The file is a namespace of protobufjs. Options of a field: `inline` (its fields are those of the message around it),
 * `omit` (Go leaves the zero out of JSON, so that a zero on the wire says nothing), `list` of a message that is a bare
 * list in JSON. Types that JSON writes in a form of their own keep their names: see lib/demo/api/protobuf/message.ts.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import protobuf from 'protobufjs'
import { RESOURCES } from '@/lib/demo/api/resources'
import { moduleFolder } from './modules'

const [api, machinery] = await Promise.all([moduleFolder('k8s.io/api'), moduleFolder('k8s.io/apimachinery')])

/** Folder of a package, by the first words of its messages' names. */
const PACKAGES: Record<string, string> = {
  ...Object.fromEntries(
    [
      'core/v1',
      'apps/v1',
      'authentication/v1',
      'authorization/v1',
      'autoscaling/v1',
      'autoscaling/v2',
      'coordination/v1',
      'discovery/v1',
      'policy/v1',
      'storage/v1',
    ].map((name) => [name.replace('/', '_'), join(api, name)]),
  ),
  meta_v1: join(machinery, 'pkg/apis/meta/v1'),
  runtime: join(machinery, 'pkg/runtime'),
  resource: join(machinery, 'pkg/api/resource'),
  intstr: join(machinery, 'pkg/util/intstr'),
}

type Tag = { json: string; inline: boolean; omit: boolean }

/** The tags of a package's structs, by struct and number of the field. */
function tagsOf(source: string): Map<string, Tag> {
  const tags = new Map<string, Tag>()
  let struct = ''
  for (const line of source.split('\n')) {
    struct = /^type (\w+) struct \{/.exec(line)?.[1] ?? (line.startsWith('}') ? '' : struct)
    const [, name, type = '', text = ''] = /^\t(?:(\w+)\s+)?(\S+)\s+`([^`]*)`/.exec(line) ?? []
    const number = /protobuf:"\w+,(\d+),/.exec(text)?.[1]
    const [json = '', ...options] = (/json:"([^"]*)"/.exec(text)?.[1] ?? '').split(',')
    if (struct === '' || number === undefined) continue
    tags.set(`${struct}/${number}`, {
      json: json === '-' ? '' : json,
      inline: name === undefined && json === '',
      omit: !type.startsWith('*') && (options.includes('omitempty') || options.includes('omitzero')),
    })
  }
  return tags
}

const root = new protobuf.Root()
const tags = new Map<string, Tag>()
for (const [name, folder] of Object.entries(PACKAGES)) {
  protobuf.parse(await readFile(join(folder, 'generated.proto'), 'utf8'), root, { keepCase: true })
  const source = await readFile(join(folder, 'types.go'), 'utf8').catch(() => '')
  for (const [place, tag] of tagsOf(source)) tags.set(`${name}_${place}`, tag)
}
root.resolveAll()

/** `core_v1_Pod`: the last parts of the package's name, then the message's. */
function shortName(type: protobuf.Type): string {
  const parts = type.fullName.split('.').slice(1, -1)
  const version = /^v\d/.test(parts.at(-1) ?? '') ? parts.slice(-2) : parts.slice(-1)
  return [...version, type.name].join('_')
}

const messages: Record<string, protobuf.IType> = {}

function describe(type: protobuf.Type): string {
  const name = shortName(type)
  if (messages[name]) return name
  const fields: Record<string, protobuf.IField | protobuf.IMapField> = {}
  // Zeros are written, as proto2 does.
  const message: protobuf.IType = { edition: 'proto2', fields }
  messages[name] = message
  const only = type.fieldsArray[0]
  if (type.fieldsArray.length === 1 && only?.name === 'items' && !tags.has(`${name}/${only.id}`))
    message.options = { list: true }
  for (const field of type.fieldsArray) {
    const tag = tags.get(`${name}/${field.id}`)
    const resolved = field.resolvedType instanceof protobuf.Type ? describe(field.resolvedType) : field.type
    const options = { ...(tag?.inline ? { inline: true } : {}), ...(tag?.omit ? { omit: true } : {}) }
    fields[tag?.json || field.name] = {
      ...(field instanceof protobuf.MapField ? { keyType: field.keyType } : {}),
      ...(field.repeated ? { rule: 'repeated' } : {}),
      type: resolved,
      id: field.id,
      ...(Object.keys(options).length > 0 ? { options } : {}),
    }
  }
  return name
}

const find = (name: string) => root.lookupType(name)
for (const { group, version, kind } of RESOURCES.values()) {
  const home = `k8s.io.api.${group.split('.')[0] || 'core'}.${version}`
  describe(find(`${home}.${kind}`))
  describe(find(`${home}.${kind}List`))
}
for (const name of [
  'k8s.io.api.core.v1.Binding',
  'k8s.io.api.policy.v1.Eviction',
  'k8s.io.api.autoscaling.v1.Scale',
  'k8s.io.api.authorization.v1.SelfSubjectAccessReview',
  'k8s.io.api.authorization.v1.SelfSubjectRulesReview',
  'k8s.io.api.authentication.v1.SelfSubjectReview',
  ...'APIGroup APIGroupList APIResourceList APIVersions DeleteOptions PartialObjectMetadata'
    .split(' ')
    .map((name) => `k8s.io.apimachinery.pkg.apis.meta.v1.${name}`),
  ...'PartialObjectMetadataList Status WatchEvent'
    .split(' ')
    .map((name) => `k8s.io.apimachinery.pkg.apis.meta.v1.${name}`),
  'k8s.io.apimachinery.pkg.runtime.Unknown',
])
  describe(find(name))

const sorted = Object.fromEntries(Object.entries(messages).sort(([a], [b]) => (a < b ? -1 : 1)))
await writeFile('lib/demo/api/protobuf/recorded/messages.json', `${JSON.stringify({ nested: sorted })}\n`)
console.log(`${Object.keys(sorted).length} messages`)
