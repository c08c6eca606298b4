import 'server-only'
import path from 'node:path'
import type { AccessSource } from './access-url'
import { bearer } from './credential-headers'
import { ClusterError } from './errors'
import { proxyFor } from './proxy-environment'
import { renewingAgents } from './renewing-agents'
import { readAuthority } from './tls-material'
import { tokenExpiry, tokenFile } from './token-file'

/**
 * The account of the pod that this process runs in. The kubelet replaces the token about hourly and the authority when
 * the cluster gets a new one; both are read again.
 */
export function serviceAccountAccess(server: URL, directory: string): AccessSource {
  const token = tokenFile(path.join(directory, 'token'))
  const file = path.join(directory, 'ca.crt')
  const agents = renewingAgents(server, proxyFor(server, process.env), [file])
  const material = () => {
    const ca = readAuthority({ name: 'in-cluster certificate authority', file })
    if (ca === undefined)
      throw new ClusterError('bad-credentials', 'There is no certificate authority.', { tried: file })
    return { ca }
  }
  return {
    refreshable: true,
    expiresAt: () => tokenExpiry(token.last()),
    certificateEnd: () => null,
    waitingFor: () => null,
    retry: () => {},
    async access(refresh = false) {
      const pair = await agents.get(material, '', refresh)
      return { ...pair, headers: bearer(token.read(refresh), 'the service account') }
    },
    close: () => agents.close(),
  }
}
