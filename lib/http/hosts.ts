import 'server-only'
import { perProcess } from '@/lib/per-process'

const allowed = perProcess('hosts', () => new Set<string>())

/** The exact `Host` values that this process answers to, set once by the door when it knows its port. */
export function allowHosts(hosts: Iterable<string>) {
  allowed.clear()
  for (const host of hosts) allowed.add(host.toLowerCase())
}

/** Whether a Host header is one of ours. Before the door has said which, none is. */
export function isAllowedHost(host: string | null | undefined) {
  return typeof host === 'string' && allowed.has(host.toLowerCase())
}

/** What to do about a Host that is none of ours; most often a port was forwarded to another number. */
export const foreignHost =
  'This Host is not one that Ordinal answers to. Behind `kubectl port-forward` use the same port on both sides, ' +
  'such as `kubectl port-forward ... 3000:3000` for a server on port 3000.'
