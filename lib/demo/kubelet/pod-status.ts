import type { Condition, ContainerStatus, Pod, PodStatus } from '@/lib/demo/controllers/objects'
import { timestamp } from '@/lib/demo/clock'

/** The status of a pod as a kubelet makes it from its containers (k8s pkg/kubelet/kubelet_pods.go, status/generate.go). Pure. */

export type Facts = {
  now: Date
  startTime: string
  hostIP: string
  podIP: string | null
  sandbox: boolean
  containers: ContainerStatus[]
  initContainers: ContainerStatus[]
  /** How the pod has ended for good; null while it has not. */
  ended: Ending | null
}

/** `stopped`: the exit codes tell the phase. */
export type Ending = 'stopped' | 'succeeded' | 'failed' | 'evicted'

const owned = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled']

/** Phase by containers; a pod that always restarts stays Running however often its containers end. */
export function phaseOf(facts: Facts): string {
  if (facts.ended === 'succeeded') return 'Succeeded'
  if (facts.ended === 'failed' || facts.ended === 'evicted') return 'Failed'
  if (facts.ended === 'stopped') {
    const failed = facts.containers.some(({ state }) => (state.terminated?.exitCode ?? 1) !== 0)
    return failed ? 'Failed' : 'Succeeded'
  }
  const started = facts.containers.filter(
    ({ state, lastState }) => state.running ?? state.terminated ?? lastState.terminated,
  )
  return started.length === facts.containers.length && started.length > 0 ? 'Running' : 'Pending'
}

const evicted = {
  reason: 'Evicted',
  message: 'The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 1Gi. ',
}

/** The whole status; conditions that a kubelet does not own are kept, and a condition that does not flip keeps its time. */
export function statusOf(pod: Readonly<Pod>, cached: Condition[], facts: Facts): PodStatus {
  const phase = phaseOf(facts)
  const generation = pod.metadata.generation ?? 1
  const condition = (type: string, status: boolean, reason = '', message = ''): Condition => {
    const before = cached.find((one) => one.type === type)
    const text = status ? 'True' : 'False'
    const lastTransitionTime = before?.status === text ? before.lastTransitionTime : undefined
    return {
      type,
      observedGeneration: generation,
      status: text,
      lastProbeTime: null,
      lastTransitionTime: lastTransitionTime ?? timestamp(facts.now),
      ...(reason ? { reason } : {}),
      ...(message ? { message } : {}),
    }
  }
  const terminal = phase === 'Failed' ? 'PodFailed' : phase === 'Succeeded' ? 'PodCompleted' : ''
  const unready = facts.containers.filter(({ ready }) => !ready).map(({ name }) => name)
  const incomplete = facts.initContainers
    .filter(({ state, ready, started }) => !(started && state.running) && !ready)
    .map(({ name }) => name)
  const initialized = incomplete.length === 0
  const containersReady = terminal
    ? condition('ContainersReady', false, terminal)
    : unready.length > 0
      ? condition(
          'ContainersReady',
          false,
          'ContainersNotReady',
          `containers with unready status: [${unready.join(' ')}]`,
        )
      : condition('ContainersReady', true)
  const { status, reason, message } = containersReady
  const gate = (pod.spec.readinessGates ?? []).find(
    ({ conditionType }) => pod.status.conditions?.find(({ type }) => type === conditionType)?.status !== 'True',
  )
  const ready =
    status === 'True' && gate
      ? condition(
          'Ready',
          false,
          'ReadinessGatesNotReady',
          `corresponding condition of pod readiness gate "${gate.conditionType}" does not exist.`,
        )
      : condition('Ready', status === 'True', reason, message)
  const foreign = (pod.status.conditions ?? []).filter(({ type }) => !owned.includes(type))
  return {
    ...(facts.ended === 'evicted' ? evicted : pod.status.reason ? { reason: pod.status.reason } : {}),
    ...(facts.ended !== 'evicted' && pod.status.message ? { message: pod.status.message } : {}),
    ...(pod.status.nominatedNodeName ? { nominatedNodeName: pod.status.nominatedNodeName } : {}),
    observedGeneration: generation,
    phase,
    conditions: [
      ...foreign,
      facts.sandbox
        ? condition('PodReadyToStartContainers', true)
        : condition('PodReadyToStartContainers', false, 'PodSandboxNotReady', 'no pod sandbox exists'),
      initialized
        ? condition('Initialized', true, phase === 'Succeeded' ? 'PodCompleted' : '')
        : condition(
            'Initialized',
            false,
            'ContainersNotInitialized',
            `containers with incomplete status: [${incomplete.join(' ')}]`,
          ),
      ready,
      containersReady,
      condition('PodScheduled', true),
    ],
    hostIP: facts.hostIP,
    hostIPs: [{ ip: facts.hostIP }],
    ...(facts.podIP === null ? {} : { podIP: facts.podIP, podIPs: [{ ip: facts.podIP }] }),
    startTime: facts.startTime,
    ...(facts.initContainers.length > 0 ? { initContainerStatuses: facts.initContainers } : {}),
    containerStatuses: facts.containers,
    ...(pod.status.qosClass ? { qosClass: pod.status.qosClass } : {}),
  }
}
