import type { IncomingMessage } from 'node:http'
import type { Fields, KubeObject } from '@/lib/demo/store'
import { mayDo, refusal, type Attributes } from './access'
import { jsonOf, sendJson, sendStatus, setWarnings } from './answer'
import type { DeleteOptions } from './deletion'
import { httpSink, webSocketSink, type EventSink } from './event-sink'
import { evict } from './eviction'
import { fieldsAt, isFields, numberAt, textAt } from './fields'
import { list, parseListOptions, parseReadVersion, waitForVersion } from './list'
import { serveLogs } from './logs'
import { demandsProtobuf } from './media-types'
import { chooseForm, objectText, watchText, listText, type Form } from './forms'
import type { WriteOptions } from './write-options'
import { PATCH_TYPES, type PatchType } from './patch'
import { servePortForward } from './port-forward'
import { problemsOfPathSegment } from './grammar'
import { serveProxy } from './proxy'
import { parseBody, parseJson, parseYamlText, readBody } from './request'
import { serveExec } from './remote-command'
import { patchScale, scaleOf, updateScale } from './scale'
import { decode, DecodeError } from './schema'
import { badRequest, invalidOptions, methodNotAllowed, pathNotFound, StatusError, unsupportedPatch } from './status'
import { watch } from './watch'
import type { Call } from './call'

const WRITE_VERBS: Record<string, string> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }

/** What RBAC calls the request. */
function attributesOf({ request, target, query }: Call): Attributes {
  const { info, namespace, name, subresource } = target
  const method = request.method ?? 'GET'
  const reads = method === 'GET' || method === 'HEAD'
  const watching = ['1', 'true'].includes(query.get('watch') ?? '')
  const verb = reads
    ? name
      ? 'get'
      : watching
        ? 'watch'
        : 'list'
    : method === 'DELETE' && !name
      ? 'deletecollection'
      : (WRITE_VERBS[method] ?? '')
  return {
    verb,
    group: info.group,
    resource: info.resource,
    subresource,
    namespace: info.resource === 'namespaces' ? name : namespace,
    name,
  }
}

/** Serves one request for a resource of the API. */
export async function serveResource(call: Call): Promise<void> {
  const { request, target, user } = call
  const attributes = attributesOf(call)
  if (!mayDo(user, attributes)) throw refusal(user, attributes)
  for (const [what, text] of [
    ['Name', target.name],
    // A list of a namespace that cannot exist is simply empty.
    ['Namespace', target.name === '' ? '' : target.namespace],
  ] as const) {
    const problem = problemsOfPathSegment(text)[0]
    if (problem) throw badRequest(`${what} parameter invalid: ${JSON.stringify(text)}: ${problem}`)
  }
  const method = request.method ?? 'GET'
  if (target.subresource === 'proxy') return serveProxy(call)
  if (target.rest) throw pathNotFound()
  if (target.subresource) return serveSubresource(call, method)
  return target.name ? serveObject(call, method) : serveCollection(call, method)
}

async function serveCollection(call: Call, method: string): Promise<void> {
  const { request, response, target, query, operations } = call
  const { info, namespace } = target
  if (method === 'GET') {
    const form = chooseForm(request.headers.accept, query)
    const options = parseListOptions(target, query)
    const { store } = operations
    if (options.watch) {
      if (options.resourceVersion !== '')
        await waitWhenInitial(call, options.sendInitialEvents, options.resourceVersion)
      const sink = await openSink(call)
      call.track(watch(store, target, options, watchText(info, form, operations.now), sink))
      return
    }
    const result = await list(store, target, options)
    sendJson(response, 200, listText(info, form, result, operations.now()), { 'content-type': form.contentType })
    return
  }
  if (method === 'POST') {
    if (info.namespaced && namespace === '') throw methodNotAllowed()
    const options = writeOptions(call)
    const body = await objectBody(call)
    const warnings: string[] = []
    const created = operations.create(info.resource, namespace, body, {
      ...options,
      warn: (text) => warnings.push(text),
    })
    return sendObject(call, 201, created, warnings)
  }
  if (method === 'DELETE') return deleteCollection(call)
  throw methodNotAllowed()
}

/** The web socket takes at most one sub-protocol, whose name means nothing, and the handshake wants an origin. */
async function openSink({ request, response, upgrade }: Call): Promise<EventSink> {
  if (!upgrade?.isWebSocket) return httpSink(response, demandsProtobuf(request.headers.accept))
  if (!URL.canParse(request.headers.origin ?? '')) throw new StatusError(403, 'Forbidden', 'null origin')
  const { protocols } = upgrade
  if (protocols.length > 1) throw badRequest('bad websocket protocol')
  return webSocketSink(await upgrade.webSocket(protocols[0] ?? ''))
}

/** A streaming list waits for its version as a list does. */
async function waitWhenInitial(call: Call, initial: boolean | null, version: string): Promise<void> {
  const wanted = parseReadVersion(version)
  if (initial) await waitForVersion(call.operations.store, wanted)
}

async function serveObject(call: Call, method: string): Promise<void> {
  const { request, response, target, operations } = call
  const { info, namespace, name } = target
  const { resource } = info
  if (method === 'GET') {
    const version = call.query.get('resourceVersion') ?? ''
    if (version !== '') await waitForVersion(operations.store, parseReadVersion(version))
    return sendObject(call, 200, operations.read(resource, namespace, name))
  }
  const warnings: string[] = []
  const options = { ...writeOptions(call), warn: (text: string) => warnings.push(text) }
  if (method === 'PUT') {
    const body = await objectBody(call)
    const existed = operations.store.get(resource, info.namespaced ? namespace : '', name) !== undefined
    const written = operations.update(resource, namespace, name, body, options)
    return sendObject(call, existed ? 200 : 201, written, warnings)
  }
  if (method === 'PATCH') {
    const type = patchType(request)
    const body = await patchBody(call, type)
    const existed = operations.store.get(resource, info.namespaced ? namespace : '', name) !== undefined
    const written = operations.patch(resource, namespace, name, type, body, options)
    return sendObject(call, existed ? 200 : 201, written, warnings)
  }
  if (method === 'DELETE') {
    const deleteOptions = await readDeleteOptions(call)
    const { object, gone } = operations.remove(resource, namespace, name, deleteOptions)
    // Only who asked for dependents to stay learns by the code that the object is still there.
    const code = deleteOptions.orphanDependents === false && !gone ? 202 : 200
    if (!gone || info.deleteReturnsObject) return sendObject(call, code, object)
    sendStatus(response, code, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name, ...(info.group ? { group: info.group } : {}), kind: resource, uid: object.metadata.uid },
    })
    return
  }
  throw methodNotAllowed()
}

async function deleteCollection(call: Call): Promise<void> {
  const { target, query, operations, response } = call
  const { info, namespace } = target
  if (info.resource === 'namespaces' || (info.namespaced && namespace === '')) throw methodNotAllowed()
  const deleteOptions = await readDeleteOptions(call)
  const options = parseListOptions(target, query)
  const result = await list(operations.store, target, options)
  const items: KubeObject[] = []
  for (const object of result.items) {
    if (!operations.store.get(info.resource, namespace, object.metadata.name)) continue
    items.push(operations.remove(info.resource, namespace, object.metadata.name, deleteOptions).object)
  }
  const form = chooseForm(call.request.headers.accept, query)
  sendJson(response, 200, listText(info, form, { ...result, items }, operations.now()), {
    'content-type': form.contentType,
  })
}

async function serveSubresource(call: Call, method: string): Promise<void> {
  const { target, operations, response } = call
  const { info, namespace, name, subresource } = target
  const warnings: string[] = []
  const warn = (text: string) => warnings.push(text)
  if (subresource === 'status' && info.status) {
    if (method === 'GET') return sendObject(call, 200, operations.read(info.resource, namespace, name))
    const options: WriteOptions = { ...writeOptions(call), subresource: 'status', warn }
    if (method === 'PUT') {
      const body = await objectBody(call)
      return sendObject(call, 200, operations.update(info.resource, namespace, name, body, options), warnings)
    }
    if (method === 'PATCH') {
      const type = patchType(call.request)
      const body = await patchBody(call, type)
      return sendObject(call, 200, operations.patch(info.resource, namespace, name, type, body, options), warnings)
    }
    throw methodNotAllowed()
  }
  if (subresource === 'scale' && info.resource === 'statefulsets') {
    if (method === 'GET') return sendPlain(call, 200, scaleOf(operations.read('statefulsets', namespace, name)))
    const options: WriteOptions = { ...writeOptions(call), warn }
    if (method === 'PUT') {
      const body = await objectBody(call)
      return sendPlain(call, 200, updateScale(operations, namespace, name, body, options), warnings)
    }
    if (method === 'PATCH') {
      const type = patchType(call.request)
      const body = await patchBody(call, type)
      return sendPlain(call, 200, patchScale(operations, namespace, name, type, body, options), warnings)
    }
    throw methodNotAllowed()
  }
  if (info.resource === 'namespaces' && subresource === 'finalize') {
    if (method !== 'PUT') throw methodNotAllowed()
    throw methodNotAllowed()
  }
  if (info.resource !== 'pods') throw pathNotFound()
  if (subresource === 'log') {
    if (method !== 'GET') throw methodNotAllowed()
    return serveLogs(call)
  }
  if (subresource === 'eviction') {
    if (method !== 'POST') throw methodNotAllowed()
    const body = await objectBody(call)
    const inBody = deleteOptionsOf(fieldsAt(body, 'deleteOptions') ?? {})
    const inQuery = dryRunOf(call.query.getAll('dryRun'), 'CreateOptions')
    if (inBody.dryRun !== undefined && inQuery !== undefined && inBody.dryRun !== inQuery)
      throw badRequest('Non-matching dry-run options in request and content')
    const dryRun = inBody.dryRun ?? inQuery
    const status = evict(operations, namespace, name, body, { ...inBody, ...(dryRun === undefined ? {} : { dryRun }) })
    return sendStatus(response, 201, status)
  }
  if (subresource === 'binding') {
    if (method !== 'POST') throw methodNotAllowed()
    const body = await objectBody(call)
    const node = textAt(body, 'target', 'name')
    if (node === '') throw badRequest('target.name: Required value')
    operations.bind(namespace, name, textAt(body, 'metadata', 'uid'), node)
    return sendStatus(response, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 })
  }
  if (subresource === 'exec' || subresource === 'portforward') {
    if (method !== 'GET' && method !== 'POST') throw methodNotAllowed()
    // A GET that opens a connection is a creation as well.
    const attributes = { ...attributesOf(call), verb: 'create' }
    if (!mayDo(call.user, attributes)) throw refusal(call.user, attributes)
    return subresource === 'exec' ? serveExec(call) : servePortForward(call)
  }
  throw pathNotFound()
}

async function objectBody(call: Call): Promise<Fields> {
  const body = await parseBody(await readBody(call.request), call.request.headers['content-type'])
  if (!isFields(body)) throw badRequest("couldn't get version/kind; json parse error: the body is no object")
  return body
}

function patchType(request: IncomingMessage): PatchType {
  const given = (request.headers['content-type'] ?? '').split(';')[0]?.trim()
  const type = PATCH_TYPES.find((one) => one === given)
  if (!type) throw unsupportedPatch()
  return type
}

async function patchBody(call: Call, type: PatchType): Promise<unknown> {
  const body = await readBody(call.request)
  if (type === 'application/apply-patch+yaml') {
    if (!call.query.get('fieldManager'))
      throw invalidOptions('PatchOptions', [
        { field: 'fieldManager', type: 'Required', detail: 'is required for apply patch' },
      ])
    return parseYamlText(body)
  }
  if (call.query.get('force') !== null)
    throw invalidOptions('PatchOptions', [
      { field: 'force', type: 'Forbidden', detail: 'may not be specified for non-apply patch' },
    ])
  return parseJson(body)
}

const OPTIONS_KIND: Record<string, string> = { POST: 'CreateOptions', PUT: 'UpdateOptions', PATCH: 'PatchOptions' }

function writeOptions({ query, request }: Call): WriteOptions {
  const kind = OPTIONS_KIND[request.method ?? ''] ?? 'UpdateOptions'
  const validation = query.get('fieldValidation') ?? ''
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(validation))
    throw invalidOptions(kind, [
      {
        field: 'fieldValidation',
        type: 'NotSupported',
        value: validation,
        detail: 'supported values: "", "Ignore", "Strict", "Warn"',
      },
    ])
  const manager = query.get('fieldManager') ?? ''
  if (manager.length > 128)
    throw invalidOptions(kind, [{ field: 'fieldManager', type: 'TooLong', detail: 'may not be more than 128 bytes' }])
  if (/[^\x20-\x7e]/.test(manager))
    throw invalidOptions(kind, [
      { field: 'fieldManager', type: 'Invalid', value: manager, detail: 'should only contain printable characters' },
    ])
  const dryRun = dryRunOf(query.getAll('dryRun'), kind)
  return {
    ...(dryRun === undefined ? {} : { dryRun }),
    fieldManager: manager || (request.headers['user-agent'] ?? 'unknown').split('/')[0]?.slice(0, 128) || 'unknown',
    ...(validation ? { fieldValidation: validation as 'Ignore' | 'Warn' | 'Strict' } : {}),
    ...(['1', 'true'].includes(query.get('force') ?? '') ? { force: true } : {}),
  }
}

function dryRunOf(values: unknown[], kind: string): boolean | undefined {
  if (values.length === 0) return undefined
  if (values.length === 1 && values[0] === '') return undefined
  if (values.every((one) => one === 'All')) return true
  throw invalidOptions(kind, [
    { field: 'dryRun', type: 'NotSupported', value: values, detail: 'supported values: "All"' },
  ])
}

function deleteOptionsOf(body: Fields): DeleteOptions {
  let options: Fields
  try {
    options = decode('DeleteOptions', body, () => {})
  } catch (error) {
    if (error instanceof DecodeError)
      throw badRequest(`DeleteOptions in version "v1" cannot be handled as a DeleteOptions: ${error.message}`)
    throw error
  }
  const grace = numberAt(options, 'gracePeriodSeconds')
  const uid = textAt(options, 'preconditions', 'uid')
  const version = textAt(options, 'preconditions', 'resourceVersion')
  const policy = options['propagationPolicy']
  const orphan = options['orphanDependents']
  const dryRun = dryRunOf(Array.isArray(options['dryRun']) ? options['dryRun'] : [], 'DeleteOptions')
  return {
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(uid || version
      ? { preconditions: { ...(uid ? { uid } : {}), ...(version ? { resourceVersion: version } : {}) } }
      : {}),
    ...(typeof policy === 'string' ? { propagationPolicy: policy } : {}),
    ...(typeof orphan === 'boolean' ? { orphanDependents: orphan } : {}),
    ...(dryRun === undefined ? {} : { dryRun }),
  }
}

/** From the body; an empty body leaves it to the query. */
async function readDeleteOptions(call: Call): Promise<DeleteOptions> {
  const body = await readBody(call.request)
  if (body.length > 0) {
    const fields = await parseBody(body, call.request.headers['content-type'])
    if (!isFields(fields)) throw badRequest('the body is no DeleteOptions')
    if (fields['kind'] !== undefined && fields['kind'] !== 'DeleteOptions')
      throw badRequest(`decoded object cannot be converted to DeleteOptions`)
    return deleteOptionsOf(fields)
  }
  const { query } = call
  const grace = query.get('gracePeriodSeconds')
  const orphan = query.get('orphanDependents')
  const policy = query.get('propagationPolicy')
  if (grace !== null && !/^-?\d{1,10}$/.test(grace)) throw badRequest('gracePeriodSeconds: invalid syntax')
  return deleteOptionsOf({
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(orphan === null ? {} : { orphanDependents: orphan === 'true' || orphan === '1' }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(query.has('dryRun') ? { dryRun: query.getAll('dryRun') } : {}),
  })
}

function sendObject(call: Call, code: number, object: KubeObject, warnings: string[] = []): void {
  const form: Form = chooseForm(call.request.headers.accept, call.query)
  setWarnings(call.response, warnings)
  sendJson(call.response, code, objectText(call.target.info, form, object, call.operations.now()), {
    'content-type': form.contentType,
  })
}

/** Subresources of another kind have no table of their own here. */
function sendPlain(call: Call, code: number, object: KubeObject, warnings: string[] = []): void {
  setWarnings(call.response, warnings)
  sendJson(call.response, code, jsonOf(object))
}
