import 'server-only'
import type { AccessSource } from './access-url'
import { basic, bearer, impersonation } from './credential-headers'
import { ClusterError } from './errors'
import { type ExecCredential, execCredentials } from './exec-plugin'
import type { KubeconfigCluster, KubeconfigContext, KubeconfigUser } from './kubeconfig'
import { proxyFor } from './proxy-environment'
import { renewingAgents } from './renewing-agents'
import { readAuthority, readIdentity } from './tls-material'
import { tokenExpiry, tokenFile } from './token-file'

/**
 * The access of a kubeconfig's context: certificates, token, token file, password, impersonation, a credential plugin,
 * or a legacy auth provider by way of the client library. Certificate files are read again when they change. Of several
 * credentials those count that count for kubectl: a token file before a token, and a plugin only without any other
 * (k8s client-go plugin/pkg/client/auth/exec/exec.go, `UpdateTransportConfig`).
 */
export function kubeconfigAccess(context: KubeconfigContext, execTimeoutSeconds: number): AccessSource {
  const { cluster, user } = context
  if (cluster === null) {
    throw new ClusterError('bad-kubeconfig', context.broken ?? 'The context has no cluster.', {
      tried: `context ${context.name}`,
    })
  }
  const server = cluster.server
  const whose = `the user ${JSON.stringify(user.name)}`
  const hasCertificate = Boolean(user['client-certificate'] || user['client-certificate-data'])
  const file = user.tokenFile ? tokenFile(user.tokenFile, user.token) : null
  const isStatic = file !== null || Boolean(user.token || user.username) || hasCertificate
  const plugin = user.exec && !isStatic ? execCredentials(context, user.exec, execTimeoutSeconds) : null
  const provider = user['auth-provider']
  const files = [cluster['certificate-authority'], user['client-certificate'], user['client-key']]
  const agents = renewingAgents(server, cluster['proxy-url'] || proxyFor(server, process.env), files)
  let certificateEnd: string | null = null
  let lastToken = ''

  const material = (extra: ExecCredential | null) => () => {
    const ca = server.protocol === 'https:' ? readAuthority(authorityOf(cluster)) : undefined
    const { end, ...identity } = readIdentity(...identityOf(user, extra)) ?? { end: null }
    certificateEnd = end
    return {
      ...(ca ? { ca } : {}),
      ...identity,
      ...(cluster['tls-server-name'] ? { servername: cluster['tls-server-name'] } : {}),
      ...(cluster['insecure-skip-tls-verify'] ? { rejectUnauthorized: false } : {}),
    }
  }

  const authorization = async (extra: ExecCredential | null, refresh: boolean) => {
    // Go's HTTP client takes the user of a URL before anything else.
    if (cluster.login) return basic(cluster.login.username, cluster.login.password)
    lastToken = (file?.read(refresh) ?? user.token ?? extra?.token ?? '').trim()
    if (lastToken) return bearer(lastToken, whose)
    if (user.username) return basic(user.username, user.password ?? '')
    if (provider) {
      const { providerAuthorization } = await import('./auth-provider')
      lastToken = (await providerAuthorization(context.name, provider)).replace(/^Bearer /, '')
      return bearer(lastToken, whose)
    }
    return {}
  }

  return {
    refreshable: plugin !== null || file !== null || Boolean(provider) || Boolean(user['client-certificate']),
    expiresAt: () => plugin?.expiresAt() ?? tokenExpiry(lastToken),
    certificateEnd: () => certificateEnd,
    waitingFor: () => plugin?.waitingFor() ?? null,
    retry: () => plugin?.retry(),
    async access(refresh = false) {
      const extra = plugin ? await plugin.get(refresh) : null
      const pair = await agents.get(material(extra), extra?.clientCertificateData ?? '', refresh)
      return { ...pair, headers: { ...impersonation(user, whose), ...(await authorization(extra, refresh)) } }
    },
    close: () => agents.close(),
  }
}

function authorityOf(cluster: KubeconfigCluster) {
  return {
    name: `certificate authority of the cluster ${JSON.stringify(cluster.name)}`,
    data: cluster['certificate-authority-data'] ?? null,
    file: cluster['certificate-authority'] ?? null,
  }
}

function identityOf(user: KubeconfigUser, extra: ExecCredential | null) {
  const whose = `the user ${JSON.stringify(user.name)}`
  const certificate = {
    name: `client certificate of ${whose}`,
    data: user['client-certificate-data'] ?? null,
    file: user['client-certificate'] ?? null,
    text: extra?.clientCertificateData ?? null,
  }
  const key = {
    name: `client key of ${whose}`,
    data: user['client-key-data'] ?? null,
    file: user['client-key'] ?? null,
    text: extra?.clientKeyData ?? null,
  }
  return [certificate, key] as const
}
