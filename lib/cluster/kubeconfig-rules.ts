import 'server-only'
import type { ClusterFields, UserFields } from './kubeconfig-entries'

/**
 * What kubectl refuses in the entries that a context uses (k8s client-go tools/clientcmd/validation.go,
 * transport/transport.go), in words; null for what it takes. Files are not looked at here: they may come and go.
 */
export function problemOfCluster(cluster: ClusterFields): string | null {
  if (!cluster.server) return 'it has no server'
  if (cluster['certificate-authority'] && cluster['certificate-authority-data']) {
    return 'certificate-authority and certificate-authority-data are both there; only one may be'
  }
  const proxy = cluster['proxy-url']
  if (proxy && !/^(?:https?|socks5):$/.test(URL.parse(proxy)?.protocol ?? '')) {
    return 'proxy-url is not a URL of http, https or socks5'
  }
  return null
}

export function problemOfUser(user: UserFields): string | null {
  if ((user.username || user.password) && user.token) {
    return 'a token and a user name with password are both there; only one may be'
  }
  if (user.username && user.tokenFile) {
    return 'a tokenFile and a user name with password are both there; only one may be'
  }
  return problemOfCertificate(user) ?? problemOfExec(user) ?? problemOfImpersonation(user)
}

function problemOfCertificate(user: UserFields): string | null {
  const { 'client-certificate': file, 'client-certificate-data': data } = user
  if (!file && !data) return null
  if (file && data) return 'client-certificate and client-certificate-data are both there; only one may be'
  if (user['client-key'] && user['client-key-data']) {
    return 'client-key and client-key-data are both there; only one may be'
  }
  return user['client-key'] || user['client-key-data'] ? null : 'it has a client certificate without its key'
}

/** The versions that client-go still speaks; v1alpha1 went with Kubernetes 1.24. */
const execVersions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']
const execModes = ['Never', 'IfAvailable', 'Always']

/** kubectl wants an interactiveMode with v1; without one there is no terminal here either, so nothing is ambiguous. */
function problemOfExec({ exec, 'auth-provider': provider }: UserFields): string | null {
  if (!exec) return null
  if (provider) return 'exec and auth-provider are both there; only one may be'
  if (!exec.command) return 'exec has no command'
  if (!exec.apiVersion) return `exec has no apiVersion; it can be ${execVersions.join(' or ')}`
  if (!execVersions.includes(exec.apiVersion)) {
    return `exec has the apiVersion ${JSON.stringify(exec.apiVersion)}; it can be ${execVersions.join(' or ')}`
  }
  if (exec.interactiveMode && !execModes.includes(exec.interactiveMode)) {
    return `exec has the interactiveMode ${JSON.stringify(exec.interactiveMode)}; it can be ${execModes.join(', ')}`
  }
  return exec.env?.some(({ name }) => !name) ? 'exec has an env variable without a name' : null
}

function problemOfImpersonation(user: UserFields): string | null {
  const more = user['as-uid'] || user['as-groups']?.length || Object.keys(user['as-user-extra'] ?? {}).length > 0
  return more && !user.as ? 'as-uid, as-groups and as-user-extra need as: whom to act as' : null
}
