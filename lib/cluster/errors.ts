import 'server-only'
import type { Advice, ClusterErrorCode } from '@/lib/contract/errors'

export type { Advice, ClusterErrorCode }

/*
 * Of the codes `gone` is either shape of 410, `malformed` a stream that can no longer be trusted, `bad-name` a name that was refused
 * before anything was sent, `lost` a connection that broke, `not-sent` everything that failed before a connection existed.
 */
const adviceFor: Readonly<Record<ClusterErrorCode, Advice>> = {
  'no-such-context': 'choose-context',
  'nothing-found': 'configure',
  'bad-kubeconfig': 'check-kubeconfig',
  'bad-credentials': 'check-kubeconfig',
  'exec-plugin': 'check-exec-plugin',
  'slow-exec-plugin': 'check-exec-plugin',
  refused: 'check-server-running',
  'unknown-host': 'check-address',
  unreachable: 'check-network',
  timeout: 'check-network',
  lost: 'check-network',
  aborted: 'none',
  'untrusted-certificate': 'check-authority',
  'client-certificate': 'log-in-again',
  unauthorized: 'log-in-again',
  'expired-token': 'log-in-again',
  forbidden: 'ask-for-rights',
  'not-kubernetes': 'check-url',
  'not-found': 'none',
  conflict: 'reload',
  gone: 'none',
  'version-too-large': 'wait',
  'too-many-requests': 'wait',
  invalid: 'none',
  'bad-request': 'none',
  unsupported: 'none',
  unavailable: 'wait',
  'too-large': 'none',
  malformed: 'none',
  'bad-name': 'none',
}

/** The part of a Kubernetes `Status` that is worth keeping. */
export type KubernetesStatus = {
  reason: string | null
  message: string | null
  causes: readonly { reason: string; message: string; field: string }[]
}

/** `no`: nothing reached the server; `maybe`: it may have acted, no answer came; `answered`: it answered. */
export type Sent = 'no' | 'maybe' | 'answered'

type Details = {
  /** What was tried, as `GET https://host:6443/api/v1/pods` or `context prod of /home/a/.kube/config`. */
  tried: string
  status?: number
  sent?: Sent
  retryAfterMs?: number
  kubernetes?: KubernetesStatus
  advice?: Advice
  cause?: unknown
}

/** The one error of this room. `message` is English, at most 500 characters, free of credentials. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError'
  readonly code: ClusterErrorCode
  /** HTTP status of the API server's answer; 0 without one. */
  readonly status: number
  readonly tried: string
  readonly advice: Advice
  readonly sent: Sent
  /** How long the server asked to wait, in milliseconds; null when it did not ask. */
  readonly retryAfterMs: number | null
  readonly kubernetes: KubernetesStatus | null

  constructor(code: ClusterErrorCode, message: string, details: Details) {
    super(plain(message), { cause: details.cause })
    this.code = code
    this.status = details.status ?? 0
    this.tried = plain(details.tried)
    this.advice = details.advice ?? adviceFor[code]
    this.sent = details.sent ?? (this.status > 0 ? 'answered' : 'no')
    this.retryAfterMs = details.retryAfterMs ?? null
    this.kubernetes = details.kubernetes ?? null
  }
}

/**
 * True for an error of this room. By its name, because the server and the routes are bundled apart and share
 * connections: each has its own copy of the class.
 */
export function isClusterError(error: unknown): error is ClusterError {
  return error instanceof Error && error.name === 'ClusterError'
}

/** One line of at most 500 characters without control characters and without anything that looks like a token. */
export function plain(text: string): string {
  const line = text
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replace(/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '$1 …')
    .replace(/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9._-]+/g, '…')
    .replace(/\b(token|password|secret)=[^\s&"']+/gi, '$1=…')
    .trim()
  return line.length > 500 ? `${line.slice(0, 499)}…` : line
}
