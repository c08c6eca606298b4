import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAllDocuments } from 'yaml'
import type { Behaviour } from '@/tools/control-plane/inside/protocol'
import { keptOn } from './kubia'

export type KubeObject = {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    generation?: number
    deletionTimestamp?: string
    finalizers?: string[]
    annotations?: Record<string, string>
    labels?: Record<string, string>
  }
  spec?: Record<string, unknown>
  status?: Record<string, unknown>
}
export type PodObject = KubeObject & {
  spec: { nodeName?: string }
  status: { phase?: string; conditions?: { type: string; status: string }[] }
}

export type NodeFailure = { machine?: boolean }

/** The levers that a story pulls on a cluster: the real control plane or the demo, each through its own means. */
export type Levers = {
  kind: 'real' | 'demo'
  /** An address that answers as `kubectl proxy` does, for looking. */
  api: string
  /** The nodes that this worker may lose: its pods stay on them. Null where the whole cluster is its own. */
  nodes: readonly string[] | null
  /** kubectl for the same cluster, where there is one. */
  kubectl:
    ((args: readonly string[], input?: string) => Promise<{ stdout: string; stderr: string; code: number }>) | null
  failNode: (name: string, how?: NodeFailure) => Promise<void>
  recoverNode: (name: string, how?: { reboot?: boolean }) => Promise<void>
  podBehaviour: (namespace: string, pod: string, behaviour: Behaviour) => Promise<void>
}

const routes: Record<string, string> = {
  StatefulSet: 'apis/apps/v1',
  Pod: 'api/v1',
  Service: 'api/v1',
  PersistentVolumeClaim: 'api/v1',
  Namespace: 'api/v1',
}
const plurals: Record<string, string> = {
  StatefulSet: 'statefulsets',
  Pod: 'pods',
  Service: 'services',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Namespace: 'namespaces',
}

/** A cluster as a story uses it: kubectl's verbs, by kubectl where it is there and by the same requests where not. */
export class Cluster {
  readonly levers: Levers

  constructor(levers: Levers) {
    this.levers = levers
  }

  private async request(method: string, route: string, body?: unknown, type = 'application/json') {
    const response = await fetch(`${this.levers.api}/${route}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': type },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, json: text ? (JSON.parse(text) as unknown) : null, text }
  }

  private async must(method: string, route: string, body?: unknown, type?: string) {
    const answer = await this.request(method, route, body, type)
    if (answer.status >= 300) throw new Error(`${method} ${route}: ${answer.status} ${answer.text.slice(0, 300)}`)
    return answer.json
  }

  private async kubectl(args: readonly string[], input?: string): Promise<boolean> {
    if (!this.levers.kubectl) return false
    const { code, stderr } = await this.levers.kubectl(args, input)
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
    return true
  }

  async createNamespace(name: string) {
    if (await this.kubectl(['create', 'namespace', name])) {
      // A pod is refused until the namespace's default service account is there.
      for (let tries = 0; tries < 100; tries += 1) {
        const account = await this.request('GET', `api/v1/namespaces/${name}/serviceaccounts/default`)
        if (account.status === 200) return
        await sleep(100)
      }
      return
    }
    await this.must('POST', 'api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }

  async deleteNamespace(name: string) {
    const pods = await this.pods(name)
    await this.request('DELETE', `api/v1/namespaces/${name}`)
    for (const pod of pods) {
      if (pod.metadata.finalizers?.length)
        await this.request(
          'PATCH',
          `api/v1/namespaces/${name}/pods/${pod.metadata.name}`,
          { metadata: { finalizers: null } },
          'application/merge-patch+json',
        )
    }
  }

  /** Applies the objects of an example file or of YAML text, in a namespace. */
  async apply(namespace: string, yaml: string) {
    const given = yaml.includes('\n')
      ? yaml
      : readFileSync(path.resolve(import.meta.dirname, '../../examples', yaml), 'utf8')
    const text = this.levers.nodes === null ? given : keptOn(this.levers.nodes, given)
    if (await this.kubectl(['apply', '-n', namespace, '-f', '-'], text)) return
    for (const document of parseAllDocuments(text)) {
      const object = document.toJSON() as KubeObject | null
      if (!object) continue
      const route = `${routes[object.kind]}/namespaces/${namespace}/${plurals[object.kind]}`
      const answer = await this.request('POST', route, { ...object, metadata: { ...object.metadata, namespace } })
      if (answer.status === 409)
        await this.must('PATCH', `${route}/${object.metadata.name}`, object, 'application/merge-patch+json')
      else if (answer.status >= 300) throw new Error(`create ${object.kind} ${object.metadata.name}: ${answer.text}`)
    }
  }

  async scale(namespace: string, set: string, replicas: number) {
    if (await this.kubectl(['scale', 'statefulset', set, '-n', namespace, `--replicas=${replicas}`])) return
    await this.must(
      'PATCH',
      `apis/apps/v1/namespaces/${namespace}/statefulsets/${set}/scale`,
      { spec: { replicas } },
      'application/merge-patch+json',
    )
  }

  /** A merge patch of a set. */
  async patchSet(namespace: string, set: string, patch: unknown) {
    const args = ['patch', 'statefulset', set, '-n', namespace, '--type=merge', '-p', JSON.stringify(patch)]
    if (await this.kubectl(args)) return
    await this.must(
      'PATCH',
      `apis/apps/v1/namespaces/${namespace}/statefulsets/${set}`,
      patch,
      'application/merge-patch+json',
    )
  }

  async patchPod(namespace: string, pod: string, patch: unknown) {
    const args = ['patch', 'pod', pod, '-n', namespace, '--type=merge', '-p', JSON.stringify(patch)]
    if (await this.kubectl(args)) return
    await this.must('PATCH', `api/v1/namespaces/${namespace}/pods/${pod}`, patch, 'application/merge-patch+json')
  }

  /** `kubectl delete pod --wait=false`, with `force` also `--force --grace-period=0`. */
  async deletePod(namespace: string, pod: string, { force = false } = {}) {
    const args = [
      'delete',
      'pod',
      pod,
      '-n',
      namespace,
      '--wait=false',
      ...(force ? ['--force', '--grace-period=0'] : []),
    ]
    if (await this.kubectl(args)) return
    await this.must('DELETE', `api/v1/namespaces/${namespace}/pods/${pod}`, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(force ? { gracePeriodSeconds: 0 } : {}),
    })
  }

  async deleteClaim(namespace: string, claim: string) {
    await this.must('DELETE', `api/v1/namespaces/${namespace}/persistentvolumeclaims/${claim}`)
  }

  async pod(namespace: string, name: string): Promise<PodObject | null> {
    const answer = await this.request('GET', `api/v1/namespaces/${namespace}/pods/${name}`)
    return answer.status === 200 ? (answer.json as PodObject) : null
  }

  async pods(namespace: string): Promise<PodObject[]> {
    const answer = await this.must('GET', `api/v1/namespaces/${namespace}/pods`)
    return (answer as { items: PodObject[] }).items
  }

  async claims(namespace: string): Promise<(KubeObject & { spec: { volumeName?: string } })[]> {
    const answer = await this.must('GET', `api/v1/namespaces/${namespace}/persistentvolumeclaims`)
    return (answer as { items: (KubeObject & { spec: { volumeName?: string } })[] }).items
  }

  async set(namespace: string, name: string): Promise<KubeObject | null> {
    const answer = await this.request('GET', `apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`)
    return answer.status === 200 ? (answer.json as KubeObject) : null
  }

  /** Waits until `check` holds, asking four times a second; says `what` when it does not within `seconds`. */
  async until(what: string, check: () => Promise<boolean>, seconds = 90) {
    const deadline = Date.now() + seconds * 1000
    while (!(await check())) {
      if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`)
      await sleep(250)
    }
  }

  async untilReady(namespace: string, pods: readonly string[], seconds = 120) {
    await this.until(
      `${pods.join(', ')} ready`,
      async () => {
        const found = await this.pods(namespace)
        return pods.every((name) =>
          found.some(
            (pod) =>
              pod.metadata.name === name &&
              !pod.metadata.deletionTimestamp &&
              pod.status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True'),
          ),
        )
      },
      seconds,
    )
  }
}
