import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseAllDocuments } from 'yaml'
import { KubernetesClient } from '@/test/fixtures/kubernetes-client'
import { collectionPath, objectPath, resourceOfKind } from '@/test/fixtures/resource-paths'
import { eventually } from '@/tools/control-plane/eventually'
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

export type ClaimObject = KubeObject & { spec: { volumeName?: string } }

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

/** A cluster as a story uses it: kubectl's verbs, by kubectl where it is there and by the same requests where not. */
export class Cluster {
  readonly levers: Levers
  readonly #api: KubernetesClient

  constructor(levers: Levers) {
    this.levers = levers
    this.#api = new KubernetesClient({ url: levers.api })
  }

  /** Ends the connections that it keeps. */
  close(): void {
    this.#api.close()
  }

  async #kubectl(args: readonly string[], input?: string): Promise<boolean> {
    if (!this.levers.kubectl) return false
    const { code, stderr } = await this.levers.kubectl(args, input)
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
    return true
  }

  async createNamespace(name: string): Promise<void> {
    if (!(await this.#kubectl(['create', 'namespace', name]))) {
      const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
      await this.#api.request('POST', collectionPath('namespaces'), manifest)
    }
    // A pod is refused until the namespace's default service account is there.
    if (this.levers.kind === 'real')
      await eventually('the default service account', 10, async () =>
        Boolean(await this.#api.find(objectPath('serviceaccounts', name, 'default'))),
      )
  }

  async deleteNamespace(name: string): Promise<void> {
    const pods = await this.pods(name)
    await this.#api.call('DELETE', objectPath('namespaces', '', name))
    for (const pod of pods) {
      if (pod.metadata.finalizers?.length)
        await this.#api.call(
          'PATCH',
          objectPath('pods', name, pod.metadata.name),
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
    if (await this.#kubectl(['apply', '-n', namespace, '-f', '-'], text)) return
    for (const document of parseAllDocuments(text)) {
      const object = document.toJSON() as KubeObject | null
      if (!object) continue
      const collection = collectionPath(resourceOfKind(object.kind), namespace)
      const placed = { ...object, metadata: { ...object.metadata, namespace } }
      const { status, json } = await this.#api.call('POST', collection, placed)
      if (status === 409) await this.#api.patch(`${collection}/${object.metadata.name}`, object)
      else if (status >= 300) throw new Error(`create ${object.kind} ${object.metadata.name}: ${String(json.message)}`)
    }
  }

  async scale(namespace: string, set: string, replicas: number) {
    if (await this.#kubectl(['scale', 'statefulset', set, '-n', namespace, `--replicas=${replicas}`])) return
    await this.#api.patch(`${objectPath('statefulsets', namespace, set)}/scale`, { spec: { replicas } })
  }

  /** A merge patch of a set. */
  async patchSet(namespace: string, set: string, patch: unknown) {
    const args = ['patch', 'statefulset', set, '-n', namespace, '--type=merge', '-p', JSON.stringify(patch)]
    if (await this.#kubectl(args)) return
    await this.#api.patch(objectPath('statefulsets', namespace, set), patch)
  }

  async patchPod(namespace: string, pod: string, patch: unknown) {
    const args = ['patch', 'pod', pod, '-n', namespace, '--type=merge', '-p', JSON.stringify(patch)]
    if (await this.#kubectl(args)) return
    await this.#api.patch(objectPath('pods', namespace, pod), patch)
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
    if (await this.#kubectl(args)) return
    await this.#api.request('DELETE', objectPath('pods', namespace, pod), {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(force ? { gracePeriodSeconds: 0 } : {}),
    })
  }

  /** Deletes a set and waits until its object is gone; its pods follow later. */
  async deleteSet(namespace: string, set: string) {
    await this.#api.call('DELETE', objectPath('statefulsets', namespace, set))
    await eventually(`${set} is gone`, 30, async () => (await this.set(namespace, set)) === null)
  }

  async nodes(): Promise<string[]> {
    return (await this.#api.list<KubeObject>(collectionPath('nodes'))).items.map(({ metadata }) => metadata.name)
  }

  async deleteClaim(namespace: string, claim: string) {
    await this.#api.request('DELETE', objectPath('persistentvolumeclaims', namespace, claim))
  }

  pod(namespace: string, name: string): Promise<PodObject | null> {
    return this.#api.find<PodObject>(objectPath('pods', namespace, name))
  }

  async pods(namespace: string): Promise<PodObject[]> {
    return (await this.#api.list<PodObject>(collectionPath('pods', namespace))).items
  }

  async claims(namespace: string): Promise<ClaimObject[]> {
    return (await this.#api.list<ClaimObject>(collectionPath('persistentvolumeclaims', namespace))).items
  }

  set(namespace: string, name: string): Promise<KubeObject | null> {
    return this.#api.find<KubeObject>(objectPath('statefulsets', namespace, name))
  }

  async untilReady(namespace: string, pods: readonly string[], seconds = 120) {
    await eventually(`${pods.join(', ')} ready`, seconds, async () => {
      const found = await this.pods(namespace)
      return pods.every((name) =>
        found.some(
          (pod) =>
            pod.metadata.name === name &&
            !pod.metadata.deletionTimestamp &&
            pod.status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True'),
        ),
      )
    })
  }
}
