import 'server-only'
import { clusterOf } from '@/lib/contract/onwards'
import { openAddress } from '@/lib/contract/routes'

/** Where a request comes from: a page of ours, nobody's page (a typed address, a program), or the page of another site. */
export type Arrival = 'own' | 'nobody' | 'another-site'

/**
 * Browsers say who asks (`Sec-Fetch-Site`, Fetch Metadata section 2.3); another port of this machine is another site to
 * us. Those that do not may still name the page in `Origin` or `Referer`. A program says nothing.
 */
export function arrivalOf(header: (name: string) => string | null | undefined): Arrival {
  const site = header('sec-fetch-site') ?? null
  if (site === 'none') return 'nobody'
  if (site !== null) return site === 'same-origin' ? 'own' : 'another-site'
  const page = header('origin') ?? header('referer') ?? null
  if (page === null || page === '') return 'nobody'
  return originOf(page) === `http://${header('host')?.toLowerCase() ?? ''}` ? 'own' : 'another-site'
}

/** Asked for by the browser ahead of time (prefetch, prerender): nobody may ever look at it. */
export function isAheadOfTime(header: (name: string) => string | null | undefined): boolean {
  const purposes = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((name) => header(name) ?? '')
  return (
    purposes.some((purpose) => /prefetch|prerender|preview/i.test(purpose)) || header('next-router-prefetch') === '1'
  )
}

function originOf(url: string): string | null {
  try {
    return new URL(url).origin
  } catch {
    return null
  }
}

export type Detour = { status: 204 } | { status: 303; location: string }

/**
 * A page opens its cluster, and that may run a credential plugin: a GET with effects. No other web site may cause that,
 * and no browser that fetches ahead. A link of another site leads to a page that opens nothing, where one click goes on;
 * what is fetched ahead is answered with nothing. Null for every other request: a cluster that is open already is not
 * opened by looking at it.
 */
export function detourOf(
  url: string,
  header: (name: string) => string | null | undefined,
  isOpen: (cluster: string) => boolean,
): Detour | null {
  const ahead = isAheadOfTime(header)
  if (!ahead && arrivalOf(header) !== 'another-site') return null
  const asked = clusterOf(url)
  if (asked === null) return ahead && url.startsWith('/api/') ? { status: 204 } : null
  if (!asked.api && isOpen(asked.cluster)) return null
  if (ahead) return { status: 204 }
  // The API refuses other sites by itself, in words for programs.
  if (asked.api) return null
  const lang = /[?&]lang=([A-Za-z-]{2,10})(&|$)/.exec(url)?.[1]
  return { status: 303, location: openAddress(url, lang === undefined ? {} : { lang }) }
}
