/**
 * Errors as the API server tells them: an HTTP code and a `Status` object.
 * Forms from k8s apimachinery pkg/api/errors/errors.go and pkg/util/validation/field/errors.go.
 */

export type StatusCause = { reason?: string; message?: string; field?: string }

export type Status = {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: { continue?: string }
  status: 'Success' | 'Failure'
  message?: string
  reason?: string
  details?: {
    name?: string
    group?: string
    kind?: string
    uid?: string
    causes?: StatusCause[]
    retryAfterSeconds?: number
  }
  code?: number
}

export class StatusError extends Error {
  readonly status: Status

  constructor(code: number, reason: string, message: string, details?: Status['details']) {
    super(message)
    this.name = 'StatusError'
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason ? { reason } : {}),
      ...(details ? { details } : {}),
      code,
    }
  }

  get code(): number {
    return this.status.code ?? 500
  }

  get reason(): string {
    return this.status.reason ?? ''
  }
}

/** One wrong field of an object: `spec.replicas: Invalid value: -1: must be …`. */
export type FieldError = {
  field: string
  type: 'Required' | 'Invalid' | 'Forbidden' | 'NotSupported' | 'Duplicate' | 'NotFound' | 'TooLong'
  /** The value as sent; not shown for Required and Forbidden. */
  value?: unknown
  detail: string
}

const TYPE_TEXT: Record<FieldError['type'], string> = {
  Required: 'Required value',
  Invalid: 'Invalid value',
  Forbidden: 'Forbidden',
  NotSupported: 'Unsupported value',
  Duplicate: 'Duplicate value',
  NotFound: 'Not found',
  TooLong: 'Too long',
}

function fieldErrorBody(error: FieldError): string {
  const text = TYPE_TEXT[error.type]
  const shown =
    error.type === 'Required' || error.type === 'Forbidden' || error.type === 'TooLong'
      ? ''
      : `: ${JSON.stringify(error.value ?? null)}`
  return `${text}${shown}${error.detail ? `: ${error.detail}` : ''}`
}

/** `statefulsets.apps`, or `pods` for the core group. */
export const qualified = (group: string, name: string) => (group ? `${name}.${group}` : name)

export type Named = { group: string; resource: string; kind: string }

export const notFound = (of: Pick<Named, 'group' | 'resource'>, name: string) =>
  new StatusError(404, 'NotFound', `${qualified(of.group, of.resource)} "${name}" not found`, {
    name,
    ...(of.group ? { group: of.group } : {}),
    kind: of.resource,
  })

export const alreadyExists = (of: Named, name: string) =>
  new StatusError(409, 'AlreadyExists', `${qualified(of.group, of.resource)} "${name}" already exists`, {
    name,
    ...(of.group ? { group: of.group } : {}),
    kind: of.resource,
  })

/** @param resource how the object is called in the message: mostly the plural, the Kind for failed preconditions */
export const conflict = (of: Named, name: string, why: string, resource = of.resource) =>
  new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(of.group, resource)} "${name}": ${why}`,
    {
      name,
      ...(of.group ? { group: of.group } : {}),
      kind: resource,
    },
  )

/** The refusal of a write that is meant for another object of the same name, as the storage words it. */
export function otherUid(of: Named, namespace: string, name: string, asked: string, present: string): StatusError {
  const folders: Record<string, string> = {
    nodes: 'minions',
    services: 'services/specs',
    endpoints: 'services/endpoints',
  }
  const key = ['/registry', folders[of.resource] ?? of.resource, ...(namespace ? [namespace] : []), name].join('/')
  return conflict(
    of,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${asked}, UID in object meta: ${present}`,
  )
}

/** PATCH with a content type that is no patch: told by the router, before the resource is known. */
export const unsupportedPatch = () => new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})

export const STALE = 'the object has been modified; please apply your changes to the latest version and try again'

export const badRequest = (message: string) => new StatusError(400, 'BadRequest', message)

export const forbidden = (of: Pick<Named, 'group' | 'resource'>, name: string, why: string, causes?: StatusCause[]) => {
  const what = qualified(of.group, of.resource)
  return new StatusError(
    403,
    'Forbidden',
    name ? `${what} "${name}" is forbidden: ${why}` : `${what} is forbidden: ${why}`,
    {
      ...(name ? { name } : {}),
      ...(of.group ? { group: of.group } : {}),
      kind: of.resource,
      ...(causes ? { causes } : {}),
    },
  )
}

/** 422 with one cause for each wrong field; `kind` is the Kind, not the plural. */
export function invalid(of: Pick<Named, 'group' | 'kind'>, name: string, errors: FieldError[]): StatusError {
  const causes = errors.map((error) => ({
    reason: `FieldValue${error.type}`,
    message: fieldErrorBody(error),
    field: error.field,
  }))
  // Equal messages are told once (k8s apimachinery util/errors aggregate).
  const lines = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))]
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`
  return new StatusError(422, 'Invalid', `${qualified(of.group, of.kind)} "${name}" is invalid: ${text}`, {
    ...(name ? { name } : {}),
    ...(of.group ? { group: of.group } : {}),
    ...(of.kind ? { kind: of.kind } : {}),
    causes,
  })
}

/** The same for options of a request, which have no name: `ListOptions.meta.k8s.io "" is invalid: …`. */
export const invalidOptions = (kind: string, errors: FieldError[]) =>
  invalid({ group: 'meta.k8s.io', kind }, '', errors)

export const methodNotAllowed = () =>
  new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})

export const pathNotFound = () =>
  new StatusError(404, 'NotFound', 'the server could not find the requested resource', {})

export const unsupportedMediaType = (accepted: string[]) =>
  new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )

/** 410 for a list or a watch that begins before the history. */
export const expired = (message: string) => new StatusError(410, 'Expired', message)

export const tooLargeVersion = (asked: number, current: number) =>
  new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
