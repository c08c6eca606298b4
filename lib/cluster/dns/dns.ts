import 'server-only'
import type { Connection } from '@/lib/cluster/connection'
import { clientLibrary } from '@/lib/cluster/port-forward'
import { perProcess } from '@/lib/per-process'
import { settings } from '@/lib/settings'
import { DnsAsker } from './asker'
import { needsForward, openDns } from './source'

const askers = perProcess('dns-askers', () => new Map<string, DnsAsker>())

/** Who asks the DNS of a cluster: one for each server and identity, so that the pace is one for all pages. */
export function dnsOf(connection: Connection): DnsAsker {
  const existing = askers.get(connection.identity)
  if (existing) return existing
  const { dnsServer } = settings()
  const made = new DnsAsker(
    (timeoutMs) => openDns(connection, dnsServer, timeoutMs),
    needsForward(connection, dnsServer) ? { prepare: clientLibrary } : {},
  )
  askers.set(connection.identity, made)
  return made
}
