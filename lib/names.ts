/**
 * The grammar of Kubernetes' names, once: as functions for what is in hand. What comes from outside is read by the schemas
 * of `lib/contract/names.ts`, which pages do without.
 * Source: k8s apimachinery/pkg/util/validation.
 */

export const label = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/
export const subdomain = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/
const qualifiedTail = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/
const appSegment = /^[A-Za-z0-9._~-]+$/

/** A DNS label as namespaces and containers are named (`IsDNS1123Label`). */
export function isLabel(text: string): boolean {
  return text.length <= 63 && label.test(text)
}

/** A DNS subdomain as objects are named (`IsDNS1123Subdomain`). */
export function isObjectName(text: string): boolean {
  return text.length <= 253 && subdomain.test(text)
}

/** `example.com/name` or a bare name (`IsQualifiedName`, the grammar of finalizers). */
export function isQualifiedName(text: string): boolean {
  const slash = text.indexOf('/')
  if (slash !== text.lastIndexOf('/')) return false
  const name = text.slice(slash + 1)
  return (slash === -1 || isObjectName(text.slice(0, slash))) && name.length <= 63 && qualifiedTail.test(name)
}

/** A number of a TCP port, 1 to 65535. */
export function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65535
}

/**
 * A path inside an app behind the API server's proxy: letters, digits and `. _ ~ -` between single slashes, no segment of
 * dots alone, no query. What a URL would change, or what climbs, is none.
 */
export function isAppPath(text: string): boolean {
  if (!text.startsWith('/') || text.length > 1024) return false
  return text
    .slice(1)
    .split('/')
    .every((segment, index, all) => {
      if (segment === '') return index === all.length - 1
      return appSegment.test(segment) && segment !== '.' && segment !== '..'
    })
}

/** Whether a namespace and a name fit the grammar; nothing is looked up. */
export function isSetAddress(namespace: string, name: string): boolean {
  return isLabel(namespace) && isObjectName(name)
}
