import 'server-only'
import { createHash } from 'node:crypto'

/**
 * An id for each name, unique, `[a-z0-9-]`, at most 60 characters. A name that is an id already keeps itself; one whose
 * id is taken gets a part of its hash, so that an id never moves to another name when a name is added behind it.
 */
export function idsFor(names: readonly string[]): string[] {
  const taken = new Set(names.filter((name) => slug(name) === name))
  const given = new Set<string>()
  return names.map((name) => {
    let id = slug(name)
    for (let round = 0; given.has(id) || id === '' || (id !== name && taken.has(id)); round += 1) {
      const hash = createHash('sha256').update(`${round}:${name}`).digest('hex').slice(0, 6)
      id = `${slug(name).slice(0, 50) || 'cluster'}-${hash}`
    }
    given.add(id)
    return id
  })
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 60)
    .replace(/-+$/, '')
}
