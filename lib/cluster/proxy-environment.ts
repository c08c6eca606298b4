import 'server-only'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy that the environment names for a server, as Go's `http.ProxyFromEnvironment` reads it: none for loopback
 * or for what `NO_PROXY` lists (hosts, `.domain` endings, host:port, `*`). Networks in `NO_PROXY` are compared as text.
 */
export function proxyFor(server: URL, environment: Environment): string | null {
  const read = (name: string) => environment[name.toLowerCase()] || environment[name] || null
  const proxy = server.protocol === 'https:' ? read('HTTPS_PROXY') : read('HTTP_PROXY')
  if (proxy === null) return null
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return null
  const port = server.port || (server.protocol === 'https:' ? '443' : '80')
  const excluded = (read('NO_PROXY') ?? '').split(',').some((item) => {
    const rule = item.trim().toLowerCase()
    if (rule === '') return false
    if (rule === '*') return true
    const match = /^(.*?)(?::(\d+))?$/.exec(rule)
    const name = (match?.[1] ?? rule).replace(/^\*?\./, '')
    if (match?.[2] !== undefined && match[2] !== port) return false
    return host === name || host.endsWith(`.${name}`)
  })
  if (excluded) return null
  return proxy.includes('://') ? proxy : `http://${proxy}`
}
