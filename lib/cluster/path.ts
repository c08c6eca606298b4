import 'server-only'
import { ClusterError } from './errors'
import { isAppPath, isLabel, isObjectName, isPort } from '@/lib/names'

/**
 * One segment of a path. Text has to be a Kubernetes name; the two exceptions are made by the functions below, which
 * check their own grammar.
 */
export type Segment = string | CheckedSegment

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

class CheckedSegment {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}
export type { CheckedSegment }

/** `name:port`, as the API server's pod and service proxies want it. A scheme is never accepted. */
export function proxyTarget(name: string, port: number): CheckedSegment {
  if (!isObjectName(name)) throw badName(name)
  if (!isPort(port)) throw badName(String(port))
  return new CheckedSegment(`${name}:${port}`)
}

/** A path inside a proxied app, as segments; refuses dots, percent signs and what a URL would change. */
export function appPath(path: string): CheckedSegment[] {
  if (!isAppPath(path)) throw badName(path)
  return path
    .slice(1)
    .split('/')
    .map((segment) => new CheckedSegment(segment))
}

/**
 * The URL of a request. Throws `bad-name` before anything is sent when a segment is not a Kubernetes name, and when
 * the URL's path is not letter for letter the one that was meant: a pod named `..` must never become its namespace.
 */
export function buildUrl(base: URL, path: readonly Segment[], query: Query = {}): URL {
  const texts = path.map((segment) => {
    if (segment instanceof CheckedSegment) return segment.text
    if (typeof segment !== 'string' || !(isObjectName(segment) || isLabel(segment))) throw badName(String(segment))
    return segment
  })
  const prefix = base.pathname.replace(/\/+$/, '')
  const wanted = `${prefix}/${texts.join('/')}`
  const url = new URL(base)
  url.pathname = wanted
  url.hash = ''
  url.search = ''
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(key, String(one))
  }
  const again = new URL(url.href)
  if (again.pathname !== wanted || again.origin !== base.origin) throw badName(wanted)
  return url
}

function badName(text: string): ClusterError {
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
  return new ClusterError('bad-name', `${shown} is not a name that Kubernetes allows here; nothing was sent.`, {
    tried: 'checking a name',
    sent: 'no',
  })
}
