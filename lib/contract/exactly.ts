import type { z } from 'zod'

/** The same type without `readonly`, which JSON does not know, and with intersections written out. */
type Plain<T> = T extends readonly (infer Item)[]
  ? number extends T['length']
    ? Plain<Item>[]
    : { [Place in keyof T]: Plain<T[Place]> }
  : T extends object
    ? { -readonly [Name in keyof T]: Plain<T[Name]> }
    : T

type Same<A, B> =
  (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? unknown : { readonly differs: B }

/**
 * A schema for a TypeScript type that is written elsewhere. It compiles only while both say the same: a field that is
 * renamed, added or left out in one of them fails the type check of the other.
 */
export function exactly<T>() {
  return <S extends z.ZodType>(schema: S & Same<z.output<S>, T>): z.ZodType<T> => schema as unknown as z.ZodType<T>
}
