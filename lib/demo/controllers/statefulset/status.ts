import type { Revision, SetStatus, StatefulSet } from '@/lib/demo/controllers/objects'
import { isAvailable, isCreated, isRunningAndReady, isTerminating, revisionOf, type Member } from './pods'

/** The counts of a set's status, all present while it is computed. */
export type Counts = {
  replicas: number
  readyReplicas: number
  availableReplicas: number
  currentReplicas: number
  updatedReplicas: number
}

/** Counts pods as the controller does: created ones of any phase, terminating ones only while ready (k8s computeReplicaStatus). */
export function countsOf(
  pods: Iterable<Member>,
  minReadySeconds: number,
  current: Readonly<Revision>,
  update: Readonly<Revision>,
  now: Date,
): Counts {
  const counts: Counts = {
    replicas: 0,
    readyReplicas: 0,
    availableReplicas: 0,
    currentReplicas: 0,
    updatedReplicas: 0,
  }
  for (const pod of pods) {
    if (isCreated(pod)) counts.replicas += 1
    if (isRunningAndReady(pod)) {
      counts.readyReplicas += 1
      if (isAvailable(pod, minReadySeconds, now)) counts.availableReplicas += 1
    }
    if (!isCreated(pod) || isTerminating(pod)) continue
    if (revisionOf(pod) === current.metadata.name) counts.currentReplicas += 1
    if (revisionOf(pod) === update.metadata.name) counts.updatedReplicas += 1
  }
  return counts
}

/** The status to write, after the roll-over that ends an update; null when the stored one says the same. */
export function statusToWrite(
  set: Readonly<StatefulSet>,
  counts: Counts,
  current: string,
  update: string,
  collisionCount: number,
): SetStatus | null {
  const before = set.status
  const wanted = set.spec.replicas
  const complete = counts.updatedReplicas === wanted && counts.readyReplicas === wanted && counts.replicas === wanted
  const currentReplicas = complete ? counts.updatedReplicas : counts.currentReplicas
  const currentRevision = complete ? update : current
  const observedGeneration = set.metadata.generation ?? 0
  const same =
    observedGeneration <= (before.observedGeneration ?? 0) &&
    counts.replicas === (before.replicas ?? 0) &&
    currentReplicas === (before.currentReplicas ?? 0) &&
    counts.readyReplicas === (before.readyReplicas ?? 0) &&
    counts.updatedReplicas === (before.updatedReplicas ?? 0) &&
    counts.availableReplicas === (before.availableReplicas ?? 0) &&
    currentRevision === before.currentRevision &&
    update === before.updateRevision
  if (same) return null
  return {
    observedGeneration,
    replicas: counts.replicas,
    ...(counts.readyReplicas === 0 ? {} : { readyReplicas: counts.readyReplicas }),
    ...(currentReplicas === 0 ? {} : { currentReplicas }),
    ...(counts.updatedReplicas === 0 ? {} : { updatedReplicas: counts.updatedReplicas }),
    currentRevision,
    updateRevision: update,
    collisionCount,
    ...(before.conditions ? { conditions: structuredClone(before.conditions) } : {}),
    availableReplicas: counts.availableReplicas,
  }
}
