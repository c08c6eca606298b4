import type { Cluster } from '@/lib/demo/controllers/cluster'
import { isAlreadyExists } from '@/lib/demo/controllers/failures'
import {
  controllerOf,
  controllerReference,
  selectorMatches,
  type PodTemplate,
  type Revision,
  type StatefulSet,
} from '@/lib/demo/controllers/objects'

/** ControllerRevisions: their data, names, order and history (k8s pkg/controller/history/controller_history.go). */

/** The bytes that Go's encoding/json gives for a value: keys sorted, `<`, `>`, `&` and the line separators escaped. */
export function goJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => `${goString(key)}:${goJson(field)}`)
    return `{${fields.join(',')}}`
  }
  return typeof value === 'string' ? goString(value) : JSON.stringify(value)
}

const goString = (text: string) =>
  JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** The raw data of a set's present template: a strategic patch that replaces the template of a set. */
export const dataOf = (template: PodTemplate): string =>
  goJson({ spec: { template: { $patch: 'replace', ...template } } })

const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** FNV-1 (32 bits) over the data and the collision count, in decimal, each digit mapped into the safe alphabet. */
export function hashOf(data: string, collisionCount: number): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(`${data}${collisionCount}`)) {
    hash = Math.imul(hash, 0x01000193) >>> 0
    hash = (hash ^ byte) >>> 0
  }
  return [...String(hash)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('')
}

/** The pod template that a revision stores. */
export function templateOf(revision: Readonly<Revision>): PodTemplate {
  const data = revision.data as { spec?: { template?: PodTemplate & { $patch?: string } } }
  const { $patch: _, ...template } = data.spec?.template ?? { spec: { containers: [] } }
  return template
}

/** Revisions that the set controls or may adopt, oldest number first. */
export function listRevisions(cluster: Cluster, set: Readonly<StatefulSet>): Readonly<Revision>[] {
  const { namespace = '', uid } = set.metadata
  const mine = (revision: Readonly<Revision>) => {
    const owner = controllerOf(revision)
    return (!owner || owner.uid === uid) && selectorMatches(set.spec.selector, revision.metadata.labels)
  }
  return cluster.revisionsOf(namespace, uid).filter(mine).sort(byNumber)
}

const byNumber = (a: Readonly<Revision>, b: Readonly<Revision>) =>
  a.revision - b.revision ||
  a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp) ||
  a.metadata.name.localeCompare(b.metadata.name)

/** Takes over revisions without a controller, as after a set was deleted with its dependents orphaned. */
export function adoptRevisions(cluster: Cluster, set: Readonly<StatefulSet>): void {
  const orphans = listRevisions(cluster, set).filter((revision) => !controllerOf(revision))
  if (orphans.length === 0 || set.metadata.deletionTimestamp) return
  for (const { metadata } of orphans) {
    cluster.mutate('controllerrevisions', metadata.namespace ?? '', metadata.name, (draft) => {
      draft.metadata.ownerReferences = [...(draft.metadata.ownerReferences ?? []), controllerReference(set)]
    })
  }
}

/**
 * The revision in force and the one to go to. Creates one for a template never seen, and gives an older equal one the
 * next number (that is what a rollback does).
 */
export function currentAndUpdate(
  cluster: Cluster,
  set: Readonly<StatefulSet>,
  revisions: Readonly<Revision>[],
): { current: Readonly<Revision>; update: Readonly<Revision>; collisionCount: number } {
  let collisionCount = set.status.collisionCount ?? 0
  const newest = revisions.at(-1)
  const number = (newest?.revision ?? 0) + 1
  const data = dataOf(set.spec.template)
  const equal = revisions.filter((revision) => goJson(revision.data) === data).at(-1)
  let update = equal
  if (equal && goJson(newest?.data) !== data) {
    update = cluster.mutate('controllerrevisions', equal.metadata.namespace ?? '', equal.metadata.name, (draft) => {
      draft.revision = number
    })
  } else if (equal) {
    update = newest
  }
  if (!update) {
    const created = createRevision(cluster, set, data, number, collisionCount)
    update = created.revision
    collisionCount = created.collisionCount
  }
  const current = revisions.find(({ metadata }) => metadata.name === set.status.currentRevision) ?? update
  return { current, update, collisionCount }
}

function createRevision(
  cluster: Cluster,
  set: Readonly<StatefulSet>,
  data: string,
  number: number,
  collisions: number,
): { revision: Readonly<Revision>; collisionCount: number } {
  const { namespace = '', name, annotations } = set.metadata
  // The label keeps the hash of the first attempt even when the name had to give way (history.CreateControllerRevision).
  const label = hashOf(data, collisions)
  for (let collisionCount = collisions; ; collisionCount += 1) {
    const revisionName = `${name.slice(0, 223)}-${hashOf(data, collisionCount)}`
    try {
      const revision = cluster.create('controllerrevisions', namespace, {
        apiVersion: 'apps/v1',
        kind: 'ControllerRevision',
        metadata: {
          name: revisionName,
          namespace,
          labels: { ...set.spec.template.metadata?.labels, 'controller.kubernetes.io/hash': label },
          ...(annotations ? { annotations: { ...annotations } } : {}),
          ownerReferences: [controllerReference(set)],
        },
        data: JSON.parse(data) as unknown,
        revision: number,
      })
      return { revision, collisionCount }
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
      const existing = cluster.get('controllerrevisions', namespace, revisionName)
      if (existing && goJson(existing.data) === data) return { revision: existing, collisionCount }
    }
  }
}

/** Deletes the oldest revisions that nothing uses, until the history limit is met; a negative limit keeps all. */
export function truncateHistory(
  cluster: Cluster,
  set: Readonly<StatefulSet>,
  revisions: Readonly<Revision>[],
  live: Set<string>,
): void {
  const limit = set.spec.revisionHistoryLimit ?? 10
  const unused = revisions.filter(({ metadata }) => !live.has(metadata.name))
  if (limit < 0 || unused.length <= limit) return
  for (const { metadata } of unused.slice(0, unused.length - limit)) {
    cluster.delete('controllerrevisions', metadata.namespace ?? '', metadata.name)
  }
}
