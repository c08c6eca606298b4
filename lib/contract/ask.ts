import { z } from 'zod'
import { isPort } from '@/lib/names'

/** A question to a pod or to a Service through the API server's proxy, and its answer. */

export const PortNumber = z.int().refine(isPort, 'must be the number of a port')
/** As the text of a query parameter. */
export const PortText = z
  .string()
  .regex(/^[1-9]\d{0,4}$/, 'must be the number of a port')
  .transform(Number)
  .refine(isPort, 'must be the number of a port')

export const AppAnswer = z
  .strictObject({
    /** What answered: the app itself, or the API server in its place. */
    from: z.enum(['app', 'api-server']),
    status: z.int(),
    contentType: z.string().nullable(),
    /** Where a redirect would lead; it is never followed. */
    location: z.string().nullable(),
    /** At most 256 KiB. */
    text: z.string(),
    /** Why there may be more: the answer was too large, or took too long. */
    cut: z.enum(['size', 'time']).nullable(),
    ms: z.int(),
  })
  .meta({ id: 'AppAnswer' })
export type AppAnswer = z.infer<typeof AppAnswer>
