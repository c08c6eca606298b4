import type { ContainerStatus, Pod } from '@/lib/statefulset/model/objects'
import { isPhaseOfGarbageCollector, isTerminal } from '@/lib/statefulset/model/pod-status'

/**
 * Whether the kubelet has told that nothing of the pod runs: every container (a sidecar is one too) is terminated, or
 * was never started. That is the last word where the kubelet ended the pod itself (phase Succeeded or Failed). Without
 * that phase a container is started again, unless the pod is being deleted and the kubelet still speaks, so that what it
 * told is what is.
 */
export function containersHaveEnded(pod: Pod, kubeletSpeaks: boolean): boolean {
  const endedByKubelet = isTerminal(pod) && !isPhaseOfGarbageCollector(pod)
  const terminating = pod.metadata.deletionTimestamp !== null
  if (!endedByKubelet && !(terminating && kubeletSpeaks)) return false
  const told = new Map([...pod.status.containers, ...pod.status.initContainers].map((each) => [each.name, each]))
  const hasStopped = (name: string) => {
    const status = told.get(name)
    if (status?.state?.kind === 'terminated') return true
    return endedByKubelet && wasNeverStarted(status)
  }
  // An init container that has done its work is terminated too; one that never ran held nothing.
  return (
    [...told.values()].every(({ state }) => state?.kind !== 'running') &&
    [...pod.spec.containers, ...pod.spec.initContainers.filter(({ sidecar }) => sidecar)].every(({ name }) =>
      hasStopped(name),
    )
  )
}

function wasNeverStarted(status: ContainerStatus | undefined): boolean {
  if (status === undefined) return true
  return status.state?.kind !== 'running' && status.lastState === null && status.restartCount === 0
}
