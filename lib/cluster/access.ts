import 'server-only'
import type { Connection } from './connection'
import { isClusterError } from './errors'
import { ruleText } from './kinds'
import { request } from './request'

/** One right, as a role grants it. */
export type Rule = {
  verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete'
  group: string
  /** Plural; a subresource as `statefulsets/scale`. */
  resource: string
  namespace?: string
  name?: string
}

/** `unknown`: the question itself could not be answered, so the attempt may fail. */
export type Verdict = { allowed: true | false | 'unknown'; rule: string; reason: string | null }

const rememberedForMs = 60_000
const most = 2_000
const cache = new Map<string, { at: number; verdict: Promise<Verdict> }>()

/**
 * Asks the API server whether this identity may do something (SelfSubjectAccessReview), remembered for a minute. Never
 * throws: a review that fails is `unknown`, and is asked again next time.
 */
export function mayI(connection: Connection, rule: Rule): Promise<Verdict> {
  const key = JSON.stringify([connection.identity, rule.verb, rule.group, rule.resource, rule.namespace, rule.name])
  const now = performance.now()
  const known = cache.get(key)
  if (known && now - known.at < rememberedForMs) return known.verdict
  if (cache.size >= most) cache.clear()
  const verdict = review(connection, rule)
  cache.set(key, { at: now, verdict })
  void verdict.then((answer) => {
    if (answer.allowed === 'unknown' && cache.get(key)?.verdict === verdict) cache.delete(key)
  })
  return verdict
}

async function review(connection: Connection, rule: Rule): Promise<Verdict> {
  const [resource, subresource] = rule.resource.split('/')
  const text = ruleText(rule.verb, rule.group === '' ? rule.resource : `${rule.resource}.${rule.group}`, rule.namespace)
  try {
    const { json } = await request(connection, {
      method: 'POST',
      path: ['apis', 'authorization.k8s.io', 'v1', 'selfsubjectaccessreviews'],
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: {
          resourceAttributes: {
            verb: rule.verb,
            group: rule.group,
            resource,
            ...(subresource ? { subresource } : {}),
            ...(rule.namespace ? { namespace: rule.namespace } : {}),
            ...(rule.name ? { name: rule.name } : {}),
          },
        },
      },
      timeoutMs: 5_000,
    })
    const { allowed, reason } = (json as { status?: { allowed?: unknown; reason?: unknown } }).status ?? {}
    if (typeof allowed !== 'boolean') return { allowed: 'unknown', rule: text, reason: 'the answer says nothing' }
    return { allowed, rule: text, reason: typeof reason === 'string' && reason !== '' ? reason.slice(0, 300) : null }
  } catch (error) {
    if (!isClusterError(error)) throw error
    return { allowed: 'unknown', rule: text, reason: error.message }
  }
}
