import 'server-only'
import type { RequestOptions } from 'node:https'
import { ClusterError } from './errors'
import type { KubeconfigUser } from './kubeconfig'

/**
 * The `Authorization` header of a legacy `auth-provider` (oidc, azure, gcp), by way of the client library, which renews
 * the token when it has ended. In a file of its own because importing the library costs some 80 MB of memory.
 */
export async function providerAuthorization(
  contextName: string,
  provider: NonNullable<KubeconfigUser['auth-provider']>,
): Promise<string> {
  const tried = `auth-provider ${provider.name} of context ${contextName}`
  try {
    const { KubeConfig } = await import('@kubernetes/client-node')
    const config = new KubeConfig()
    config.loadFromClusterAndUser(
      { name: 'cluster', server: 'https://unused.invalid', skipTLSVerify: false },
      { name: 'user', authProvider: { name: provider.name, config: provider.config ?? {} } },
    )
    const options: RequestOptions = {}
    await config.applyToHTTPSOptions(options)
    const headers = (options.headers ?? {}) as Record<string, unknown>
    const value = headers.Authorization ?? headers.authorization
    if (typeof value === 'string' && value !== '') return value
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new ClusterError('bad-credentials', `The provider gave no token: ${message}`, { tried, cause })
  }
  throw new ClusterError('bad-credentials', 'The provider gave no token.', { tried })
}
