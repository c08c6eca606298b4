import 'server-only'
import { BlockList, isIP, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'

type Environment = Readonly<Record<string, string | undefined>>
type Target = { host: string; port: string; isAddress: boolean }

/**
 * The proxy that the environment names for a server, as kubectl reads it (golang.org/x/net/http/httpproxy): none for
 * loopback, none for what `NO_PROXY` lists. An item of the list is a network (`10.0.0.0/8`), an address, a domain (with
 * all under it; `.corp` and `*.corp` only what is under it) or `*`; an address or a domain may have a port.
 */
export function proxyFor(server: URL, environment: Environment): string | null {
  const read = (name: string) => environment[name.toLowerCase()] || environment[name] || null
  const proxy = server.protocol === 'https:' ? read('HTTPS_PROXY') : read('HTTP_PROXY')
  if (proxy === null) return null
  // The request's own `Proxy:` header would arrive as HTTP_PROXY in a CGI program (go.dev/s/cgihttpproxy).
  if (server.protocol === 'http:' && environment.REQUEST_METHOD) return null
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const target = { host, port: server.port || defaultPorts[server.protocol] || '', isAddress: isIP(host) !== 0 }
  if (isLoopback(target)) return null
  const items = (read('NO_PROXY') ?? '').split(',').map((item) => item.trim().toLowerCase())
  if (items.some((item) => item === '*' || (item !== '' && excludes(item, target)))) return null
  return /^[a-z][a-z0-9+.-]*:\/\/./i.test(proxy) ? proxy : `http://${proxy}`
}

const defaultPorts: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

function isLoopback({ host, isAddress }: Target): boolean {
  return host === 'localhost' || (isAddress && (isWithin('127.0.0.0', 8, host) || isWithin('::1', 128, host)))
}

function excludes(item: string, target: Target): boolean {
  const network = /^([^/]+)\/(\d{1,3})$/.exec(item)
  if (network?.[1] !== undefined && isIP(network[1])) {
    const bits = Number(network[2])
    return bits <= widthOf(network[1]) && target.isAddress && isWithin(network[1], bits, target.host)
  }
  const { name, port } = split(item)
  if (name === '' || (port !== '' && port !== target.port)) return false
  if (isIP(name)) return target.isAddress && isWithin(name, widthOf(name), target.host)
  if (target.isAddress) return false
  const under = name.startsWith('*.') ? name.slice(1) : name
  if (under.startsWith('.')) return target.host.endsWith(`.${ascii(under.slice(1))}`)
  return target.host === ascii(under) || target.host.endsWith(`.${ascii(under)}`)
}

/** `host:port`, `[address]:port`, or a host or address alone. */
function split(item: string): { name: string; port: string } {
  if (isIPv6(item)) return { name: item, port: '' }
  const match = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(item)
  if (match) return { name: match[1] ?? match[2] ?? '', port: match[3] ?? '' }
  const bare = /^\[([^\]]+)\]$/.exec(item)
  return { name: bare?.[1] ?? item, port: '' }
}

function isWithin(network: string, bits: number, host: string): boolean {
  const list = new BlockList()
  list.addSubnet(network, bits, isIPv6(network) ? 'ipv6' : 'ipv4')
  return list.check(host, isIPv6(host) ? 'ipv6' : 'ipv4')
}

function widthOf(address: string): number {
  return isIPv6(address) ? 128 : 32
}

function ascii(name: string): string {
  return domainToASCII(name) || name
}
