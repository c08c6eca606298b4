import type { IncomingMessage } from 'node:http'
import { parse as parseYaml } from 'yaml'
import { PROTOBUF } from './media-types'
import { RESOURCES, type ResourceInfo } from './resources'
import { badRequest, StatusError, unsupportedMediaType } from './status'

/** What a request asks for: k8s apiserver pkg/endpoints/request/requestinfo.go. */
export type ResourceRequest = {
  info: ResourceInfo
  /** '' for all namespaces, and for kinds without. */
  namespace: string
  /** '' for the collection. */
  name: string
  subresource: string
  /** What follows the subresource, for proxies; with its slash. */
  rest: string
}

const BODY_LIMIT = 3 * 1024 * 1024
const DEEPEST = 1000

const byPath = new Map([...RESOURCES.values()].map((info) => [`${info.group}/${info.version}/${info.resource}`, info]))

/** The path, decoded as Go decodes it, and the query. Throws 400 for a path that cannot be decoded. */
export function splitUrl(url: string): { path: string; rawPath: string; query: URLSearchParams } {
  const mark = url.indexOf('?')
  const rawPath = mark < 0 ? url : url.slice(0, mark)
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))
  try {
    return { path: decodeURIComponent(rawPath), rawPath, query }
  } catch {
    throw badRequest('the path cannot be decoded')
  }
}

/** Reads /api/v1/… and /apis/GROUP/VERSION/…; null for every other path and for kinds that are not served. */
export function parsePath(path: string): ResourceRequest | null {
  const parts = path.split('/').slice(1)
  const core = parts[0] === 'api'
  if (!core && parts[0] !== 'apis') return null
  const group = core ? '' : (parts[1] ?? '')
  const version = (core ? parts[1] : parts[2]) ?? ''
  const rest = parts.slice(core ? 2 : 3)
  const lookup = (resource: string | undefined) => byPath.get(`${group}/${version}/${resource ?? ''}`)
  const tail = (from: number) => (rest.length > from ? `/${rest.slice(from).join('/')}` : '')
  if (rest[0] === 'namespaces' && rest.length > 2 && !(core && ['status', 'finalize'].includes(rest[2] ?? ''))) {
    const info = lookup(rest[2])
    if (!info?.namespaced) return null
    return { info, namespace: rest[1] ?? '', name: rest[3] ?? '', subresource: rest[4] ?? '', rest: tail(5) }
  }
  const info = lookup(rest[0])
  if (!info) return null
  // A namespaced kind without a namespace is only ever listed.
  if (info.namespaced && rest.length > 1) return null
  return { info, namespace: '', name: rest[1] ?? '', subresource: rest[2] ?? '', rest: tail(3) }
}

/** The whole body, at most 3 MiB as the API server's own limit. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const part = chunk as Buffer
    size += part.length
    if (size > BODY_LIMIT) {
      // The rest is not kept, but taken off the line: the client is still sending.
      request.resume()
      throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${BODY_LIMIT}`)
    }
    chunks.push(part)
  }
  return Buffer.concat(chunks)
}

/** Reads a body that is an object: JSON, or YAML or protobuf when the content type says so. */
export async function parseBody(body: Buffer, contentType: string | undefined): Promise<unknown> {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === '' || type === 'application/json') return parseJson(body)
  if (type === 'application/yaml') return parseYamlText(body)
  if (type === PROTOBUF) return parseProtobuf(body)
  throw unsupportedMediaType(['application/json', 'application/yaml', PROTOBUF])
}

/** The messages are loaded with the first body that needs them. */
async function parseProtobuf(body: Buffer): Promise<unknown> {
  const { decodeObject, ProtobufError } = await import('./protobuf/message')
  try {
    const value = decodeObject(body)
    checkTree(value)
    return value
  } catch (error) {
    if (error instanceof ProtobufError) throw badRequest(error.message)
    throw error
  }
}

export function parseJson(body: Buffer): unknown {
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw badRequest(
      `couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : 'not JSON'}`,
    )
  }
  checkTree(value)
  return value
}

export function parseYamlText(body: Buffer): unknown {
  let value: unknown
  try {
    value = parseYaml(body.toString('utf8'), { maxAliasCount: 100 })
  } catch (error) {
    throw badRequest(
      `error converting YAML to JSON: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}`,
    )
  }
  checkTree(value)
  return value
}

/** Refuses what would hurt the server later: trees without end and keys that are not mere data here. */
function checkTree(root: unknown): void {
  let level: unknown[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) throw badRequest('json: exceeded max depth')
    const next: unknown[] = []
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      if (!Array.isArray(value) && Object.hasOwn(value, '__proto__')) throw badRequest('a key "__proto__" is not taken')
      for (const item of Object.values(value)) if (typeof item === 'object' && item !== null) next.push(item)
    }
    level = next
  }
}
