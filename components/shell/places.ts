/** Where a page is, read from its path: the URL mirrors the API server's own. */
export type Place = { cluster: string | null; page: 'overview' | 'runbooks' | 'set' | 'other'; trail: Crumb[] }
export type Crumb = { kind: 'overview' | 'runbooks' | 'namespace' | 'name'; text: string; href: string | null }

export function placeOf(pathname: string): Place {
  const [, clusters, cluster, ...rest] = pathname.split('/').map(decoded)
  if (clusters !== 'clusters' || !cluster) return { cluster: null, page: 'other', trail: [] }
  const home = `/clusters/${encodeURIComponent(cluster)}`
  if (rest[0] === 'runbooks') {
    const trail: Crumb[] = [{ kind: 'runbooks', text: '', href: `${home}/runbooks` }]
    if (rest[1]) trail.push({ kind: 'name', text: rest[1], href: null })
    return { cluster, page: 'runbooks', trail }
  }
  if (rest[0] === 'namespaces' && rest[1] && rest[2] === 'statefulsets' && rest[3]) {
    const namespace: Crumb = {
      kind: 'namespace',
      text: rest[1],
      href: `${home}?namespace=${encodeURIComponent(rest[1])}`,
    }
    return { cluster, page: 'set', trail: [namespace, { kind: 'name', text: rest[3], href: null }] }
  }
  return { cluster, page: 'overview', trail: [{ kind: 'overview', text: '', href: null }] }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
