/** To which cluster an address of this server belongs, and whether a page leads on to it. */

/** The first two segments of the path of a page or of the API that belongs to a cluster; null for any other path. */
export function clusterOf(url: string): { cluster: string; api: boolean } | null {
  const [path = ''] = url.split('?', 1)
  let segments: string[]
  try {
    segments = path.split('/').slice(1).map(decodeURIComponent)
  } catch {
    return null
  }
  const api = segments[0] === 'api'
  const [clusters, cluster = ''] = api ? segments.slice(1) : segments
  return clusters === 'clusters' && cluster !== '' ? { cluster, api } : null
}

/** The page to go on to, if it is a page of a cluster of this server; whatever else is asked for leads nowhere. */
export function onwards(to: unknown): { cluster: string; path: string } | null {
  if (typeof to !== 'string' || !/^\/clusters\/[^/\\]/.test(to) || /[\\\u0000-\u0020\u007f-\uffff]/.test(to))
    return null
  const asked = clusterOf(to)
  return asked === null ? null : { cluster: asked.cluster, path: to }
}
