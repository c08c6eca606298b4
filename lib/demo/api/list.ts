import { CompactedError, type KubeObject, type Store } from '@/lib/demo/store'
import { badRequest, expired, invalidOptions, StatusError, tooLargeVersion, type FieldError } from './status'
import { parseFieldSelector, parseLabelSelector, selectedName, type FieldTest, type LabelTest } from './selectors'
import type { ResourceRequest } from './request'

/** Lists: resourceVersion, limit and continue, selectors (k8s apiserver pkg/storage, apimachinery meta/internalversion). */

export type ListOptions = {
  labels: LabelTest | null
  fields: FieldTest | null
  /** Set when the field selector asks for one name. */
  name: string | null
  limit: number
  continue: string
  resourceVersion: string
  resourceVersionMatch: string
  watch: boolean
  allowWatchBookmarks: boolean
  sendInitialEvents: boolean | null
  timeoutSeconds: number | null
}

export type ListResult = {
  items: KubeObject[]
  resourceVersion: string
  continue: string
  remaining: number | null
}

function number(query: URLSearchParams, name: string): number | null {
  const text = query.get(name)
  if (text === null || text === '') return null
  if (!/^[+-]?\d{1,18}$/.test(text))
    throw badRequest(`unable to decode ${name}: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}

/** As Go's query conversion reads truth: absent, "false" and "0" are false, everything else is true. */
function flag(query: URLSearchParams, name: string): boolean | null {
  const text = query.get(name)
  if (text === null) return null
  return text !== 'false' && text !== '0'
}

export function parseListOptions(request: ResourceRequest, query: URLSearchParams): ListOptions {
  const labelText = query.get('labelSelector') ?? ''
  const fieldText = query.get('fieldSelector') ?? ''
  const options: ListOptions = {
    labels: labelText ? parseLabelSelector(labelText) : null,
    fields: fieldText ? parseFieldSelector(request.info.resource, fieldText) : null,
    name: selectedName(fieldText),
    limit: number(query, 'limit') ?? 0,
    continue: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    watch: flag(query, 'watch') ?? false,
    allowWatchBookmarks: flag(query, 'allowWatchBookmarks') ?? false,
    sendInitialEvents: flag(query, 'sendInitialEvents'),
    timeoutSeconds: number(query, 'timeoutSeconds'),
  }
  const legacy = options.watch && (options.resourceVersion === '' || options.resourceVersion === '0')
  if (legacy && options.sendInitialEvents === null && options.resourceVersionMatch === '') {
    options.sendInitialEvents = true
    options.resourceVersionMatch = 'NotOlderThan'
  }
  const errors = options.watch ? watchErrors(options) : listErrors(options)
  if (errors.length > 0) throw invalidOptions('ListOptions', errors)
  return options
}

const refuse = (field: string, detail: string): FieldError => ({ field, type: 'Forbidden', detail })

function watchErrors(options: ListOptions): FieldError[] {
  const { resourceVersionMatch: match, sendInitialEvents } = options
  const errors: FieldError[] = []
  if (match === '' && sendInitialEvents !== null)
    errors.push(
      refuse('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    )
  if (match !== '' && sendInitialEvents === null)
    errors.push(
      refuse(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ),
    )
  if (match !== '' && match !== 'NotOlderThan' && sendInitialEvents !== null)
    errors.push(
      refuse('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
      {
        field: 'resourceVersionMatch',
        type: 'NotSupported',
        value: match,
        detail: 'supported values: "NotOlderThan"',
      },
    )
  if (options.continue !== '' && sendInitialEvents !== null)
    errors.push(refuse('resourceVersionMatch', 'sendInitialEvents is forbidden with continue'))
  return errors
}

function listErrors(options: ListOptions): FieldError[] {
  const { resourceVersionMatch: match, resourceVersion } = options
  const errors: FieldError[] = []
  const initial =
    options.sendInitialEvents === null ? [] : [refuse('sendInitialEvents', 'sendInitialEvents is forbidden for list')]
  if (match === '') return initial
  if (options.continue !== '')
    errors.push(refuse('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'))
  if (resourceVersion === '')
    errors.push(refuse('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
  if (match !== 'Exact' && match !== 'NotOlderThan')
    errors.push({
      field: 'resourceVersionMatch',
      type: 'NotSupported',
      value: match,
      detail: 'supported values: "Exact", "NotOlderThan", ""',
    })
  if (match === 'Exact' && resourceVersion === '0')
    errors.push(refuse('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
  return [...errors, ...initial]
}

/** The version of a get or a watch: one that is no number fails deep in the server there, with 500 and no reason. */
export function parseReadVersion(text: string): number {
  if (/^\d{1,16}$/.test(text)) return Number(text)
  throw new StatusError(
    500,
    '',
    `invalid resource version ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
  )
}

/** A version as a number; 400 when it is none. */
export function parseVersion(text: string): number {
  if (!/^\d{1,16}$/.test(text))
    throw badRequest(
      `invalid resource version ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    )
  return Number(text)
}

/** Whether both selectors take the object. */
export const selected = (options: ListOptions, object: KubeObject): boolean =>
  (!options.labels || options.labels(object.metadata.labels)) && (!options.fields || options.fields(object))

/** Waits a moment for a version that is still to come; 504 when it does not. */
export async function waitForVersion(store: Store, version: number): Promise<void> {
  if (version <= store.resourceVersion) return
  await new Promise<void>((resolve, reject) => {
    const stop = store.watch((change) => {
      if (change.resourceVersion < version) return
      end()
      resolve()
    })
    const timer = setTimeout(() => {
      end()
      reject(tooLargeVersion(version, store.resourceVersion))
    }, 3000)
    const end = () => {
      stop()
      clearTimeout(timer)
    }
  })
}

type Token = { v: string; rv: number; start: string }

function readToken(text: string): Token {
  let token: Partial<Token>
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Partial<Token>
  } catch {
    throw badRequest('continue key is not valid: illegal base64 data')
  }
  if (token.v !== 'meta.k8s.io/v1' || typeof token.rv !== 'number' || typeof token.start !== 'string')
    throw badRequest('continue key is not valid: server does not recognize this encoded version')
  if (token.start.includes('..')) throw badRequest('continue key is not valid: invalid characters')
  return { v: token.v, rv: token.rv, start: token.start }
}

const writeToken = (rv: number, start: string) =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })).toString('base64url')

const keyOf = (object: KubeObject) =>
  object.metadata.namespace ? `${object.metadata.namespace}/${object.metadata.name}` : object.metadata.name

export async function list(store: Store, request: ResourceRequest, options: ListOptions): Promise<ListResult> {
  const { resource } = request.info
  const { namespace } = request
  if (options.continue !== '') {
    if (options.resourceVersion !== '' && options.resourceVersion !== '0')
      throw badRequest('specifying resource version is not allowed when using continue')
    return continueList(store, request, options)
  }
  const asked = options.resourceVersion === '' ? 0 : parseVersion(options.resourceVersion)
  await waitForVersion(store, asked)
  const exact =
    asked > 0 &&
    (options.resourceVersionMatch === 'Exact' || (options.limit > 0 && options.resourceVersionMatch === ''))
  if (!exact) return page(candidates(store, request, options), options, store.resourceVersion)
  try {
    return page(store.listAt(resource, namespace, asked), options, asked)
  } catch (error) {
    if (error instanceof CompactedError) throw expired('The resourceVersion for the provided list is too old.')
    throw error
  }
}

/** What may be in the answer: one object when the selector names it, otherwise all of the kind. */
function candidates(store: Store, { info, namespace }: ResourceRequest, { name }: ListOptions): KubeObject[] {
  if (name === null || (info.namespaced && namespace === '')) return store.list(info.resource, namespace)
  const object = store.get(info.resource, namespace, name)
  return object ? [object] : []
}

function continueList(store: Store, request: ResourceRequest, options: ListOptions): ListResult {
  const token = readToken(options.continue)
  const start = token.start.replace(/\0$/, '')
  const after = (object: KubeObject) => keyOf(object) > start
  const { resource } = request.info
  if (token.rv < 0) return page(store.list(resource, request.namespace).filter(after), options, store.resourceVersion)
  try {
    return page(store.listAt(resource, request.namespace, token.rv).filter(after), options, token.rv)
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error
    const status = new StatusError(
      410,
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    )
    status.status.metadata.continue = writeToken(-1, token.start)
    throw status
  }
}

function page(all: KubeObject[], options: ListOptions, version: number): ListResult {
  const none = { continue: '', remaining: null, resourceVersion: String(version) }
  const filtered = options.labels || options.fields ? all.filter((object) => selected(options, object)) : all
  if (options.limit <= 0 || filtered.length <= options.limit) return { ...none, items: filtered }
  const items = filtered.slice(0, options.limit)
  const last = items.at(-1)
  return {
    ...none,
    items,
    continue: last ? writeToken(version, `${keyOf(last)}\0`) : '',
    // How many are left is only known when nothing is selected.
    remaining: options.labels || options.fields ? null : filtered.length - items.length,
  }
}
