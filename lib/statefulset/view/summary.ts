import { cause } from '@/lib/statefulset/explain/reasons'
import type { StatefulSet } from '@/lib/statefulset/model/objects'
import { compareStates } from '@/lib/statefulset/model/ordinal-state'
import { emptyRowsListed } from '@/lib/statefulset/model/set-index'
import { statedPlaces } from './build-view'
import type { OrdinalState, StatefulSetSummary, StatefulSetView } from '@/lib/statefulset/model/view'

/** The overview: one small row a set. */

/** The row of the overview for a view. */
export function summaryOf(view: StatefulSetView): StatefulSetSummary {
  const runs: [number, OrdinalState, number][] = []
  let previous: number | null = null
  for (const { ordinal, state } of view.ordinals) {
    const run = runs.at(-1)
    if (run !== undefined && run[1] === state && previous !== null && ordinal === previous + 1) run[2] += 1
    else runs.push([ordinal, state, 1])
    previous = ordinal
  }
  const worst = runs.reduce<OrdinalState | null>(
    (found, [, state]) => (found === null || compareStates(state, found) < 0 ? state : found),
    null,
  )
  const nodes = new Set<string>()
  const images = new Set(view.spec.images)
  for (const { pod } of view.ordinals) {
    if (pod === null || !pod.owned) continue
    if (pod.node !== null) nodes.add(pod.node)
    for (const { image } of pod.containers) images.add(image)
  }
  const { waitingFor: waiting, problems } = view
  return {
    namespace: view.namespace,
    name: view.name,
    uid: view.uid,
    desired: view.replicas.desired,
    ready: view.replicas.ready,
    created: view.replicas.created,
    updated: view.replicas.updated,
    leaving: view.replicas.leaving,
    deleting: view.deletionTimestamp !== null,
    ordinals: runs,
    ordinalsOmitted: view.ordinalsOmitted,
    worst: worst ?? 'ok',
    revision: {
      current: revisionHash(view.name, view.revisions.current),
      update: revisionHash(view.name, view.revisions.update),
    },
    partition: view.spec.partition,
    waitingFor:
      waiting === null
        ? null
        : {
            ordinal: waiting.ordinal,
            reason: waiting.reason,
            params: waiting.params,
            message: waiting.message,
            since: waiting.since,
          },
    needs: view.needs,
    nodes: distinct(nodes),
    images: distinct(images),
    claimTemplates: view.spec.claimTemplates,
    ...(problems === undefined
      ? {}
      : { problems: problems.map(({ title: _title, proof: _proof, ...problem }) => problem) }),
    changedAt: view.changedAt,
  }
}

/** Names once each. */
function distinct(names: ReadonlySet<string>): string[] {
  return [...names].filter((name) => name !== '')
}

/** The row of a set whose view could not be made: what its own object says, and that no more is known. */
export function failedSummary(set: StatefulSet, error: string): StatefulSetSummary {
  const { metadata, spec, status } = set
  const replicas = statedPlaces(set)
  const listed = Math.min(spec.replicas, emptyRowsListed)
  const { reason, params, message } = cause('view-failed', { error })
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    desired: replicas.desired,
    ready: replicas.ready,
    created: replicas.created,
    updated: replicas.updated,
    leaving: replicas.leaving,
    deleting: metadata.deletionTimestamp !== null,
    ordinals: listed === 0 ? [] : [[spec.ordinalsStart, 'unknown', listed]],
    ordinalsOmitted: spec.replicas - listed,
    worst: 'unknown',
    revision: {
      current: revisionHash(metadata.name, status.currentRevision),
      update: revisionHash(metadata.name, status.updateRevision),
    },
    partition: spec.updateStrategy.rollingUpdate?.partition ?? null,
    waitingFor: { ordinal: null, reason, params, message, since: null },
    needs: [],
    nodes: [],
    images: distinct(new Set(spec.template.containers.map(({ image }) => image))),
    claimTemplates: spec.claimTemplates.map((each) => each.name),
    changedAt: metadata.creationTimestamp,
  }
}

/** The hash at the end of a revision's name, which is all that tells two revisions of one set apart. */
export function revisionHash(set: string, revision: string): string {
  return revision.startsWith(`${set}-`) ? revision.slice(set.length + 1) : revision
}
