import 'server-only'
import { z } from 'zod'

/**
 * What route parameters may look like, by the Kubernetes grammar (k8s apimachinery pkg/util/validation). Every
 * parameter is checked with one of these before anything else happens, so that `..` never becomes part of a path.
 */

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/** A namespace, a container or a port: a DNS label of at most 63 characters. */
export const labelName = z.string().max(63).regex(label, 'must be a DNS label such as "kubia"')

/** A pod, a set, a volume, a node: a DNS subdomain of at most 253 characters. */
export const objectName = z.string().max(253).regex(subdomain, 'must be a DNS subdomain such as "kubia-0"')

/** An id made by us from a context's name. */
export const clusterId = z.string().max(100).regex(label, 'must be the id of a cluster, as GET /api/clusters lists it')

/** A whole number within bounds, as the text of a query parameter. */
export function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,10}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be between ${least} and ${most}`)
}

/** `true` or `false`, as the text of a query parameter. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true')
