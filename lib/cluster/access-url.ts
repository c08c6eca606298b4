import 'server-only'
import { type Agents, closeIdle, makeAgents } from './agents'
import type { Access } from './connection'

/** How a kind of credentials turns into the access of a connection. */
export type AccessSource = {
  access(refresh?: boolean): Promise<Access>
  refreshable: boolean
  expiresAt(): string | null
  close(): void
}

/** A plain URL: no credentials, the system's authorities for https. */
export function urlAccess(server: URL): AccessSource {
  let agents: Promise<Agents> | undefined
  return {
    refreshable: false,
    expiresAt: () => null,
    async access() {
      return { ...(await (agents ??= makeAgents(server, {}, null))), headers: {} }
    },
    close() {
      void agents?.then(closeIdle)
    },
  }
}
