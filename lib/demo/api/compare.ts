import type { Fields } from '@/lib/demo/store'
import { fieldElement, FieldSetBuilder, type FieldSet } from './field-set'
import { isFields, sameJson } from './fields'
import { fieldOrAnything, hasNothing, itemElement, own, type Type } from './typed'

/** What differs between two objects (structured-merge-diff v6 typed/compare.go). */
export type Comparison = { added: FieldSet; modified: FieldSet; removed: FieldSet }

type Walk = { added: FieldSetBuilder; modified: FieldSetBuilder; removed: FieldSetBuilder; path: string[] }

/** An absent value and null are not the same: what was null was there. */
export function compare(type: Type, left: unknown, right: unknown): Comparison {
  const walk: Walk = {
    added: new FieldSetBuilder(),
    modified: new FieldSetBuilder(),
    removed: new FieldSetBuilder(),
    path: [],
  }
  visit(type, left, right, walk)
  return { added: walk.added.build(), modified: walk.modified.build(), removed: walk.removed.build() }
}

function visit(type: Type, left: unknown, right: unknown, walk: Walk): void {
  // Patches share what they leave alone with the object they were made of.
  if (left === right) return
  const leaf = type.kind === 'scalar' || type.kind === 'atomic'
  if (leaf || (hasNothing(left) && hasNothing(right))) {
    if (left === undefined) walk.added.add(walk.path)
    else if (right === undefined) walk.removed.add(walk.path)
    else if (!sameJson(left, right)) walk.modified.add(walk.path)
    return
  }
  if (type.kind === 'list') visitItems(type, left, right, walk)
  else visitFields(type, isFields(left) ? left : {}, isFields(right) ? right : {}, walk)
  if (left === undefined) walk.added.add(walk.path)
  else if (right === undefined) walk.removed.add(walk.path)
}

function visitFields(type: Type, left: Fields, right: Fields, walk: Walk): void {
  const one = (name: string) => {
    walk.path.push(fieldElement(name))
    visit(fieldOrAnything(type, name), own(left, name), own(right, name), walk)
    walk.path.pop()
  }
  for (const name in left) one(name)
  for (const name in right) if (!Object.hasOwn(left, name)) one(name)
}

/** Items that are there more than once are compared as one. */
function visitItems(type: Type & { kind: 'list' }, left: unknown, right: unknown, walk: Walk): void {
  const group = (list: unknown) => {
    const groups = new Map<string, unknown[]>()
    for (const item of Array.isArray(list) ? (list as unknown[]) : []) {
      const element = itemElement(type, item)
      const present = groups.get(element)
      if (present) present.push(item)
      else groups.set(element, [item])
    }
    return groups
  }
  const lefts = group(left)
  const rights = group(right)
  for (const element of new Set([...lefts.keys(), ...rights.keys()])) {
    const [those, others] = [lefts.get(element) ?? [], rights.get(element) ?? []]
    walk.path.push(element)
    if (those.length <= 1 && others.length <= 1) visit(type.items, those[0], others[0], walk)
    else if (those.length > 1 && others.length > 1) {
      if (!sameJson(those, others)) walk.modified.add(walk.path)
    } else if (those.length > 1) {
      if (others.length > 0) visit(type.items, undefined, others[0], walk)
      walk.removed.add(walk.path)
    } else {
      if (those.length > 0) visit(type.items, those[0], undefined, walk)
      walk.added.add(walk.path)
    }
    walk.path.pop()
  }
}
