import protobuf from 'protobufjs'
import { isFields } from '@/lib/demo/api/fields'
import type { Fields } from '@/lib/demo/store'
import messages from './recorded/messages.json' with { type: 'json' }

/**
 * Objects as protobuf: four bytes, then runtime.Unknown with the object's type and its bytes
 * (k8s apimachinery pkg/runtime/serializer/protobuf/protobuf.go). Times, quantities and the like have a form of their own
 * in JSON, which the Go types give them (pkg/apis/meta/v1/time_proto.go, micro_time_proto.go, pkg/util/intstr,
 * pkg/api/resource, pkg/runtime/converter.go).
 */

/** Bytes that are no protobuf, or not of the kind that they name. */
export class ProtobufError extends Error {}

const PREFIX = Buffer.from('k8s\0', 'latin1')
const root = protobuf.Root.fromJSON(messages).resolveAll()

type Message = Record<string, unknown>

const typeNamed = (name: string): protobuf.Type | null => {
  const found = root.nested?.[name]
  return found instanceof protobuf.Type ? found : null
}
const required = (name: string): protobuf.Type => {
  const type = typeNamed(name)
  if (!type) throw new ProtobufError(`no message ${name}`)
  return type
}

/** The message of a kind: `apps/v1`, `StatefulSet`. Options, lists and errors of every group are those of meta. */
function typeOf(apiVersion: string, kind: string): protobuf.Type {
  const [first = '', second] = apiVersion.split('/')
  const [group, version] = second === undefined ? ['core', first] : [first.split('.')[0] ?? '', second]
  const type = typeNamed(`${group}_${version}_${kind}`) ?? typeNamed(`meta_v1_${kind}`)
  if (!type)
    throw new ProtobufError(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`)
  return type
}

function read(type: protobuf.Type, bytes: Uint8Array): Message {
  try {
    return type.decode(bytes) as unknown as Message
  } catch (error) {
    throw new ProtobufError(error instanceof Error ? error.message : String(error))
  }
}

/** Reads an object from its envelope. Throws ProtobufError. */
export function decodeObject(body: Uint8Array): Fields {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (!bytes.subarray(0, PREFIX.length).equals(PREFIX))
    throw new ProtobufError(
      `provided data does not appear to be a protobuf message, expected prefix [${[...PREFIX].join(' ')}]`,
    )
  const unknown = read(required('runtime_Unknown'), bytes.subarray(PREFIX.length))
  const { apiVersion = '', kind = '' } = (unknown['typeMeta'] ?? {}) as { apiVersion?: string; kind?: string }
  const type = typeOf(apiVersion, kind)
  return {
    kind,
    apiVersion,
    ...fieldsOf(type, read(type, (unknown['raw'] as Uint8Array | undefined) ?? PREFIX.subarray(4))),
  }
}

/** Writes an object with its envelope. Throws ProtobufError for a kind that has no message. */
export function encodeObject(object: Fields): Buffer {
  const { apiVersion = '', kind = '' } = object as { apiVersion?: string; kind?: string }
  const type = typeOf(apiVersion, kind)
  const raw = type.encode(messageOf(type, object)).finish()
  const unknown = { typeMeta: { apiVersion, kind }, raw, contentEncoding: '', contentType: '' }
  return Buffer.concat([PREFIX, required('runtime_Unknown').encode(unknown).finish()])
}

/** One event of a watch, with its length before it (pkg/util/framer). */
export function encodeEvent(type: string, object: Fields): Buffer {
  const bytes = required('meta_v1_WatchEvent')
    .encode({ type, object: { raw: encodeObject(object) } })
    .finish()
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function fieldsOf(type: protobuf.Type, message: Message): Fields {
  const result: Fields = {}
  for (const field of type.fieldsArray) {
    // What was not on the wire is only on the prototype.
    if (!Object.hasOwn(message, field.name)) continue
    const value = message[field.name]
    if (field.options?.['inline']) {
      Object.assign(result, fieldsOf(field.resolvedType as protobuf.Type, value as Message))
      continue
    }
    const json = fieldOf(field, value)
    if (json === undefined || json === null) continue
    // To omitempty a struct is never empty, not even one whose JSON is a number (IntOrString).
    const isStruct = field.resolvedType instanceof protobuf.Type
    if (field.options?.['omit'] && !isStruct && isZero(json)) continue
    result[field.name] = json
  }
  return result
}

/** What Go's omitempty leaves out. */
const isZero = (value: unknown) =>
  value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0)

function fieldOf(field: protobuf.Field, value: unknown): unknown {
  if (field instanceof protobuf.MapField) {
    const entries = Object.entries(value as Message).map(([key, item]) => [key, valueOf(field, item)] as const)
    if (entries.some(([key]) => key === '__proto__')) throw new ProtobufError('a key "__proto__" is not taken')
    return entries.length === 0 ? undefined : Object.fromEntries(entries)
  }
  if (field.repeated) {
    const items = value as unknown[]
    return items.length === 0 ? undefined : items.map((item) => valueOf(field, item))
  }
  return valueOf(field, value)
}

function valueOf(field: protobuf.Field, value: unknown): unknown {
  if (!(field.resolvedType instanceof protobuf.Type)) {
    if (field.type === 'bytes') return Buffer.from(value as Uint8Array).toString('base64')
    return field.type === 'int64' ? Number(value) : value
  }
  const form = FORMS[field.type]
  if (form) return form.read(value as Message)
  const fields = fieldsOf(field.resolvedType, value as Message)
  return field.resolvedType.options?.['list'] ? (fields['items'] ?? []) : fields
}

function messageOf(type: protobuf.Type, fields: Fields): Message {
  const result: Message = {}
  for (const field of type.fieldsArray) {
    const value = field.options?.['inline'] ? fields : fields[field.name]
    if (value === undefined || value === null) continue
    const wire = (item: unknown) => wireOf(field, item)
    if (field instanceof protobuf.MapField)
      result[field.name] = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wire(item)]))
    else result[field.name] = field.repeated && Array.isArray(value) ? value.map(wire) : wire(value)
  }
  return result
}

function wireOf(field: protobuf.Field, value: unknown): unknown {
  if (!(field.resolvedType instanceof protobuf.Type))
    return field.type === 'bytes' ? Buffer.from(String(value), 'base64') : value
  const form = FORMS[field.type]
  if (form) return form.write(value)
  if (field.resolvedType.options?.['list']) return { items: value }
  return messageOf(field.resolvedType, isFields(value) ? value : {})
}

type Form = { read: (message: Message) => unknown; write: (value: unknown) => Message }

const seconds = (message: Message) => Number(message['seconds'] ?? 0)
const isEmpty = (message: Message) => !Object.hasOwn(message, 'seconds') && !Object.hasOwn(message, 'nanos')

function time(secondsSince1970: number, fraction = ''): string {
  const date = new Date(secondsSince1970 * 1000)
  if (Number.isNaN(date.getTime())) throw new ProtobufError(`not a time: ${secondsSince1970} seconds`)
  return `${date.toISOString().slice(0, -'.000Z'.length)}${fraction}Z`
}

/** JSON that is carried as bytes; what Go has encoded itself has an envelope of its own. */
function embedded(bytes: unknown): unknown {
  const data = Buffer.from((bytes as Uint8Array | undefined) ?? [])
  if (data.length === 0) return undefined
  if (data.subarray(0, PREFIX.length).equals(PREFIX)) return decodeObject(data)
  try {
    return JSON.parse(data.toString('utf8')) as unknown
  } catch {
    throw new ProtobufError('an embedded object is no JSON')
  }
}

const FORMS: Record<string, Form> = {
  resource_Quantity: {
    read: (message) => message['string'] || '0',
    write: (value) => ({ string: String(value) }),
  },
  // A time without bytes is none at all.
  meta_v1_Time: {
    read: (message) => (isEmpty(message) ? null : time(seconds(message))),
    write: (value) => (value === null ? {} : { seconds: Math.floor(Date.parse(String(value)) / 1000), nanos: 0 }),
  },
  meta_v1_MicroTime: {
    read: (message) => {
      const micros = Math.floor(Number(message['nanos'] ?? 0) / 1000)
      return isEmpty(message) ? null : time(seconds(message), `.${String(micros).padStart(6, '0')}`)
    },
    write: (value) => ({
      seconds: Math.floor(Date.parse(String(value)) / 1000),
      nanos: Number((/\.(\d{1,6})/.exec(String(value))?.[1] ?? '').padEnd(6, '0')) * 1000,
    }),
  },
  intstr_IntOrString: {
    read: (message) => (Number(message['type'] ?? 0) === 1 ? (message['strVal'] ?? '') : (message['intVal'] ?? 0)),
    write: (value) =>
      typeof value === 'number'
        ? { type: 0, intVal: value, strVal: '' }
        : { type: 1, intVal: 0, strVal: String(value) },
  },
  runtime_RawExtension: {
    read: (message) => embedded(message['raw']),
    write: (value) => ({ raw: Buffer.from(JSON.stringify(value)) }),
  },
  meta_v1_FieldsV1: {
    read: (message) => embedded(message['Raw']),
    write: (value) => ({ Raw: Buffer.from(JSON.stringify(value)) }),
  },
}
