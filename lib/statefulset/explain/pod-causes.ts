import { claimName } from '@/lib/statefulset/model/identity'
import type { Claim, Event, Node, Pod, SetObjects } from '@/lib/statefulset/model/objects'
import type { SetIndex } from '@/lib/statefulset/model/set-index'
import { brokenContainer, claimTrouble, nodeHealth, volumeEvent } from '@/lib/statefulset/model/ordinal-state'
import { condition, isReady, isTerminal, isTerminating } from '@/lib/statefulset/model/pod-status'
import { deletionRequested, millis } from '@/lib/statefulset/model/time'
import type { Proof } from '@/lib/statefulset/model/view'
import { conditionProof, detail, eventProof, newestEvent, proof } from './proof'
import { cause, type Reason } from './reasons'

/**
 * Why a pod is not ready, or not gone, each with the fields that prove it. The order is that of what hides what: a
 * silent node makes everything that its kubelet reported old news; a pod that no node has cannot pull an image.
 * Scheduler and kubelet texts: k8s pkg/scheduler/framework/plugins, pkg/kubelet/events, 1.36 and 1.37 wording.
 */

/** Why a terminating pod is still there. */
export function whyTerminating(objects: SetObjects, pod: Pod, now: number): Reason {
  const { metadata } = pod
  const params = { pod: metadata.name }
  const since = deletionRequested(metadata)
  const asked = proof('Pod', metadata, 'metadata.deletionTimestamp', metadata.deletionTimestamp ?? '', since)
  const node = pod.spec.nodeName === null ? undefined : objects.nodes.get(pod.spec.nodeName)
  const health = nodeHealth(pod, node, objects.unknown.nodes === undefined)
  const overdue = now >= (millis(metadata.deletionTimestamp) ?? now)
  if (health === 'not-ready' || health === 'absent')
    return cause(
      'terminating-silent',
      { ...params, node: pod.spec.nodeName ?? '' },
      { since, proof: [asked, ...nodeProof(pod, node)], until: overdue ? null : metadata.deletionTimestamp },
    )
  if (metadata.finalizers.length > 0 && (overdue || isTerminal(pod)))
    return cause(
      'terminating-finalizers',
      { ...params, finalizers: metadata.finalizers.join(', ') },
      { since, proof: [asked, proof('Pod', metadata, 'metadata.finalizers', metadata.finalizers)] },
    )
  if (overdue) return cause('terminating-overdue', params, { since, proof: [asked] })
  return cause('terminating', params, { since, proof: [asked], until: metadata.deletionTimestamp })
}

function nodeProof(pod: Pod, node: Node | undefined): Proof[] {
  if (node === undefined) return [proof('Pod', pod.metadata, 'spec.nodeName', pod.spec.nodeName ?? '')]
  return conditionProof('Node', node.metadata, node.status.conditions, 'Ready')
}

/** Why a pod that is not terminating is not Running and Ready. */
export function whyNotReady(objects: SetObjects, setIndex: SetIndex, ordinal: number, pod: Pod, now: number): Reason {
  const params = { pod: pod.metadata.name }
  const ready = condition(pod.status.conditions, 'Ready')
  const readySince = ready?.lastTransitionTime ?? pod.metadata.creationTimestamp
  const readyProof = conditionProof('Pod', pod.metadata, pod.status.conditions, 'Ready')
  if (isTerminal(pod))
    return cause(
      'ended',
      { ...params, phase: pod.status.reason ?? pod.status.phase },
      { since: readySince, proof: [proof('Pod', pod.metadata, 'status.phase', pod.status.phase)] },
    )
  const node = pod.spec.nodeName === null ? undefined : objects.nodes.get(pod.spec.nodeName)
  const health = nodeHealth(pod, node, objects.unknown.nodes === undefined)
  if (health === 'not-ready' || health === 'absent')
    return cause(
      health === 'absent' ? 'node-gone' : 'node-silent',
      { ...params, node: pod.spec.nodeName ?? '' },
      {
        since: node === undefined ? null : (condition(node.status.conditions, 'Ready')?.lastTransitionTime ?? null),
        proof: nodeProof(pod, node),
      },
    )
  const events = setIndex.eventsByUid.get(pod.metadata.uid) ?? []
  return (
    (pod.spec.nodeName === null || pod.spec.nodeName === ''
      ? whyUnscheduled(objects, setIndex, ordinal, pod)
      : pod.status.phase === 'Pending'
        ? whyPending(objects, setIndex, ordinal, pod, events)
        : null) ??
    whyContainers(pod) ??
    whyUnready(pod, events, now) ??
    cause('not-ready', params, { since: readySince, proof: readyProof })
  )
}

function whyUnscheduled(objects: SetObjects, setIndex: SetIndex, ordinal: number, pod: Pod): Reason {
  const params = { pod: pod.metadata.name }
  const scheduled = condition(pod.status.conditions, 'PodScheduled')
  const since = scheduled?.lastTransitionTime ?? pod.metadata.creationTimestamp
  const proofs = conditionProof('Pod', pod.metadata, pod.status.conditions, 'PodScheduled')
  if (scheduled?.reason === 'SchedulingGated')
    return cause(
      'scheduling-gated',
      { ...params, gates: pod.spec.schedulingGates.join(', ') },
      { since, proof: proofs },
    )
  const text = detail(scheduled?.message)
  const said = text === '' ? [] : [proof('Pod', pod.metadata, 'status.conditions[PodScheduled].message', text, since)]
  const because = { since, proof: [...proofs, ...said] }
  const claims = whyClaims(objects, setIndex, ordinal, pod)
  if (/persistentvolumeclaim|persistent volumes/i.test(text) && claims !== null)
    return { ...claims, proof: [...claims.proof, ...because.proof] }
  if (/didn't match PersistentVolume's node affinity|volume node affinity conflict/.test(text))
    return cause('volume-zone', { ...params, detail: text }, because)
  if (/exceed max volume count/.test(text)) return cause('attach-limit', { ...params, detail: text }, because)
  if (/preemption: found a potential placement/.test(text))
    return cause('preempting', { ...params, detail: text }, because)
  if (scheduled?.status === 'False' && scheduled.reason !== null)
    return cause('unschedulable', { ...params, detail: text || scheduled.reason }, because)
  if (claims !== null && claims.reason !== 'claim-pending') return claims
  return cause('not-scheduled', params, { since: pod.metadata.creationTimestamp, proof: proofs })
}

function whyPending(
  objects: SetObjects,
  setIndex: SetIndex,
  ordinal: number,
  pod: Pod,
  events: readonly Event[],
): Reason | null {
  const params = { pod: pod.metadata.name }
  const runs = [...pod.status.initContainers, ...pod.status.containers].some((each) => each.state?.kind === 'running')
  if (runs || brokenContainer(pod) !== null) return null
  const claims = whyClaims(objects, setIndex, ordinal, pod)
  if (claims !== null) return claims
  const volume = volumeEvent(pod, events)
  if (volume !== null) {
    const because = { since: volume.firstSeen ?? volume.lastSeen, proof: [eventProof(volume)] }
    const reason =
      volume.reason !== 'FailedAttachVolume'
        ? 'volume-mount-failed'
        : /^(Multi-Attach error|Waiting for detach)/.test(volume.message)
          ? 'volume-elsewhere'
          : 'volume-attach-failed'
    return cause(reason, { ...params, detail: detail(volume.message) }, because)
  }
  const sandbox = newestEvent(events, (each) => each.reason === 'FailedCreatePodSandBox')
  if (sandbox !== null)
    return cause(
      'sandbox',
      { ...params, detail: detail(sandbox.message) },
      { since: sandbox.firstSeen, proof: [eventProof(sandbox)] },
    )
  return null
}

/** The first claim that keeps the pod from starting, by the order of the templates. */
export function whyClaims(objects: SetObjects, setIndex: SetIndex, ordinal: number, pod: Pod): Reason | null {
  if (objects.unknown.persistentvolumeclaims !== undefined) return null
  let pending: Reason | null = null
  for (const template of objects.set.spec.claimTemplates) {
    const name = claimName(template.name, objects.set.metadata.name, ordinal)
    const claim = setIndex.claimByName.get(name)
    const params = { pod: pod.metadata.name, claim: name }
    const trouble = claimTrouble(claim)
    if (trouble === null) continue
    if (claim === undefined)
      return cause('claim-missing', params, {
        since: null,
        proof: [proof('Pod', pod.metadata, 'spec.volumes[].persistentVolumeClaim.claimName', name)],
      })
    const phase = proof('PersistentVolumeClaim', claim.metadata, 'status.phase', claim.status.phase ?? '')
    if (trouble === 'deleting')
      return cause('claim-deleting', params, {
        since: claim.metadata.deletionTimestamp,
        proof: [
          proof(
            'PersistentVolumeClaim',
            claim.metadata,
            'metadata.deletionTimestamp',
            claim.metadata.deletionTimestamp,
          ),
        ],
      })
    if (trouble === 'lost')
      return cause('claim-lost', { ...params, volume: claim.spec.volumeName ?? '' }, { proof: [phase] })
    pending ??= whyClaimPending(objects, setIndex, pod.metadata.name, claim)
  }
  return pending
}

/** Why a Pending claim has no volume: nobody will make one, making one fails, or it is only a matter of time. */
export function whyClaimPending(objects: SetObjects, setIndex: SetIndex, pod: string, claim: Claim): Reason {
  const params = { pod, claim: claim.metadata.name }
  const since = claim.metadata.creationTimestamp
  const phase = proof('PersistentVolumeClaim', claim.metadata, 'status.phase', claim.status.phase ?? '', since)
  const events = setIndex.eventsByUid.get(claim.metadata.uid) ?? []
  const className = claim.spec.storageClassName
  const unbindable = newestEvent(
    events,
    (each) => each.reason === 'FailedBinding' && /no storage class is set/.test(each.message),
  )
  const classesKnown = objects.unknown.storageclasses === undefined
  if (unbindable !== null || (className === null && claim.spec.volumeName === null && noDefaultClass(objects)))
    return cause('claim-no-class', params, {
      since,
      proof: [phase, ...(unbindable === null ? [] : [eventProof(unbindable)])],
    })
  if (className !== null && className !== '' && classesKnown && !objects.storageClasses.has(className)) {
    const missing = newestEvent(
      events,
      (each) => each.reason === 'ProvisioningFailed' && /not found/.test(each.message),
    )
    return cause(
      'claim-class-missing',
      { ...params, class: className },
      {
        since,
        proof: [
          proof('PersistentVolumeClaim', claim.metadata, 'spec.storageClassName', className),
          ...(missing === null ? [] : [eventProof(missing)]),
        ],
      },
    )
  }
  const failed = newestEvent(events, (each) => each.reason === 'ProvisioningFailed')
  const since2 = failed?.firstSeen ?? failed?.lastSeen ?? since
  if (failed !== null)
    return cause(
      'claim-provisioning-failed',
      { ...params, detail: detail(failed.message) },
      { since: since2, proof: [phase, eventProof(failed)] },
    )
  return cause('claim-pending', params, { since, proof: [phase] })
}

function noDefaultClass(objects: SetObjects): boolean {
  if (objects.unknown.storageclasses !== undefined) return false
  return ![...objects.storageClasses.values()].some((each) => each.isDefault)
}

/** A container that waits or ends, the init containers first. */
function whyContainers(pod: Pod): Reason | null {
  const broken = brokenContainer(pod)
  if (broken === null) {
    const init = pod.status.initContainers.find(
      (each) =>
        each.state?.kind === 'running' && !pod.spec.initContainers.some((s) => s.name === each.name && s.sidecar),
    )
    if (init?.state?.kind !== 'running') return null
    const index = pod.status.initContainers.indexOf(init)
    return cause(
      'init-running',
      { pod: pod.metadata.name, container: init.name },
      {
        since: init.state.startedAt,
        proof: [
          proof(
            'Pod',
            pod.metadata,
            `status.initContainerStatuses[${index}].state.running.startedAt`,
            init.state.startedAt ?? '',
            init.state.startedAt,
          ),
        ],
      },
    )
  }
  const list = broken.init ? pod.status.initContainers : pod.status.containers
  const index = list.findIndex((each) => each.name === broken.container)
  const status = list[index]
  const path = `status.${broken.init ? 'initContainerStatuses' : 'containerStatuses'}[${index}]`
  const params = { pod: pod.metadata.name, container: broken.container, reason: broken.reason }
  const state = status?.state
  const ready = condition(pod.status.conditions, 'Ready')
  const since = ready?.lastTransitionTime ?? pod.metadata.creationTimestamp
  const waits = proof('Pod', pod.metadata, `${path}.state.${state?.kind ?? 'waiting'}.reason`, broken.reason)
  const message = state?.kind === 'waiting' ? detail(state.message) : ''
  if (broken.kind === 'image') {
    const image = (broken.init ? pod.spec.initContainers : pod.spec.containers).find(
      (each) => each.name === broken.container,
    )?.image
    return cause(
      'image',
      { ...params, image: image ?? status?.image ?? '' },
      {
        since,
        proof: [
          waits,
          ...(message === '' ? [] : [proof('Pod', pod.metadata, `${path}.state.waiting.message`, message)]),
        ],
      },
    )
  }
  if (broken.kind === 'config')
    return cause('container-config', { ...params, detail: message }, { since, proof: [waits] })
  const last = state?.kind === 'terminated' ? state : status?.lastState
  const restarts = status?.restartCount ?? 0
  const ended =
    last?.kind === 'terminated'
      ? [
          proof(
            'Pod',
            pod.metadata,
            `${path}.${state?.kind === 'terminated' ? 'state' : 'lastState'}.terminated.reason`,
            last.reason ?? `exit code ${last.exitCode}`,
            last.finishedAt,
          ),
        ]
      : []
  const because = {
    since,
    proof: [waits, ...ended, proof('Pod', pod.metadata, `${path}.restartCount`, restarts)],
  }
  if (last?.kind === 'terminated' && last.reason === 'OOMKilled')
    return cause('out-of-memory', { pod: params.pod, container: params.container, restarts }, because)
  return cause(
    'crash',
    {
      ...params,
      reason: last?.kind === 'terminated' ? (last.reason ?? broken.reason) : broken.reason,
      exitCode: last?.kind === 'terminated' ? last.exitCode : '?',
      restarts,
    },
    because,
  )
}

/** Running containers that are not ready: the probe says no, a gate is missing, or it only just began. */
function whyUnready(pod: Pod, events: readonly Event[], now: number): Reason | null {
  const params = { pod: pod.metadata.name }
  const ready = condition(pod.status.conditions, 'Ready')
  const since = ready?.lastTransitionTime ?? pod.metadata.creationTimestamp
  const readyProof = conditionProof('Pod', pod.metadata, pod.status.conditions, 'Ready')
  const sinceMillis = millis(since) ?? 0
  const probe = newestEvent(
    events,
    (each) => each.reason === 'Unhealthy' && (millis(each.lastSeen) ?? 0) >= sinceMillis - 5000,
  )
  const unready = pod.status.containers.filter((each) => !each.ready)
  if (unready.length > 0 && probe !== null)
    return cause(
      'probe',
      { ...params, detail: detail(probe.message) },
      { since, proof: [...readyProof, eventProof(probe)] },
    )
  if (unready.length === 0 && pod.status.containers.length > 0 && !isReady(pod)) {
    const gate = pod.spec.readinessGates.find((each) => condition(pod.status.conditions, each)?.status !== 'True')
    if (gate !== undefined)
      return cause(
        'readiness-gate',
        { ...params, gate },
        {
          since,
          proof: [...readyProof, ...conditionProof('Pod', pod.metadata, pod.status.conditions, gate)],
        },
      )
  }
  const created = millis(pod.metadata.creationTimestamp) ?? now
  if (pod.status.phase === 'Pending' || now - created < 60_000)
    return cause('starting', params, { since: pod.metadata.creationTimestamp, proof: readyProof })
  return null
}

/** Why a pod that exists is not available at a moment, or is not gone; null when it is available. */
export function whyPod(objects: SetObjects, setIndex: SetIndex, ordinal: number, pod: Pod, now: number): Reason | null {
  if (isTerminating(pod)) return whyTerminating(objects, pod, now)
  if (pod.status.phase !== 'Running' || !isReady(pod)) return whyNotReady(objects, setIndex, ordinal, pod, now)
  const health = nodeHealth(
    pod,
    pod.spec.nodeName === null ? undefined : objects.nodes.get(pod.spec.nodeName),
    objects.unknown.nodes === undefined,
  )
  // The node went silent a moment ago and the pod's own condition has not followed yet.
  return health === 'not-ready' || health === 'absent' ? whyNotReady(objects, setIndex, ordinal, pod, now) : null
}
