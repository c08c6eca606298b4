/**
 * Everything that may be wrong, in codes that pages turn into words, and which HTTP status each code gets. Types and one
 * table, for the server and the browser.
 */

/** What went wrong between Ordinal and an API server; see lib/cluster/errors.ts for each. */
export const clusterErrorCodes = [
  'no-such-context',
  'nothing-found',
  'bad-kubeconfig',
  'bad-credentials',
  'exec-plugin',
  'slow-exec-plugin',
  'refused',
  'unknown-host',
  'unreachable',
  'timeout',
  'lost',
  'aborted',
  'untrusted-certificate',
  'client-certificate',
  'unauthorized',
  'expired-token',
  'forbidden',
  'not-kubernetes',
  'not-found',
  'conflict',
  'gone',
  'version-too-large',
  'too-many-requests',
  'invalid',
  'bad-request',
  'unsupported',
  'unavailable',
  'too-large',
  'malformed',
  'bad-name',
] as const
export type ClusterErrorCode = (typeof clusterErrorCodes)[number]

/** What a person can do about it; pages hold the words. */
export type Advice =
  | 'choose-context'
  | 'configure'
  | 'check-kubeconfig'
  | 'check-exec-plugin'
  | 'check-server-running'
  | 'check-address'
  | 'check-network'
  | 'check-authority'
  | 'log-in-again'
  | 'ask-for-rights'
  | 'check-url'
  | 'wait'
  | 'reload'
  | 'none'

/** Why an action was not done, or is not known to be done. */
export const actionErrorCodes = [
  'read-only',
  'forbidden',
  'not-found',
  'recreated',
  'changed',
  'finalizers-changed',
  'evidence-changed',
  'key-reused',
  'not-offered',
  'already-terminating',
  'not-terminating',
  'not-confirmed',
  'too-many-replicas',
  'rejected',
  'not-done',
  'stale',
  'no-journal',
  'outcome-unknown',
] as const
export type ActionErrorCode = (typeof actionErrorCodes)[number]

/** What is wrong with a request itself, or with Ordinal. */
export const requestErrorCodes = [
  'invalid-url',
  'invalid-host',
  'method-not-allowed',
  'no-actions',
  'cross-site',
  'foreign-origin',
  'not-json',
  'encoded-body',
  'body-too-large',
  'invalid-json',
  'invalid-name',
  'invalid-query',
  'invalid-body',
  'too-many',
  'too-many-streams',
  'not-known-yet',
  'not-looked-for',
  'not-the-demo',
  'internal',
] as const
export type RequestErrorCode = (typeof requestErrorCodes)[number]

export type ErrorCode = ClusterErrorCode | ActionErrorCode | RequestErrorCode

/**
 * The HTTP status of each code. What an API server says to Ordinal's own credentials (`unauthorized`, `expired-token`,
 * `client-certificate`) is a 502 and no 401: the reader has nothing to prove to Ordinal, and a 401 would have to name
 * a way to log in here. A connection that is not accepted (`refused`), or has nothing at its end, is a 502 too; 503 says
 * that the same request may succeed soon.
 */
export const statusOf: Readonly<Record<ErrorCode, number>> = {
  'invalid-url': 400,
  'invalid-json': 400,
  'invalid-name': 400,
  'invalid-query': 400,
  'invalid-body': 400,
  'no-actions': 400,
  'bad-name': 400,
  'invalid-host': 403,
  'cross-site': 403,
  'foreign-origin': 403,
  'read-only': 403,
  forbidden: 403,
  'no-such-context': 404,
  'not-found': 404,
  'not-the-demo': 404,
  'not-looked-for': 404,
  'method-not-allowed': 405,
  conflict: 409,
  recreated: 409,
  changed: 409,
  'finalizers-changed': 409,
  'evidence-changed': 409,
  'key-reused': 409,
  'body-too-large': 413,
  'not-json': 415,
  'encoded-body': 415,
  invalid: 422,
  'not-offered': 422,
  'already-terminating': 422,
  'not-terminating': 422,
  'not-confirmed': 422,
  'too-many-replicas': 422,
  rejected: 422,
  'too-many': 429,
  'too-many-requests': 429,
  internal: 500,
  'nothing-found': 502,
  'bad-kubeconfig': 502,
  'bad-credentials': 502,
  'exec-plugin': 502,
  refused: 502,
  'unknown-host': 502,
  unreachable: 502,
  lost: 502,
  aborted: 502,
  'untrusted-certificate': 502,
  'client-certificate': 502,
  unauthorized: 502,
  'expired-token': 502,
  'not-kubernetes': 502,
  'bad-request': 502,
  unsupported: 502,
  'too-large': 502,
  malformed: 502,
  'not-done': 502,
  stale: 503,
  'no-journal': 503,
  'too-many-streams': 503,
  'not-known-yet': 503,
  unavailable: 503,
  gone: 503,
  'version-too-large': 503,
  timeout: 504,
  'slow-exec-plugin': 504,
  'outcome-unknown': 504,
}

/** The form of every error of the API. `message` is English, for programs; pages translate `code`. */
export type ErrorAnswer = { error: { code: ErrorCode; message: string; details: unknown } }
