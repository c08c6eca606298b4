import { z } from 'zod'
import { actionNames } from './actions/names'

const Right = z.strictObject({
  /** `unknown`: the question could not be answered, so the attempt may fail. */
  allowed: z.union([z.boolean(), z.literal('unknown')]),
  /** The rule that the action needs, in the words of a role. */
  rule: z.string().nullable(),
  reason: z.string().nullable(),
})

/** Which actions this identity may do. */
export const Rights = z
  .strictObject({
    readOnly: z.boolean(),
    actions: z.record(z.enum(actionNames), Right),
  })
  .meta({ id: 'Rights' })
export type Rights = z.infer<typeof Rights>
