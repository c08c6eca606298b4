import { z } from 'zod'

/**
 * The grammar of Kubernetes' names, once: as functions for what is in hand, and as schemas for what comes from outside.
 * Source: k8s apimachinery/pkg/util/validation.
 */

const label = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/
const subdomain = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/
const qualifiedTail = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/
const appSegment = /^[A-Za-z0-9._~-]+$/
const uid = /^[A-Za-z0-9-]{1,64}$/

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

const aLabel = 'must be a DNS label such as "kubia"'
const aSubdomain = 'must be a DNS subdomain such as "kubia-0"'

/** A namespace, a container or a port: a DNS label of at most 63 characters. */
export const LabelName = z.string().max(63, aLabel).regex(label, aLabel)

/** A pod, a set, a volume, a node: a DNS subdomain of at most 253 characters. */
export const ObjectName = z.string().max(253, aSubdomain).regex(subdomain, aSubdomain)

export const AppPath = z
  .string()
  .refine(isAppPath, 'must be a path such as "/healthz": letters, digits, . _ ~ - between slashes')

/** What Kubernetes gives each object once and to no other one. Usually a UUID; a static pod's is a hash. */
export const Uid = z.string().regex(uid, 'is not a uid')

export const Finalizer = z.string().max(317).refine(isQualifiedName, 'is not a finalizer')

/** One object and no later one of its name. */
export const ObjectRef = z.strictObject({ namespace: LabelName, name: ObjectName, uid: Uid })
export type ObjectRef = z.infer<typeof ObjectRef>
