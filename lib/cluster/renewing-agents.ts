import 'server-only'
import { statSync } from 'node:fs'
import { type Agents, makeAgents, retire } from './agents'
import type { TlsMaterial } from './tls-material'

const lookedAtForMs = 10_000

/**
 * Agents that are made again when the files behind them change: a certificate or an authority that is replaced on the
 * disk counts within ten seconds, or at once when the server has refused the old one. `extra` is what makes a difference
 * beside the files. Connections of the old agents end with their requests.
 */
export function renewingAgents(
  server: URL,
  proxy: string | null,
  files: readonly (string | null | undefined)[],
): { get(read: () => TlsMaterial, extra: string, refresh: boolean): Promise<Agents>; close(): void } {
  let current: { agents: Promise<Agents>; stamp: string; extra: string } | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  const end = () => void current?.agents.then(retire, () => undefined)
  return {
    get(read, extra, refresh) {
      const now = performance.now()
      const recent = current !== undefined && !refresh && now - lookedAt < lookedAtForMs
      if (current && recent && current.extra === extra) return current.agents
      const stamp = files.map(stampOf).join(' ')
      lookedAt = now
      if (current?.stamp === stamp && current.extra === extra) return current.agents
      let material: TlsMaterial
      try {
        material = read()
      } catch (error) {
        // In the middle of a replacement what was read before may well be valid still.
        if (current && current.extra === extra) return current.agents
        throw error
      }
      end()
      const made = { agents: makeAgents(server, material, proxy), stamp, extra }
      current = made
      made.agents.catch(() => {
        if (current === made) current = undefined
      })
      return made.agents
    },
    close() {
      end()
      current = undefined
    },
  }
}

function stampOf(file: string | null | undefined): string {
  if (!file) return ''
  try {
    const { mtimeMs, size, ino } = statSync(file)
    return `${mtimeMs}:${size}:${ino}`
  } catch {
    return 'missing'
  }
}
