import { z } from 'zod'
import { isLabel } from '@/lib/names'

/** What the texts in an address of the API may be, beside Kubernetes' own names. */

/** An id made by us from a context's name (lib/cluster/ids.ts). */
export const ClusterId = z
  .string()
  .refine(isLabel, 'must be the id of a cluster, as GET /api/clusters lists it')
  .meta({ pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$', maxLength: 63 })

/** A whole number within bounds, as the text of a query parameter. */
export function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,10}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be between ${least} and ${most}`)
}

/** `true` or `false`, as the text of a query parameter. */
export const Flag = z.enum(['true', 'false']).transform((value) => value === 'true')
