/**
 * Sets of fields in the form that managedFields has on the wire (sigs.k8s.io/structured-merge-diff v6 fieldpath/set.go and
 * serialize.go). A set is a tree of path elements: `f:NAME` a field, `k:{…}` an item of a list by its keys, `v:…` an item by
 * its value. An element is a member when it is empty or holds `.`. Trees are never changed once made, so that they share parts.
 */
export type FieldSet = { readonly [element: string]: FieldSet }

/** A member without members below it; one object for all. */
const LEAF: FieldSet = Object.freeze({})
/** No fields at all. Only a root can be that. */
export const EMPTY: FieldSet = LEAF

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false
  return true
}

const isMember = (set: FieldSet) => set['.'] !== undefined || isEmptySet(set)

const KIND_ORDER = 'fkvi'

/** The order in which the API server names path elements: fields, then keys, then values. */
function compareElements(a: string, b: string): number {
  if (a === b) return 0
  if (a.startsWith('f:') && b.startsWith('f:')) return a < b ? -1 : 1
  const kinds = KIND_ORDER.indexOf(a.charAt(0)) - KIND_ORDER.indexOf(b.charAt(0))
  if (kinds !== 0) return kinds
  const [left, right] = [JSON.parse(a.slice(2)), JSON.parse(b.slice(2))] as [unknown, unknown]
  const parts = (value: unknown) =>
    typeof value === 'object' && value !== null ? Object.entries(value).flat() : [value as string | number]
  const [those, others] = [parts(left), parts(right)] as (string | number)[][]
  for (const [index, one] of (those ?? []).entries()) {
    const other = others?.[index]
    if (other === undefined) return 1
    if (one !== other) return typeof one === typeof other ? (one < other ? -1 : 1) : typeof one < typeof other ? -1 : 1
  }
  return -1
}

const elements = (set: FieldSet): string[] => Object.keys(set).filter((one) => one !== '.')

/** One node; nothing when it is no member and has none below it. The elements must be in order. */
function node(member: boolean, children: [string, FieldSet][]): FieldSet | undefined {
  if (children.length === 0) return member ? LEAF : undefined
  const made: { [element: string]: FieldSet } = {}
  if (member) made['.'] = LEAF
  for (const [element, child] of children) made[element] = child
  return Object.freeze(made)
}

/** Collects the fields of a new set in any order. */
export class FieldSetBuilder {
  readonly #root: Draft = { member: false, children: null }

  add(path: readonly string[]): void {
    let here = this.#root
    for (const element of path) here = childOf(here, element)
    here.member = true
  }

  build(): FieldSet {
    this.#root.member = false
    return finish(this.#root) ?? EMPTY
  }
}

type Draft = { member: boolean; children: Map<string, Draft> | null }

function childOf(draft: Draft, element: string): Draft {
  draft.children ??= new Map()
  let child = draft.children.get(element)
  if (!child) draft.children.set(element, (child = { member: false, children: null }))
  return child
}

function finish({ member, children }: Draft): FieldSet | undefined {
  if (!children) return node(member, [])
  const sorted: [string, FieldSet][] = []
  for (const element of [...children.keys()].sort(compareElements)) {
    const child = children.get(element)
    const made = child && finish(child)
    if (made) sorted.push([element, made])
  }
  return node(member, sorted)
}

/** Reads what a client sent as fieldsV1: in order, with keys as the server writes them. Null when it is none. */
export function parseFieldSet(value: unknown): FieldSet | null {
  const root: Draft = { member: false, children: null }
  if (!read(value, root)) return null
  root.member = false
  return finish(root) ?? EMPTY
}

function read(value: unknown, draft: Draft): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const entries = Object.entries(value)
  if (entries.length === 0) draft.member = true
  return entries.every(([element, inside]) => {
    if (element === '.') {
      draft.member = true
      return true
    }
    const known = canonicalElement(element)
    return known === null ? false : known === '' || read(inside, childOf(draft, known))
  })
}

/** '' for a kind of element that is not known, which is left out; null for none at all. */
function canonicalElement(element: string): string | null {
  if (element.charAt(1) !== ':') return null
  if (element.startsWith('f:') || element.startsWith('i:')) return element
  if (!element.startsWith('k:') && !element.startsWith('v:')) return ''
  try {
    const value = JSON.parse(element.slice(2)) as unknown
    if (element.startsWith('v:')) return valueElement(value)
    return typeof value === 'object' && value !== null ? keyElement(Object.entries(value)) : null
  } catch {
    return null
  }
}

/** JSON as Go writes it. */
const goJson = (value: unknown) =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)

export const fieldElement = (name: string) => `f:${name}`
export const valueElement = (value: unknown) => `v:${goJson(value)}`
export const keyElement = (keys: [string, unknown][]) =>
  `k:${goJson(Object.fromEntries([...keys].sort(([a], [b]) => (a < b ? -1 : 1))))}`

export function hasField(set: FieldSet, path: readonly string[]): boolean {
  let here: FieldSet | undefined = set
  for (const element of path) here = here?.[element]
  return here !== undefined && path.length > 0 && isMember(here)
}

/** What is below one element; nothing when there are no members below it. */
export function below(set: FieldSet, element: string): FieldSet | undefined {
  const found = set[element]
  return found === undefined || isEmptySet(found) ? undefined : found
}

export const isElement = (set: FieldSet, element: string): boolean => {
  const found = set[element]
  return found !== undefined && isMember(found)
}

/** Sets that hold exactly these paths. */
export function fieldSet(...paths: string[][]): FieldSet {
  const builder = new FieldSetBuilder()
  for (const path of paths) builder.add(path)
  return builder.build()
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(b)) return a
  if (isEmptySet(a)) return b
  return unite(a, b, false)
}

function unite(a: FieldSet, b: FieldSet, member: boolean): FieldSet {
  const names = new Set([...elements(a), ...elements(b)])
  const children = [...names].sort(compareElements).map((element): [string, FieldSet] => {
    const [left, right] = [a[element], b[element]]
    if (left === undefined) return [element, right ?? LEAF]
    if (right === undefined || left === right) return [element, left]
    return [element, unite(left, right, isMember(left) || isMember(right))]
  })
  return node(member, children) ?? EMPTY
}

/** Picks from `a` element by element, beside the same element of `b`. */
function combine(
  a: FieldSet,
  b: FieldSet,
  pick: (left: FieldSet, right: FieldSet | undefined) => FieldSet | undefined,
): [string, FieldSet][] {
  const children: [string, FieldSet][] = []
  for (const element of elements(a)) {
    const left = a[element]
    const made = left && pick(left, b[element])
    if (made) children.push([element, made])
  }
  return children
}

/** The same tree where nothing is missing. */
function rest(left: FieldSet, member: boolean, children: [string, FieldSet][]): FieldSet | undefined {
  const whole =
    member === isMember(left) &&
    children.length === elements(left).length &&
    children.every(([element, child]) => left[element] === child)
  return whole ? left : node(member, children)
}

/** The members of both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const common = (left: FieldSet, right: FieldSet | undefined): FieldSet | undefined =>
    right && node(isMember(left) && isMember(right), combine(left, right, common))
  return node(false, combine(a, b, common)) ?? EMPTY
}

/** The members of `a` that are not in `b`; a field goes by itself, not with what is below it. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const less = (left: FieldSet, right: FieldSet | undefined): FieldSet | undefined =>
    right === undefined ? left : rest(left, isMember(left) && !isMember(right), combine(left, right, less))
  return subtract(a, b, less)
}

/** The same, with everything below the members of `b`. */
export function without(a: FieldSet, b: FieldSet): FieldSet {
  const less = (left: FieldSet, right: FieldSet | undefined): FieldSet | undefined => {
    if (right === undefined) return left
    return isMember(right) ? undefined : rest(left, isMember(left), combine(left, right, less))
  }
  return subtract(a, b, less)
}

function subtract(a: FieldSet, b: FieldSet, less: Parameters<typeof combine>[2]): FieldSet {
  return isEmptySet(a) || isEmptySet(b) ? a : (rest(a, a['.'] !== undefined, combine(a, b, less)) ?? EMPTY)
}

/** The paths of all members: first those of a level, then what is below them. */
export function paths(set: FieldSet, before: string[] = []): string[][] {
  const names = elements(set)
  return [
    ...names.filter((element) => isElement(set, element)).map((element) => [...before, element]),
    ...names.flatMap((element) => paths(set[element] ?? EMPTY, [...before, element])),
  ]
}

/** `.spec.template.spec.containers[name="main"].image` (fieldpath/element.go String). */
export function pathText(path: readonly string[]): string {
  return path
    .map((element) => {
      const text = element.slice(2)
      if (element.startsWith('f:')) return `.${text}`
      if (element.startsWith('v:')) return `[=${text}]`
      if (element.startsWith('i:')) return `[${text}]`
      const keys = Object.entries(JSON.parse(text) as Record<string, unknown>)
      return `[${keys.map(([name, value]) => `${name}=${goJson(value)}`).join(',')}]`
    })
    .join('')
}
