import type { ResourceName } from '@/test/fixtures/resource-paths'
import type { Obj } from './objects'

/** One change, as it matters to a controller's contract, with the version at which it happened. */
export type Entry = { version: bigint; subject: string; text: string }

const ready = (object: Obj): string => {
  return object.status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'absent'
}
const owners = (object: Obj): string =>
  (object.metadata.ownerReferences ?? []).map(({ kind, name }) => `${kind}/${name}`).join(' ') || 'nobody'
const revisionOf = (object: Obj) => object.metadata.labels?.['controller-revision-hash'] ?? ''
const disrupted = (object: Obj) =>
  object.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')?.reason ?? ''

/** What about an object is compared. Addresses, times, uids and versions are left out: they differ by nature. */
function facts(resource: ResourceName, object: Obj): Record<string, string> {
  const terminating: Record<string, string> = object.metadata.deletionTimestamp ? { terminating: 'yes' } : {}
  switch (resource) {
    case 'pods':
      return {
        phase: object.status?.phase ?? '',
        ready: ready(object),
        owner: owners(object),
        ...(disrupted(object) ? { disrupted: disrupted(object) } : {}),
        ...terminating,
      }
    case 'persistentvolumeclaims':
      return { phase: object.status?.phase ?? '', owner: owners(object), ...terminating }
    case 'controllerrevisions':
      return { number: String(object.revision), owner: owners(object) }
    default:
      return terminating
  }
}

const nouns: Partial<Record<ResourceName, string>> = {
  pods: 'pod',
  persistentvolumeclaims: 'claim',
  controllerrevisions: 'revision',
  statefulsets: 'set',
}

/** Turns the changes of watches into entries. */
export class Trace {
  readonly entries: Entry[] = []
  readonly #last = new Map<string, Record<string, string>>()
  /** When something was last seen to change. */
  lastChange = Date.now()

  observe(resource: ResourceName, type: string, object: Obj): void {
    const subject = `${nouns[resource] ?? resource} ${object.metadata.name}`
    const version = BigInt(object.metadata.resourceVersion)
    this.lastChange = Date.now()
    const add = (text: string) => this.entries.push({ version, subject, text })
    const now = facts(resource, object)
    const before = this.#last.get(subject)
    if (type === 'DELETED') {
      this.#last.delete(subject)
      add('gone')
      return
    }
    this.#last.set(subject, now)
    if (!before) {
      add(resource === 'pods' ? `created at ${revisionOf(object)}` : 'created')
      if (resource === 'persistentvolumeclaims' && now.owner !== 'nobody') add(`owner ${now.owner}`)
      return
    }
    for (const [name, value] of Object.entries(now)) {
      if (before[name] === value) continue
      add(name === 'terminating' ? 'terminating' : `${name} ${value}`)
    }
  }

  /** What controllers did, in the order in which it was written: creations, deletions and removals. */
  actions(since: number): string[] {
    return this.#sorted(since)
      .filter(({ subject, text }) => !subject.startsWith('set ') && /^(created|terminating|gone|number)/.test(text))
      .map(({ subject, text }) => `${subject} ${text}`)
  }

  /** The history of each object, apart from the others'. */
  histories(since: number): Record<string, string[]> {
    const histories: Record<string, string[]> = {}
    for (const { subject, text } of this.#sorted(since)) (histories[subject] ??= []).push(text)
    return Object.fromEntries(Object.entries(histories).sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  #sorted(since: number): Entry[] {
    return this.entries.slice(since).sort((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : 0))
  }
}
