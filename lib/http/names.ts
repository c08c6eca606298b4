import 'server-only'
import { z } from 'zod'
import { isLabel, isObjectName } from '@/lib/names'

/**
 * What route parameters may look like, by the Kubernetes grammar (k8s apimachinery pkg/util/validation). Every
 * parameter is checked with one of these before anything else happens, so that `..` never becomes part of a path.
 */

/** A namespace, a container or a port: a DNS label of at most 63 characters. */
export const labelName = z.string().refine(isLabel, 'must be a DNS label such as "kubia"')

/** A pod, a set, a volume, a node: a DNS subdomain of at most 253 characters. */
export const objectName = z.string().refine(isObjectName, 'must be a DNS subdomain such as "kubia-0"')

/** An id made by us from a context's name (lib/cluster/ids.ts). */
export const clusterId = z.string().refine(isLabel, 'must be the id of a cluster, as GET /api/clusters lists it')

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
