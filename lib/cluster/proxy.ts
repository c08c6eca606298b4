import 'server-only'
import type { Connection } from './connection'
import { isClusterError } from './errors'
import { appPath, proxyTarget } from './path'
import { requestText } from './request'

export type ProxyAnswer = {
  /** What answered: the app itself, or the API server in its place. */
  from: 'app' | 'api-server'
  status: number
  /** At most 256 KiB. */
  text: string
  /** How long the answer took, in milliseconds. */
  ms: number
}

const maxBytes = 256 * 1024

/**
 * A GET to a port of a pod through the API server. Only a name, a number and a checked path go in: no scheme, no
 * header and no query of the caller. Any answer of the app counts as one, whatever its status; an answer that is a
 * `Status` comes from the API server (`503` when the pod cannot be reached). Throws when the API server does not answer.
 */
export async function podProxy(
  connection: Connection,
  target: { namespace: string; pod: string; port: number; path?: string },
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<ProxyAnswer> {
  const path = [
    'api',
    'v1',
    'namespaces',
    target.namespace,
    'pods',
    proxyTarget(target.pod, target.port),
    'proxy',
    ...appPath(target.path ?? '/'),
  ]
  const start = performance.now()
  const took = () => Math.round(performance.now() - start)
  try {
    const answer = await requestText(connection, { path, accept: '*/*', timeoutMs: 5_000, maxBytes, ...options })
    return { from: 'app', status: answer.status, text: answer.text, ms: took() }
  } catch (error) {
    if (!isClusterError(error)) throw error
    // Too much to read is an answer too.
    if (error.code === 'too-large') return { from: 'app', status: 200, text: '', ms: took() }
    if (error.sent !== 'answered' || error.status === 0) throw error
    const from = error.kubernetes === null ? 'app' : 'api-server'
    return { from, status: error.status, text: error.kubernetes?.message ?? error.message, ms: took() }
  }
}
