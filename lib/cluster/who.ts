import 'server-only'
import type { Connection } from './connection'
import { isClusterError } from './errors'
import { request } from './request'

const rememberedForMs = 300_000
const cache = new Map<string, { at: number; name: Promise<string | null> }>()

/**
 * Who the API server takes us for (SelfSubjectReview, Kubernetes 1.28 and later), remembered for five minutes; null
 * when it does not tell.
 */
export function whoAmI(connection: Connection): Promise<string | null> {
  const now = performance.now()
  const known = cache.get(connection.identity)
  if (known && now - known.at < rememberedForMs) return known.name
  const name = ask(connection)
  cache.set(connection.identity, { at: now, name })
  return name
}

async function ask(connection: Connection): Promise<string | null> {
  const kind = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  try {
    const { json } = await request(connection, {
      method: 'POST',
      path: ['apis', 'authentication.k8s.io', 'v1', 'selfsubjectreviews'],
      body: kind,
      timeoutMs: 3_000,
    })
    const { username } = (json as { status?: { userInfo?: { username?: unknown } } }).status?.userInfo ?? {}
    return typeof username === 'string' ? username.slice(0, 200) : null
  } catch (error) {
    if (!isClusterError(error)) throw error
    return null
  }
}
