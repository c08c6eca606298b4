import { crashLoop } from '@/lib/statefulset/model/crash-loop'
import { brokenContainer, endedOnce } from '@/lib/statefulset/model/ordinal-state'
import type { ContainerStatus, Pod, SetObjects } from '@/lib/statefulset/model/objects'
import { condition, isSidecar, runningParts } from '@/lib/statefulset/model/pod-status'
import type { Proof } from '@/lib/statefulset/model/view'
import { detail, proof, textProof } from './proof'
import { cause, type Reason } from './reasons'

/** A container that waits, ends or has not passed its startup probe, as the kubelet reports it. */

/** Why a container keeps the pod from being ready, the init containers first; null when none says so. */
export function whyContainers({ ends }: SetObjects, pod: Pod, now: number): Reason | null {
  const broken = brokenContainer(pod)
  if (broken !== null && broken.kind !== 'crash') return whyBroken(pod, broken)
  const loops = whyCrashing(pod, now, ends) ?? (broken === null ? null : whyBacksOff(pod, broken))
  return loops ?? whyEndedOnce(pod) ?? whyInitRuns(pod) ?? whyStartup(pod)
}

function whyInitRuns(pod: Pod): Reason | null {
  const index = pod.status.initContainers.findIndex(
    (each) => each.state?.kind === 'running' && !isSidecar(pod, each.name),
  )
  const init = pod.status.initContainers[index]
  if (init?.state?.kind !== 'running') return null
  return cause(
    'init-running',
    { pod: pod.metadata.name, container: init.name },
    {
      since: init.state.startedAt,
      proof: [startedProof(pod, `status.initContainerStatuses[${index}]`, init.state.startedAt)],
    },
  )
}

/**
 * A container that keeps ending: one cause with one clock, whether it is down, backs off or runs for now, until it has
 * run well for a while.
 */
export function whyCrashing(pod: Pod, now: number, ends: SetObjects['ends']): Reason | null {
  const loop = crashLoop(pod, now, ends)
  if (loop === null) return null
  const { status, path } = statusAt(pod, loop)
  const ready = condition(pod.status.conditions, 'Ready')
  const since = loop.since ?? ready?.lastTransitionTime ?? pod.metadata.creationTimestamp
  const restarts = status?.restartCount ?? 0
  const ended = [status?.state, status?.lastState].find((state) => state?.kind === 'terminated')
  const because = {
    since,
    atLeast: loop.atLeast || loop.since === null,
    again: loop.until,
    proof: [
      ...(status?.state?.kind === 'waiting' ? waitingProof(pod, path, status.state) : []),
      ...(status === undefined ? [] : endedProof(pod, path, status)),
      proof('Pod', pod.metadata, `${path}.restartCount`, restarts),
    ],
  }
  const params = { pod: pod.metadata.name, container: loop.container, restarts }
  if (ended?.kind !== 'terminated')
    return cause('crash', { ...params, reason: 'CrashLoopBackOff', exitCode: '?' }, because)
  if (ended.reason === 'OOMKilled') return cause('out-of-memory', params, because)
  return cause(
    'crash',
    { ...params, reason: ended.reason ?? `ExitCode:${ended.exitCode}`, exitCode: ended.exitCode },
    because,
  )
}

/** A back-off of which no end is told: since when it goes on is not known, that it does is. */
function whyBacksOff(pod: Pod, broken: NonNullable<ReturnType<typeof brokenContainer>>): Reason {
  const { status, path } = statusAt(pod, broken)
  const restarts = status?.restartCount ?? 0
  return cause(
    'crash',
    { pod: pod.metadata.name, container: broken.container, restarts, reason: broken.reason, exitCode: '?' },
    {
      since: condition(pod.status.conditions, 'Ready')?.lastTransitionTime ?? pod.metadata.creationTimestamp,
      proof: [
        ...(status?.state?.kind === 'waiting' ? waitingProof(pod, path, status.state) : []),
        proof('Pod', pod.metadata, `${path}.restartCount`, restarts),
      ],
    },
  )
}

/** One end is no loop: the container is about to be started again. */
function whyEndedOnce(pod: Pod): Reason | null {
  const ended = endedOnce(pod)
  if (ended === null) return null
  const { container, path, finishedAt, exitCode, reason } = ended
  return cause(
    'container-ended',
    { pod: pod.metadata.name, container, reason: reason ?? `ExitCode:${exitCode}`, exitCode },
    {
      since: finishedAt,
      proof: [proof('Pod', pod.metadata, `${path}.state.terminated.exitCode`, exitCode, finishedAt)],
    },
  )
}

function statusAt(pod: Pod, { container, init }: { container: string; init: boolean }) {
  const list = init ? pod.status.initContainers : pod.status.containers
  const index = list.findIndex((each) => each.name === container)
  return { status: list[index], path: `status.${init ? 'initContainerStatuses' : 'containerStatuses'}[${index}]` }
}

function waitingProof(pod: Pod, path: string, state: { reason: string | null; message: string | null }): Proof[] {
  return [
    proof('Pod', pod.metadata, `${path}.state.waiting.reason`, state.reason ?? ''),
    ...textProof('Pod', pod.metadata, `${path}.state.waiting.message`, state.message ?? ''),
  ]
}

function startedProof(pod: Pod, path: string, startedAt: string | null): Proof {
  return proof('Pod', pod.metadata, `${path}.state.running.startedAt`, startedAt ?? '', startedAt)
}

/**
 * A container that runs and counts as not started has a startup probe that it has not passed: without one the kubelet
 * sets `started` as soon as it runs (k8s pkg/kubelet/prober/prober_manager.go). What comes after a sidecar waits for it.
 */
function whyStartup(pod: Pod): Reason | null {
  const parts = runningParts(pod)
  for (const { status, sidecar, path } of parts) {
    if (status.state?.kind !== 'running' || status.started !== false) continue
    // A sidecar that was restarted later keeps nobody from running.
    const waited = parts.some((each) => !each.sidecar && each.status.state?.kind === 'running') ? 'no' : 'yes'
    return cause(
      sidecar ? 'sidecar-startup' : 'startup',
      { pod: pod.metadata.name, container: status.name, ...(sidecar ? { waited } : {}) },
      {
        since: status.state.startedAt,
        proof: [
          startedProof(pod, path, status.state.startedAt),
          proof('Pod', pod.metadata, `${path}.started`, status.started),
        ],
      },
    )
  }
  return null
}

function whyBroken(pod: Pod, broken: NonNullable<ReturnType<typeof brokenContainer>>): Reason {
  const { status, path } = statusAt(pod, broken)
  const state = status?.state
  const params = { pod: pod.metadata.name, container: broken.container, reason: broken.reason }
  const ready = condition(pod.status.conditions, 'Ready')
  const because = {
    since: ready?.lastTransitionTime ?? pod.metadata.creationTimestamp,
    proof: [
      ...(state?.kind === 'waiting' ? waitingProof(pod, path, state) : []),
      ...(status === undefined ? [] : endedProof(pod, path, status)),
    ],
  }
  if (broken.kind === 'config')
    return cause(
      'container-config',
      { ...params, detail: state?.kind === 'waiting' ? detail(state.message) : '' },
      because,
    )
  const specified = broken.init ? pod.spec.initContainers : pod.spec.containers
  const image = specified.find((each) => each.name === broken.container)?.image
  return cause('image', { ...params, image: image ?? status?.image ?? '' }, because)
}

/** How the container ended, now and the time before, with the runtime's message: it often is the only word of why. */
function endedProof(pod: Pod, path: string, status: ContainerStatus): Proof[] {
  return (['state', 'lastState'] as const).flatMap((field) => {
    const state = status[field]
    if (state?.kind !== 'terminated') return []
    return [
      proof(
        'Pod',
        pod.metadata,
        `${path}.${field}.terminated.reason`,
        state.reason ?? `exit code ${state.exitCode}`,
        state.finishedAt,
      ),
      ...textProof('Pod', pod.metadata, `${path}.${field}.terminated.message`, state.message),
    ]
  })
}
