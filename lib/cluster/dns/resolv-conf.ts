import 'server-only'
import { isIP } from 'node:net'

/** What a pod's resolver was told: whom to ask, and what to append to a short name. */
export type ResolverSettings = { servers: string[]; search: string[] }

/** Reads the text of `/etc/resolv.conf` (resolv.conf(5)): the last `search` or `domain` line counts. */
export function readResolverSettings(text: string): ResolverSettings {
  const servers: string[] = []
  let search: string[] = []
  for (const line of text.split('\n')) {
    const [word, ...values] = (line.split(/[#;]/, 1)[0] ?? '').trim().split(/\s+/)
    if (word === 'nameserver') servers.push(...values.slice(0, 1).filter((value) => isIP(value) !== 0))
    else if (word === 'search' || word === 'domain') search = values.map((value) => value.replace(/\.$/, ''))
  }
  return { servers, search }
}

/** The zone of the cluster, told by the `svc.<zone>` that the kubelet puts into every search path; null without one. */
export function zoneOf(search: readonly string[]): string | null {
  return search.find((domain) => domain.startsWith('svc.'))?.slice('svc.'.length) ?? null
}
