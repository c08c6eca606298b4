import 'server-only'
import { readFileSync, statSync } from 'node:fs'
import type { AccessSource } from './access-url'
import { type Agents, closeIdle, makeAgents, type TlsMaterial } from './agents'
import { ClusterError } from './errors'
import { type ExecCredential, execCredentials } from './exec-plugin'
import type { KubeconfigContext, KubeconfigUser } from './kubeconfig'
import { proxyFor } from './proxy-environment'
import { tokenExpiry, tokenFile } from './token-file'

/**
 * The access of a kubeconfig's context: certificates, token, token file, password, impersonation, a credential plugin,
 * or a legacy auth provider by way of the client library. Certificate files are read again when they change.
 */
export function kubeconfigAccess(context: KubeconfigContext, execTimeoutSeconds: number): AccessSource {
  const { cluster, user } = context
  if (cluster === null) {
    throw new ClusterError('bad-kubeconfig', context.broken ?? 'The context has no cluster.', {
      tried: `context ${context.name}`,
    })
  }
  const server = cluster.server
  const proxy = cluster['proxy-url'] || proxyFor(server, process.env)
  const token = user.tokenFile ? tokenFile(user.tokenFile) : null
  const plugin = user.exec ? execCredentials(context, user.exec, execTimeoutSeconds) : null
  const provider = user['auth-provider']
  let current: { agents: Promise<Agents>; stamp: string } | undefined
  let checkedAt = Number.NEGATIVE_INFINITY
  let lastToken = ''

  const agentsFor = async (extra: ExecCredential | null, refresh: boolean): Promise<Agents> => {
    const now = performance.now()
    const fresh = current && !refresh && now - checkedAt < 10_000
    const pluginStamp = extra?.clientCertificateData ?? ''
    const stamp = fresh && current ? (current.stamp.split('\n')[0] ?? '') : fileStamps(context)
    const wanted = `${stamp}\n${pluginStamp}`
    if (!fresh) checkedAt = now
    if (current?.stamp === wanted) return current.agents
    void current?.agents.then(closeIdle, () => undefined)
    current = { agents: makeAgents(server, tlsOf(context, extra), proxy), stamp: wanted }
    return current.agents
  }

  return {
    refreshable: plugin !== null || token !== null || Boolean(provider) || Boolean(user['client-certificate']),
    expiresAt: () => plugin?.expiresAt() ?? tokenExpiry(lastToken),
    async access(refresh = false) {
      const extra = plugin ? await plugin.get(refresh) : null
      const agents = await agentsFor(extra, refresh)
      const headers = impersonation(user)
      lastToken = token?.read(refresh) ?? extra?.token ?? user.token ?? ''
      if (lastToken) headers.authorization = `Bearer ${lastToken}`
      else if (user.username) {
        headers.authorization = `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`
      } else if (provider) {
        const { providerAuthorization } = await import('./auth-provider')
        const authorization = await providerAuthorization(context.name, provider)
        headers.authorization = authorization
        lastToken = authorization.replace(/^Bearer /, '')
      }
      return { ...agents, headers }
    },
    close() {
      void current?.agents.then(closeIdle, () => undefined)
    },
  }
}

function tlsOf(context: KubeconfigContext, extra: ExecCredential | null): TlsMaterial {
  const { cluster, user } = context
  const pem = (data: string | null | undefined, file: string | null | undefined, what: string) => {
    if (data) return Buffer.from(data, 'base64')
    if (!file) return undefined
    try {
      return readFileSync(file)
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause)
      throw new ClusterError('bad-credentials', `The ${what} cannot be read: ${message}`, { tried: file, cause })
    }
  }
  const ca = pem(cluster?.['certificate-authority-data'], cluster?.['certificate-authority'], 'certificate authority')
  const cert =
    extra?.clientCertificateData ??
    pem(user['client-certificate-data'], user['client-certificate'], 'client certificate')
  const key = extra?.clientKeyData ?? pem(user['client-key-data'], user['client-key'], 'client key')
  return {
    ...(ca ? { ca } : {}),
    ...(cert && key ? { cert, key } : {}),
    ...(cluster?.['tls-server-name'] ? { servername: cluster['tls-server-name'] } : {}),
    ...(cluster?.['insecure-skip-tls-verify'] ? { rejectUnauthorized: false } : {}),
  }
}

/** When the certificate files changed last, as one text. */
function fileStamps({ cluster, user }: KubeconfigContext): string {
  const files = [cluster?.['certificate-authority'], user['client-certificate'], user['client-key']]
  return files
    .map((file) => {
      if (!file) return ''
      try {
        const { mtimeMs, size } = statSync(file)
        return `${mtimeMs}:${size}`
      } catch {
        return 'missing'
      }
    })
    .join(' ')
}

/** The headers of client-go transport/round_trippers.go `impersonatingRoundTripper`. */
function impersonation(user: KubeconfigUser): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  if (user.as) headers['impersonate-user'] = user.as
  if (user['as-uid']) headers['impersonate-uid'] = user['as-uid']
  if (user['as-groups']?.length) headers['impersonate-group'] = user['as-groups']
  for (const [key, values] of Object.entries(user['as-user-extra'] ?? {})) {
    headers[`impersonate-extra-${encodeURIComponent(key)}`] = values
  }
  return headers
}
