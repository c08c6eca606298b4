import { copy, type Fields, type KubeObject } from '@/lib/demo/store'
import { isFields } from './fields'
import { applyOperations, isPatch, PatchFailure } from './json-patch'
import { badRequest, invalid, StatusError } from './status'
import { strategicMerge } from './strategic-merge'

export const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
] as const
export type PatchType = (typeof PATCH_TYPES)[number]

const MOST_OPERATIONS = 10_000

/** The object as the patch leaves it, not yet checked in any way. `type` names how the body is read. */
export function applyPatch(
  kind: string,
  object: KubeObject,
  type: Exclude<PatchType, 'application/apply-patch+yaml'>,
  body: unknown,
): Fields {
  switch (type) {
    case 'application/json-patch+json':
      return applyJsonPatch(object, body)
    case 'application/merge-patch+json':
      if (!isFields(body)) throw badRequest('error decoding patch: the body must be an object')
      return mergePatch(object, body)
    case 'application/strategic-merge-patch+json':
      if (!isFields(body)) throw badRequest('error decoding patch: the body must be an object')
      return strategicMerge(kind, object, body)
  }
}

/** RFC 7386: null removes, objects merge, everything else replaces. */
export function mergePatch(target: unknown, patch: Fields): Fields {
  const result: Fields = isFields(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name]
    else if (isFields(value)) result[name] = mergePatch(result[name], value)
    else result[name] = copy(value)
  }
  return result
}

const unprocessable = () =>
  new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})

/** A patch that does not apply gives 422, what cannot be read as a patch 400. */
function applyJsonPatch(object: KubeObject, body: unknown): Fields {
  if (Array.isArray(body) && body.length > MOST_OPERATIONS)
    throw new StatusError(
      413,
      'RequestEntityTooLarge',
      `Request entity too large: The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${body.length}`,
    )
  if (!isPatch(body)) throw badRequest('invalid JSON patch')
  try {
    const result = applyOperations(object, body)
    if (isFields(result)) return result
  } catch (error) {
    if (!(error instanceof PatchFailure)) throw error
    throw unprocessable()
  }
  throw unprocessable()
}

/** What a patch makes of an object must still be one of its kind: 422 on `patch`, where a whole object gives 400. */
export function patchedObject<T>(patched: Fields, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 400) throw error
    const detail = error.message.replace(/^.* cannot be handled as a \w+: /, '')
    throw invalid({ group: '', kind: '' }, '', [
      { field: 'patch', type: 'Invalid', value: JSON.stringify(patched), detail },
    ])
  }
}
