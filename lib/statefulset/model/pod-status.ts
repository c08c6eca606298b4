import type { Condition, ContainerState, ContainerStatus, Pod } from './objects'
import { latest, millis } from './time'

/** What `kubectl get pods` prints of a pod, and the controller's predicates on it. */

export type PodStatus = {
  /** The word under STATUS. */
  status: string
  /** The Ready condition is True. */
  ready: boolean
  /** READY as `readyContainers/containers`. */
  readyContainers: number
  containers: number
  restarts: number
  /** When the last of those restarts happened, as the API tells it; null without one. */
  lastRestart: string | null
}

/** The condition of a type, or null. */
export function condition(conditions: readonly Condition[], type: string): Condition | null {
  return conditions.find((each) => each.type === type) ?? null
}

/** True when the pod has the condition Ready=True, whatever its phase. */
export function isReady(pod: Pod): boolean {
  return condition(pod.status.conditions, 'Ready')?.status === 'True'
}

/** `isRunningAndReady` of the controller (k8s stateful_set_utils.go). */
export function isRunningAndReady(pod: Pod): boolean {
  return pod.status.phase === 'Running' && isReady(pod)
}

/**
 * When the pod is or becomes available, in milliseconds: the Ready transition plus minReadySeconds; null when it is
 * not Ready. The phase is not looked at (k8s pkg/api/v1/pod/util.go IsPodAvailable).
 */
export function availableAt(pod: Pod, minReadySeconds: number): number | null {
  const ready = condition(pod.status.conditions, 'Ready')
  if (ready?.status !== 'True') return null
  if (minReadySeconds === 0) return 0
  const since = millis(ready.lastTransitionTime)
  // A Ready condition without its time counts as available only where minReadySeconds asks for nothing.
  return since === null ? null : since + minReadySeconds * 1000
}

/** `IsPodAvailable` at a moment in milliseconds. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  const at = availableAt(pod, minReadySeconds)
  return at !== null && at <= now
}

/** Phase Succeeded or Failed: nothing of the pod will run again. */
export function isTerminal(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'
}

/** Deletion was asked for. */
export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== null
}

/** A container that has to run for the pod to be Ready: a main one, or a sidecar, an init container that stays. */
export type RunningPart = { status: ContainerStatus; sidecar: boolean; path: string }

/** True of an init container that stays. */
export function isSidecar(pod: Pod, container: string): boolean {
  return pod.spec.initContainers.some((each) => each.sidecar && each.name === container)
}

/** The containers that Ready asks for, sidecars first, as the kubelet starts them. */
export function runningParts(pod: Pod): RunningPart[] {
  return [
    ...pod.status.initContainers.flatMap((status, index) =>
      isSidecar(pod, status.name) ? [{ status, sidecar: true, path: `status.initContainerStatuses[${index}]` }] : [],
    ),
    ...pod.status.containers.map((status, index) => ({
      status,
      sidecar: false,
      path: `status.containerStatuses[${index}]`,
    })),
  ]
}

/**
 * The pod garbage collector wrote the phase, not the kubelet: it does so for pods of a node that is gone or out of
 * service (k8s pkg/controller/podgc/gc_controller.go markFailedAndDeletePodWithCondition). It knows nothing of the
 * containers.
 */
export function isPhaseOfGarbageCollector(pod: Pod): boolean {
  const target = condition(pod.status.conditions, 'DisruptionTarget')
  return target?.status === 'True' && target.reason === 'DeletionByPodGC'
}

/**
 * When the kubelet saw the last container of the pod end; null as long as one may run. The phase alone proves nothing:
 * the pod garbage collector writes Failed on pods that it cannot ask (k8s pkg/controller/podgc). A container that the
 * kubelet could not find (ContainerStatusUnknown) was not seen to end. One that was never started does not run once the
 * kubelet has ended the pod.
 */
export function containersEnded(pod: Pod): { at: string | null } | null {
  const parts = runningParts(pod)
  const told = new Set(parts.map(({ status }) => status.name))
  if (pod.spec.containers.length === 0 || !pod.spec.containers.every(({ name }) => told.has(name))) return null
  const statuses = [...pod.status.containers, ...pod.status.initContainers]
  if (statuses.some(({ state }) => state?.kind === 'running')) return null
  const ends: (string | null)[] = []
  for (const { status } of parts) {
    const wasNeverStarted =
      isTerminal(pod) && !isPhaseOfGarbageCollector(pod) && status.lastState === null && status.restartCount === 0
    if (status.state?.kind !== 'terminated' && wasNeverStarted) continue
    if (status.state?.kind !== 'terminated' || status.state.reason === 'ContainerStatusUnknown') return null
    ends.push(status.state.finishedAt)
  }
  return { at: latest(ends) }
}

/** The revision label that the controller gave the pod at its creation, or an empty string. */
export function podRevision(pod: Pod): string {
  return pod.metadata.labels['controller-revision-hash'] ?? ''
}

function terminatedReason(state: ContainerState & { kind: 'terminated' }): string {
  if (state.reason !== null && state.reason !== '') return state.reason
  if (state.signal !== null && state.signal !== 0) return `Signal:${state.signal}`
  return `ExitCode:${state.exitCode}`
}

function laterRestart(last: string | null, container: ContainerStatus): string | null {
  if (container.lastState?.kind !== 'terminated') return last
  const finished = container.lastState.finishedAt
  const at = millis(finished)
  if (at === null) return last
  const before = millis(last)
  return before === null || at > before ? finished : last
}

/** kubectl's STATUS, READY and RESTARTS (k8s pkg/printers/internalversion/printers.go printPod). */
export function podStatus(pod: Pod): PodStatus {
  let status = pod.status.phase
  if (pod.status.reason !== null && pod.status.reason !== '') status = pod.status.reason
  if (pod.status.conditions.some((each) => each.type === 'PodScheduled' && each.reason === 'SchedulingGated'))
    status = 'SchedulingGated'

  let restarts = 0
  let sidecarRestarts = 0
  let readyContainers = 0
  let lastRestart: string | null = null
  let lastSidecarRestart: string | null = null
  let initializing = false
  for (const [index, container] of pod.status.initContainers.entries()) {
    const sidecar = isSidecar(pod, container.name)
    restarts += container.restartCount
    lastRestart = laterRestart(lastRestart, container)
    if (sidecar) {
      sidecarRestarts += container.restartCount
      lastSidecarRestart = laterRestart(lastSidecarRestart, container)
    }
    const state = container.state
    if (state?.kind === 'terminated' && state.exitCode === 0) continue
    if (sidecar && container.started === true) {
      if (container.ready) readyContainers += 1
      continue
    }
    if (state?.kind === 'terminated') status = `Init:${terminatedReason(state)}`
    else if (state?.kind === 'waiting' && state.reason && state.reason !== 'PodInitializing')
      status = `Init:${state.reason}`
    else status = `Init:${index}/${pod.spec.initContainers.length}`
    initializing = true
    break
  }

  if (!initializing || condition(pod.status.conditions, 'Initialized')?.status === 'True') {
    restarts = sidecarRestarts
    lastRestart = lastSidecarRestart
    let running = false
    let errorReason = ''
    // From the last container to the first, so that the first has the last word.
    for (const container of pod.status.containers.toReversed()) {
      restarts += container.restartCount
      lastRestart = laterRestart(lastRestart, container)
      const state = container.state
      if (state?.kind === 'waiting' && state.reason) status = state.reason
      else if (state?.kind === 'terminated') {
        status = terminatedReason(state)
        if (state.exitCode !== 0) errorReason = status
      } else if (container.ready && state?.kind === 'running') {
        running = true
        readyContainers += 1
      }
    }
    if (status === 'Completed') {
      if (running && isReady(pod)) status = 'Running'
      else if (errorReason !== '') status = errorReason
      else if (running) status = 'NotReady'
    }
  }

  if (isTerminating(pod)) {
    if (pod.status.reason === 'NodeLost') status = 'Unknown'
    else if (!isTerminal(pod)) status = 'Terminating'
  }
  return {
    status,
    ready: isReady(pod),
    readyContainers,
    containers: pod.spec.containers.length + pod.spec.initContainers.filter((each) => each.sidecar).length,
    restarts,
    lastRestart,
  }
}

/** One word for the state of a container: `running`, or why it waits or ended. */
export function containerWord(state: ContainerState | null): string {
  if (state === null) return 'unknown'
  if (state.kind === 'running') return 'running'
  if (state.kind === 'waiting') return state.reason ?? 'waiting'
  return terminatedReason(state)
}
