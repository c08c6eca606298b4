import 'server-only'

const key = Symbol.for('ordinal.hosts')
const holder = globalThis as { [key]?: ReadonlySet<string> }

/**
 * The exact `Host` values that this process answers to, set once by the door when it knows its port. They live on
 * globalThis because the door and the routes are bundled apart.
 */
export function allowHosts(hosts: Iterable<string>) {
  holder[key] = new Set([...hosts].map((host) => host.toLowerCase()))
}

/** Whether a Host header is one of ours. Before the door has said which, none is. */
export function isAllowedHost(host: string | null | undefined) {
  return typeof host === 'string' && (holder[key]?.has(host.toLowerCase()) ?? false)
}

/** What to do about a Host that is none of ours; most often a port was forwarded to another number. */
export const foreignHost =
  'This Host is not one that Ordinal answers to. Behind `kubectl port-forward` use the same port on both sides, ' +
  'such as `kubectl port-forward ... 3000:3000` for a server on port 3000.'
