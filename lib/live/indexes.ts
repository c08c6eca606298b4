import 'server-only'

/** From one key to many, with no empty remains. Keys are strings in a Map: names like `constructor` are only names. */
export class MultiMap {
  readonly #sets = new Map<string, Set<string>>()

  add(key: string, value: string) {
    const found = this.#sets.get(key)
    if (found) found.add(value)
    else this.#sets.set(key, new Set([value]))
  }

  remove(key: string, value: string) {
    const found = this.#sets.get(key)
    if (found?.delete(value) && found.size === 0) this.#sets.delete(key)
  }

  get(key: string): Iterable<string> {
    return this.#sets.get(key) ?? none
  }

  get size() {
    return this.#sets.size
  }
}
const none: readonly string[] = []

/** `namespace/name`, the key of everything namespaced; cluster-scoped objects are keyed by their name. */
export function keyOf(namespace: string, name: string) {
  return namespace === '' ? name : `${namespace}/${name}`
}

/** The name without its last `-<digits>`, which is the set that a pod of this name would belong to; null without. */
export function parentOf(name: string): string | null {
  const dash = name.lastIndexOf('-')
  if (dash <= 0 || dash === name.length - 1) return null
  for (let at = dash + 1; at < name.length; at++) {
    const code = name.charCodeAt(at)
    if (code < 48 || code > 57) return null
  }
  return name.slice(0, dash)
}

/**
 * The sets that a claim could belong to by its name `<template>-<set>-<ordinal>`: both template and set may hold
 * dashes, so every part after a dash is a candidate. At most as many as the name has dashes.
 */
export function claimants(claim: string): string[] {
  const base = parentOf(claim)
  if (base === null) return []
  const found: string[] = []
  for (let dash = base.indexOf('-'); dash !== -1; dash = base.indexOf('-', dash + 1)) {
    if (dash > 0 && dash < base.length - 1) found.push(base.slice(dash + 1))
  }
  return found
}

/** The proper beginnings and endings of a name at its dashes: other sets of these names could claim the same names. */
export function dashParts(name: string): string[] {
  const found = new Set<string>()
  for (let dash = name.indexOf('-'); dash !== -1; dash = name.indexOf('-', dash + 1)) {
    if (dash > 0) found.add(name.slice(0, dash))
    if (dash < name.length - 1) found.add(name.slice(dash + 1))
  }
  return [...found]
}
