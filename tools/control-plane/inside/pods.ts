import type { Kubernetes } from './kubernetes'
import type { Pod } from './pod'
import { PodLogs } from './pod-logs'

/** The pods as they are now: by address for the app, by name for the kubelets, with what each has written so far. */
export class Pods {
  private readonly all: ReadonlyMap<string, Pod>
  private readonly byAddress = new Map<string, Pod>()
  readonly logs = new PodLogs()

  constructor(kubernetes: Kubernetes) {
    this.all = kubernetes.follow<Pod>('/api/v1/pods', (pod, last) => {
      const address = last?.status.podIP
      if (address && this.byAddress.get(address)?.metadata.uid === last?.metadata.uid) this.byAddress.delete(address)
      if (pod?.status.podIP && !isOver(pod)) this.byAddress.set(pod.status.podIP, pod)
      this.logs.observe(pod, last)
    })
  }

  get(namespace: string, name: string): Pod | undefined {
    return this.all.get(`${namespace}/${name}`)
  }

  at(address: string): Pod | undefined {
    return this.byAddress.get(address)
  }

  values(): Iterable<Pod> {
    return this.all.values()
  }
}

export function isOver(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'
}

/** Whether the pod's process answers: a container that is not running refuses. */
export function isRunning(pod: Pod): boolean {
  return !isOver(pod) && (pod.status.containerStatuses ?? []).some((it) => it.state?.running)
}
