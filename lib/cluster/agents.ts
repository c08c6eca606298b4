import 'server-only'
import http from 'node:http'
import https from 'node:https'
import { ClusterError } from './errors'
import type { TlsMaterial } from './tls-material'

export type Agents = { agent: http.Agent; writeAgent: http.Agent }

/**
 * A pair of agents: one that keeps connections alive for reads and watches, one that opens a connection for each write.
 * A proxy makes its own agents, from the client library, which is loaded only then.
 */
export async function makeAgents(server: URL, tls: TlsMaterial, proxy: string | null): Promise<Agents> {
  if (proxy !== null) {
    try {
      const { proxyAgent } = await import('./agents-proxy')
      return {
        agent: await proxyAgent(server, tls, proxy, true),
        writeAgent: await proxyAgent(server, tls, proxy, false),
      }
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause)
      throw new ClusterError('bad-credentials', `The proxy cannot be used: ${message}`, { tried: shown(proxy), cause })
    }
  }
  const kept = { keepAlive: true, keepAliveMsecs: 30_000, maxFreeSockets: 16, scheduling: 'lifo' as const }
  return server.protocol === 'https:'
    ? { agent: new https.Agent({ ...kept, ...tls }), writeAgent: new https.Agent(tls) }
    : { agent: new http.Agent(kept), writeAgent: new http.Agent() }
}

/** Closes the connections that nobody uses; requests that are under way go on, and their connections end with them. */
export function retire(agents: Agents): void {
  for (const agent of [agents.agent, agents.writeAgent]) {
    Object.assign(agent, { keepAlive: false })
    for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
  }
}

/** A proxy's address without user and password. */
function shown(proxy: string): string {
  const url = URL.parse(proxy)
  return url === null ? 'the proxy' : `the proxy ${url.protocol}//${url.host}`
}
