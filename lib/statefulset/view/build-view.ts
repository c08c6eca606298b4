import { controllerOf, groupOf, isMember } from '@/lib/statefulset/model/ownership'
import { detect } from '@/lib/statefulset/detectors/detect'
import { explain } from '@/lib/statefulset/explain/explain'
import { isRefusal } from '@/lib/statefulset/explain/missing-causes'
import { claimName, dnsName, podName } from '@/lib/statefulset/model/identity'
import type { Claim, Pod, SetObjects, StatefulSet, Volume } from '@/lib/statefulset/model/objects'
import {
  endpointsByPod,
  expectedSrv,
  isHeadless,
  serviceProblem,
  type Endpoint,
  type Srv,
} from '@/lib/statefulset/model/network-identity'
import { indexByOrdinal, updateRevisionOf, type SetIndex } from '@/lib/statefulset/model/set-index'
import { nodeHealth, nodeReadiness } from '@/lib/statefulset/model/node-health'
import { ordinalState } from '@/lib/statefulset/model/ordinal-state'
import {
  condition,
  containerWord,
  isAvailable,
  isRunningAndReady,
  isTerminating,
  podRevision,
  podStatus,
} from '@/lib/statefulset/model/pod-status'
import { deletionRequested, latest, sooner } from '@/lib/statefulset/model/time'
import type { Cause, ClaimView, OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { cause, type Reason } from '@/lib/statefulset/explain/reasons'
import { needsOf } from './needs'

/** The view of one set, made from its objects. The cost grows with the set's ordinals and objects, not faster. */

export type ViewOptions = {
  cluster: string
  now: Date
  /** Ordinals whose twin risk is open, as `twinRisk` of `twin.ts` says with every node of the cluster at hand. */
  twins?: ReadonlySet<number>
}

/** `recheckAt`: when the clock alone changes the view, so that it has to be made again; null when it never does. */
export type Joined = { view: StatefulSetView; recheckAt: Date | null }

/** The view of one set at a moment. Input lists may come in any order. */
export function viewOf(objects: SetObjects, options: ViewOptions): Joined {
  const { set } = objects
  const now = options.now.getTime()
  const setIndex = indexByOrdinal(objects)
  const podsKnown = objects.unknown.pods === undefined
  const claimsKnown = objects.unknown.persistentvolumeclaims === undefined
  const servicesKnown = objects.unknown.services === undefined
  const nodesKnown = objects.unknown.nodes === undefined
  const updateRevision = updateRevisionOf(objects)
  const counted = [...setIndex.pods.values()].filter((each) => isMember(each.claimed)).map((each) => each.pod)
  const srv = expectedSrv(objects.service, counted, objects.slices)
  const endpoints = endpointsByPod(objects.slices)
  const rolling = set.spec.updateStrategy.type === 'RollingUpdate'
  const partition = rolling ? (set.spec.updateStrategy.rollingUpdate?.partition ?? 0) : null
  const ordered = set.spec.podManagementPolicy !== 'Parallel'
  const explained = explain(objects, options.now, setIndex)
  // Without the pods no finding could be trusted, and no finding would mean that there is none.
  const found = podsKnown ? detect({ objects, setIndex, explained, now }) : null
  let recheck: number | null = sooner(explained.until, found?.until ?? null)
  const ordinalView = (ordinal: number, inRange: boolean): OrdinalView => {
    const holder = setIndex.pods.get(ordinal)
    const pod = holder?.pod
    const owned = holder !== undefined && isMember(holder.claimed)
    const node = pod?.spec.nodeName ? objects.nodes.get(pod.spec.nodeName) : undefined
    const claims = set.spec.claimTemplates.map((template) => {
      const name = claimName(template.name, set.metadata.name, ordinal)
      const claim = setIndex.claims.get(ordinal)?.get(template.name)?.claim
      return { template: template.name, name, claim }
    })
    // A pod that is seen is seen, whatever others are not.
    const judged =
      podsKnown || (owned && pod !== undefined)
        ? ordinalState(
            {
              inRange,
              pod: owned && pod !== undefined ? pod : null,
              claims: claimsKnown ? claims : null,
              node: owned && pod !== undefined ? nodeHealth(objects, pod) : null,
              events: pod === undefined ? [] : (setIndex.eventsByUid.get(pod.metadata.uid) ?? []),
              ends: objects.ends,
              updateRevision,
              oldRevisionBlocks: rolling && ordered && set.status.observedGeneration >= (set.metadata.generation ?? 0),
              updates: partition !== null && ordinal - set.spec.ordinalsStart >= partition,
              minReadySeconds: set.spec.minReadySeconds,
              twinRisk: options.twins?.has(ordinal) ?? false,
              refused: isRefusal(explained.causes.get(ordinal)?.reason ?? ''),
            },
            now,
          )
        : { state: 'unknown' as const, until: null }
    recheck = sooner(recheck, judged.until)
    return {
      ordinal,
      name: podName(set.metadata.name, ordinal),
      inRange,
      state: judged.state,
      pod: pod === undefined ? null : podView(pod, owned),
      node: pod === undefined || (node === undefined && !nodesKnown) ? null : nodeView(pod, objects),
      claims: claims
        .filter((each) => inRange || each.claim !== undefined)
        .map((each) => claimView(each.template, each.name, each.claim, claimsKnown, objects)),
      cause: options.twins?.has(ordinal)
        ? causeView(cause('twin', { pod: podName(set.metadata.name, ordinal) }))
        : causeView(explained.causes.get(ordinal)),
      peer: peerView(objects, ordinal, pod, srv, endpoints),
      since: latest([
        ...(pod === undefined ? [] : podTimes(pod)),
        ...(pod === undefined
          ? claims.flatMap((each) => (each.claim === undefined ? [] : claimTimes(each.claim)))
          : []),
        node === undefined ? null : condition(node.status.conditions, 'Ready')?.lastTransitionTime,
      ]),
    }
  }

  const { inRange, outside, omitted } = setIndex.rows
  const ordinals = [
    ...inRange.map((ordinal) => ordinalView(ordinal, true)),
    ...outside.map((ordinal) => ordinalView(ordinal, false)),
  ]
  const problem = serviceProblem(objects.service, servicesKnown, set.spec.template.labels, counted)
  const replicas = podsKnown ? countPlaces(objects, setIndex, updateRevision, now) : statedPlaces(set)

  const view: Omit<StatefulSetView, 'needs'> = {
    cluster: options.cluster,
    namespace: set.metadata.namespace,
    name: set.metadata.name,
    uid: set.metadata.uid,
    generation: set.metadata.generation ?? 0,
    observedGeneration: set.status.observedGeneration,
    createdAt: set.metadata.creationTimestamp,
    deletionTimestamp: set.metadata.deletionTimestamp,
    drivenBy: driverOf(set),
    replicas,
    spec: {
      start: set.spec.ordinalsStart,
      podManagementPolicy: set.spec.podManagementPolicy,
      updateStrategy: set.spec.updateStrategy.type,
      partition,
      maxUnavailable: set.spec.updateStrategy.rollingUpdate?.maxUnavailable ?? null,
      minReadySeconds: set.spec.minReadySeconds,
      whenScaled: set.spec.whenScaled,
      whenDeleted: set.spec.whenDeleted,
      serviceName: set.spec.serviceName,
      claimTemplates: set.spec.claimTemplates.map((each) => each.name),
      containers: set.spec.template.containers.map((each) => each.name),
      images: [...new Set(set.spec.template.containers.map((each) => each.image))],
      terminationGracePeriodSeconds: set.spec.template.terminationGracePeriodSeconds,
    },
    service: {
      name: set.spec.serviceName,
      exists: objects.service !== null,
      headless: objects.service !== null && isHeadless(objects.service),
      publishNotReadyAddresses: objects.service?.spec.publishNotReadyAddresses ?? false,
      problem,
      ports: objects.service?.spec.ports.map((port) => ({ ...port })) ?? [],
    },
    revisions: { current: set.status.currentRevision, update: updateRevision },
    ordinals,
    ordinalsOmitted: omitted,
    waitingFor: explained.waitingFor,
    ...(explained.next === null ? {} : { next: explained.next, nextOmitted: explained.nextOmitted }),
    ...(found === null ? {} : { problems: found.problems }),
    unknown: { ...objects.unknown },
    ...(objects.unreadable === undefined ? {} : { unreadable: unreadableOf(objects.unreadable) }),
    changedAt:
      latest([
        set.metadata.creationTimestamp,
        deletionRequested(set.metadata),
        ...set.replicasManagers.map((each) => each.time),
        ...objects.revisions.map((each) => each.metadata.creationTimestamp),
        ...ordinals.map((each) => each.since),
      ]) ?? set.metadata.creationTimestamp,
  }
  return { view: { ...view, needs: needsOf(view) }, recheckAt: recheck === null ? null : new Date(recheck) }
}

/** The places and how many of them are filled, by the pods of the set. */
function countPlaces(
  { set }: SetObjects,
  setIndex: SetIndex,
  updateRevision: string,
  now: number,
): StatefulSetView['replicas'] {
  const count = { desired: set.spec.replicas, created: 0, ready: 0, available: 0, updated: 0, leaving: 0 }
  for (const { pod, claimed, ordinal } of setIndex.pods.values()) {
    if (!isMember(claimed)) continue
    if (ordinal < setIndex.first || ordinal > setIndex.last) {
      count.leaving += 1
      continue
    }
    const ready = isRunningAndReady(pod)
    const exists = pod.status.phase !== ''
    if (exists) count.created += 1
    if (ready) count.ready += 1
    if (ready && isAvailable(pod, set.spec.minReadySeconds, now)) count.available += 1
    if (exists && !isTerminating(pod) && podRevision(pod) === updateRevision) count.updated += 1
  }
  return count
}

/** The same by the set's status, which counts pods wherever they stand. */
export function statedPlaces({ spec: { replicas: desired }, status }: StatefulSet): StatefulSetView['replicas'] {
  return {
    desired,
    created: Math.min(desired, status.replicas),
    ready: Math.min(desired, status.readyReplicas),
    available: Math.min(desired, status.availableReplicas),
    updated: Math.min(desired, status.updatedReplicas),
    leaving: Math.max(0, status.replicas - desired),
  }
}

function unreadableOf(given: NonNullable<SetObjects['unreadable']>): NonNullable<StatefulSetView['unreadable']> {
  return Object.fromEntries(Object.entries(given).map(([resource, objects]) => [resource, [...objects]]))
}

function driverOf(set: StatefulSet): StatefulSetView['drivenBy'] {
  const owner = controllerOf(set.metadata)
  if (owner === null) return null
  const rollout = set.spec.updateStrategy.type === 'OnDelete'
  return { kind: owner.kind, group: groupOf(owner), name: owner.name, rollout }
}

function causeView(found: Reason | undefined): Cause | null {
  if (found === undefined) return null
  const { reason, params, message, since, proof, atLeast } = found
  return { reason, params, message, since, proof, ...(atLeast === true ? { atLeast } : {}) }
}

function podView(pod: Pod, owned: boolean): NonNullable<OrdinalView['pod']> {
  const printed = podStatus(pod)
  const container = (init: boolean) => (each: Pod['status']['containers'][number]) => ({
    name: each.name,
    image: each.image,
    init,
    ready: each.ready,
    restarts: each.restartCount,
    state: containerWord(each.state),
  })
  return {
    uid: pod.metadata.uid,
    phase: pod.status.phase,
    status: printed.status,
    ready: printed.ready,
    readyContainers: printed.readyContainers,
    containersTotal: printed.containers,
    containers: [...pod.status.initContainers.map(container(true)), ...pod.status.containers.map(container(false))],
    restarts: printed.restarts,
    lastRestart: printed.lastRestart,
    ip: pod.status.podIP,
    node: pod.spec.nodeName,
    revision: podRevision(pod),
    createdAt: pod.metadata.creationTimestamp,
    deletionTimestamp: pod.metadata.deletionTimestamp,
    deletionGracePeriodSeconds: pod.metadata.deletionGracePeriodSeconds,
    finalizers: [...pod.metadata.finalizers],
    owned,
  }
}

const zoneLabels = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'] as const

function nodeView(pod: Pod, objects: SetObjects): OrdinalView['node'] {
  const name = pod.spec.nodeName
  if (name === null || name === '') return null
  const node = objects.nodes.get(name)
  if (node === undefined) return { name, exists: false, ready: 'Unknown', since: null, zone: null }
  const ready = condition(node.status.conditions, 'Ready')
  return {
    name,
    exists: true,
    ready: nodeReadiness(node),
    since: ready?.lastTransitionTime ?? null,
    zone: zoneLabels.map((label) => node.metadata.labels[label]).find((zone) => zone !== undefined) ?? null,
  }
}

function claimView(
  template: string,
  name: string,
  claim: Claim | undefined,
  known: boolean,
  objects: SetObjects,
): ClaimView {
  const volumesKnown = objects.unknown.persistentvolumes === undefined
  const volumeName = claim?.spec.volumeName ?? null
  const volume = volumeName === null ? undefined : objects.volumes.get(volumeName)
  return {
    template,
    name,
    exists: claim !== undefined ? true : known ? false : null,
    uid: claim?.metadata.uid ?? null,
    phase: claim?.status.phase ?? null,
    requested: claim?.spec.requested ?? null,
    capacity: claim?.status.capacity ?? null,
    storageClass: claim?.spec.storageClassName ?? null,
    deletionTimestamp: claim?.metadata.deletionTimestamp ?? null,
    createdAt: claim?.metadata.creationTimestamp ?? null,
    volume: volumeName === null || volumeName === '' ? null : volumeView(volumeName, volume, volumesKnown),
  }
}

function volumeView(name: string, volume: Volume | undefined, known: boolean): NonNullable<ClaimView['volume']> {
  return {
    name,
    exists: volume !== undefined ? true : known ? false : null,
    phase: volume?.status.phase ?? null,
    reclaimPolicy: volume?.spec.reclaimPolicy ?? null,
    zone: volume?.spec.zones[0] ?? null,
    deletionTimestamp: volume?.metadata.deletionTimestamp ?? null,
  }
}

function peerView(
  objects: SetObjects,
  ordinal: number,
  pod: Pod | undefined,
  srv: ReadonlyMap<string, Srv[]>,
  endpoints: ReadonlyMap<string, Endpoint>,
): OrdinalView['peer'] {
  const { set } = objects
  const name = podName(set.metadata.name, ordinal)
  const endpoint = pod === undefined ? undefined : (endpoints.get(pod.metadata.uid) ?? endpoints.get(name))
  return {
    // A pod keeps the names that it was made with, whatever the set says since.
    hostname:
      pod === undefined
        ? dnsName(name, set.spec.serviceName, set.metadata.namespace)
        : dnsName(pod.spec.hostname ?? pod.metadata.name, pod.spec.subdomain ?? '', set.metadata.namespace),
    srv: (pod === undefined ? undefined : srv.get(pod.metadata.uid)) ?? [],
    endpoint: endpoint ?? null,
  }
}

/** Every time that a pod's object tells of a change of it. */
function podTimes(pod: Pod): (string | null)[] {
  const times: (string | null)[] = [
    pod.metadata.creationTimestamp,
    deletionRequested(pod.metadata),
    pod.status.startTime,
    ...pod.status.conditions.map((each) => each.lastTransitionTime),
  ]
  for (const { state } of [...pod.status.initContainers, ...pod.status.containers]) {
    if (state?.kind === 'running') times.push(state.startedAt)
    if (state?.kind === 'terminated') times.push(state.finishedAt)
  }
  return times
}

function claimTimes(claim: Claim): (string | null)[] {
  return [
    claim.metadata.creationTimestamp,
    claim.metadata.deletionTimestamp,
    ...claim.status.conditions.map((each) => each.lastTransitionTime),
  ]
}
