import { brokenContainer } from '@/lib/statefulset/model/ordinal-state'
import type { ContainerStatus, Pod } from '@/lib/statefulset/model/objects'
import { condition, runningParts } from '@/lib/statefulset/model/pod-status'
import type { Proof } from '@/lib/statefulset/model/view'
import { detail, proof, textProof } from './proof'
import { cause, type Reason } from './reasons'

/** A container that waits, ends or has not passed its startup probe, as the kubelet reports it. */

/** Why a container keeps the pod from being ready, the init containers first; null when none says so. */
export function whyContainers(pod: Pod): Reason | null {
  const broken = brokenContainer(pod)
  return broken === null ? (whyInitRuns(pod) ?? whyStartup(pod)) : whyBroken(pod, broken)
}

function whyInitRuns(pod: Pod): Reason | null {
  const sidecars = new Set(pod.spec.initContainers.filter((each) => each.sidecar).map((each) => each.name))
  const index = pod.status.initContainers.findIndex(
    (each) => each.state?.kind === 'running' && !sidecars.has(each.name),
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
  const list = broken.init ? pod.status.initContainers : pod.status.containers
  const index = list.findIndex((each) => each.name === broken.container)
  const status = list[index]
  const path = `status.${broken.init ? 'initContainerStatuses' : 'containerStatuses'}[${index}]`
  const state = status?.state
  const params = { pod: pod.metadata.name, container: broken.container, reason: broken.reason }
  const ready = condition(pod.status.conditions, 'Ready')
  const since = ready?.lastTransitionTime ?? pod.metadata.creationTimestamp
  const proofs = [
    proof('Pod', pod.metadata, `${path}.state.${state?.kind ?? 'waiting'}.reason`, broken.reason),
    ...textProof('Pod', pod.metadata, `${path}.state.waiting.message`, state?.kind === 'waiting' ? state.message : ''),
    ...(status === undefined ? [] : endedProof(pod, path, status)),
  ]
  if (broken.kind === 'image') {
    const specified = broken.init ? pod.spec.initContainers : pod.spec.containers
    const image = specified.find((each) => each.name === broken.container)?.image
    return cause('image', { ...params, image: image ?? status?.image ?? '' }, { since, proof: proofs })
  }
  if (broken.kind === 'config')
    return cause(
      'container-config',
      { ...params, detail: state?.kind === 'waiting' ? detail(state.message) : '' },
      { since, proof: proofs },
    )
  const restarts = status?.restartCount ?? 0
  const last = state?.kind === 'terminated' ? state : status?.lastState
  const ended = last?.kind === 'terminated' ? last : null
  const because = { since, proof: [...proofs, proof('Pod', pod.metadata, `${path}.restartCount`, restarts)] }
  if (ended?.reason === 'OOMKilled')
    return cause('out-of-memory', { pod: params.pod, container: params.container, restarts }, because)
  return cause(
    'crash',
    { ...params, reason: ended?.reason ?? broken.reason, exitCode: ended?.exitCode ?? '?', restarts },
    because,
  )
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
