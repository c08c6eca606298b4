import { expect, it } from 'vitest'
import { z } from 'zod'
import { exactly } from './exactly'

type Row = { name: string; since?: string; more: readonly { count: number | null }[] }
const more = z.array(z.strictObject({ count: z.int().nullable() }))

it('a schema compiles only while it says the same as the type', () => {
  const same = exactly<Row>()(z.strictObject({ name: z.string(), since: z.string().optional(), more }))
  expect(same.parse({ name: 'a', more: [{ count: null }] })).toEqual({ name: 'a', more: [{ count: null }] })
  // @ts-expect-error a field that is called otherwise
  exactly<Row>()(z.strictObject({ names: z.string(), since: z.string().optional(), more }))
  // @ts-expect-error a field that is missing though it may be left out
  exactly<Row>()(z.strictObject({ name: z.string(), more }))
  // @ts-expect-error a field too many though it may be left out
  exactly<Row>()(z.strictObject({ name: z.string(), since: z.string().optional(), more, x: z.string().optional() }))
  const other = z.array(z.strictObject({ count: z.int() }))
  // @ts-expect-error deep inside, without the null that the type has
  exactly<Row>()(z.strictObject({ name: z.string(), since: z.string().optional(), more: other }))
})
