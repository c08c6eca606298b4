import { BookOpen, LayoutList, type LucideIcon } from 'lucide-react'

/**
 * A page under a cluster. Links, keys, the trail and the help's list of keys all come from these rows; a page's name
 * and what its key does are `place.label` and `place.go` in the messages of the row's id.
 */
export type Place = {
  id: string
  /** Its address, which is also its folder below `app`. */
  route: string
  /** Its entry in the rail and the key that goes there; null for pages that need more than a cluster to be named. */
  rail: { icon: LucideIcon; key: string } | null
  /** The row whose rail entry is marked while one is here. */
  under: string
  /** Where one is, from the outside in. */
  trail: (parameters: Parameters) => readonly Crumb[]
  /** The messages that its components speak with, beside those of every page; see `pickMessages`. */
  messages: readonly string[]
}
/** `text` is null where the page's own label stands, and `href` where nothing leads further out. */
export type Crumb = { text: string | null; href: string | null }
type Parameters = Readonly<Record<string, string>>

const cluster = '/clusters/[cluster]'
const label: Crumb = { text: null, href: null }

export const overview: Place = {
  id: 'overview',
  route: cluster,
  rail: { icon: LayoutList, key: 'g o' },
  under: 'overview',
  trail: () => [label],
  messages: ['overview', 'waiting', 'runbooks.*.title', 'runbooks.*.finding'],
}
export const runbooks: Place = {
  id: 'runbooks',
  route: `${cluster}/runbooks`,
  rail: { icon: BookOpen, key: 'g r' },
  under: 'runbooks',
  trail: () => [label],
  messages: ['runbooks'],
}
export const set: Place = {
  id: 'set',
  route: `${cluster}/namespaces/[namespace]/statefulsets/[name]`,
  rail: null,
  under: 'overview',
  trail: ({ cluster = '', namespace = '', name = '' }) => [
    { text: namespace, href: `${pages.overview(cluster)}?namespace=${encodeURIComponent(namespace)}` },
    { text: name, href: null },
  ],
  messages: ['set', 'peers', 'actions', 'waiting'],
}

/** Every page under a cluster, in the order of the rail. */
export const places: readonly Place[] = [overview, runbooks, set]

/** What every page has, whatever it shows: the frame, the names of states and pages, a connection that failed. */
export const everyPage: readonly string[] = ['shell', 'states', 'errors', '*.place']
/** What the frame has besides where the cluster is the demo. */
export const demoMessages: readonly string[] = ['demo', 'scenarios', 'actions.menu']

/** The address of a page. */
export function hrefOf(place: Place, parameters: Parameters): string {
  return place.route.replace(/\[(\w+)\]/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''))
}

/** The addresses of the pages, by what they are about. */
export const pages = {
  overview: (cluster: string): string => hrefOf(overview, { cluster }),
  statefulSet: (cluster: string, { namespace, name }: { namespace: string; name: string }): string =>
    hrefOf(set, { cluster, namespace, name }),
  /** `runbook`: the situation to open there. */
  runbooks: (cluster: string, runbook?: string): string =>
    hrefOf(runbooks, { cluster }) + (runbook === undefined ? '' : `#${encodeURIComponent(runbook)}`),
}

/** The page that a path leads to, with the names that stand in it; null for a path outside of all. */
export function placeAt(pathname: string): { place: Place; parameters: Parameters } | null {
  const segments = pathname.split('/')
  for (const place of places) {
    const route = place.route.split('/')
    const parameters: Record<string, string> = {}
    const fits = route.every((part, index) => {
      const segment = segments[index] ?? ''
      const name = /^\[(\w+)\]$/.exec(part)?.[1]
      if (name === undefined) return part === segment
      parameters[name] = decoded(segment)
      return segment !== ''
    })
    if (fits && segments.length === route.length) return { place, parameters }
  }
  return null
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
