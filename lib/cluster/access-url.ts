import 'server-only'
import type { Access } from './connection'
import { proxyFor } from './proxy-environment'
import { renewingAgents } from './renewing-agents'

/** How a kind of credentials turns into the access of a connection. */
export type AccessSource = {
  access(refresh?: boolean): Promise<Access>
  refreshable: boolean
  expiresAt(): string | null
  certificateEnd(): string | null
  waitingFor(): { program: string; ms: number } | null
  retry(): void
  close(): void
}

/** A plain URL: no credentials, the system's authorities for https, the proxy of the environment. */
export function urlAccess(server: URL): AccessSource {
  const agents = renewingAgents(server, proxyFor(server, process.env), [])
  return {
    refreshable: false,
    expiresAt: () => null,
    certificateEnd: () => null,
    waitingFor: () => null,
    retry: () => {},
    access: async () => ({ ...(await agents.get(() => ({}), '', false)), headers: {} }),
    close: () => agents.close(),
  }
}
