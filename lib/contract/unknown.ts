import { z } from 'zod'

/** Stands where a value would that could not be seen: the missing rule, or what the API server said. */
export const Unknown = z.strictObject({ unknown: z.string() }).meta({ id: 'Unknown' })
export type Unknown = z.infer<typeof Unknown>
