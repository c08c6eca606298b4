import type { KubernetesClient } from '@/test/fixtures/kubernetes-client'
import { seededRandom } from '@/test/fixtures/random'
import type { Judge } from './judge'

/** Random steps over many sets: what people, kubelets and machines do to them. Seeded, so that a run can be told. */

export type Levers = {
  failNode(name: string): Promise<void>
  recoverNode(name: string): Promise<void>
  nodes: string[]
}

type SetPlan = { name: string; claims: boolean; goodImage: number }

const goodImages = ['luksa/kubia-pet:1', 'luksa/kubia-pet:2', 'luksa/kubia-pet:3']
const badImage = 'luksa/does-not-exist:9'

export class Driver {
  readonly #api: KubernetesClient
  readonly #namespace: string
  readonly #random: () => number
  readonly #judge: Judge
  readonly #levers: Levers | null
  readonly #sets: SetPlan[] = []
  #down: string | null = null
  readonly byStep = new Map<string, number>()
  /** Requests that the API server refused, by status: some steps are bound to meet objects that are gone. */
  readonly refused = new Map<number, number>()

  constructor(options: {
    api: KubernetesClient
    namespace: string
    seed: number
    judge: Judge
    levers: Levers | null
  }) {
    this.#api = options.api
    this.#namespace = options.namespace
    this.#random = seededRandom(options.seed)
    this.#judge = options.judge
    this.#levers = options.levers
  }

  #pick<T>(list: readonly T[]): T {
    const found = list[Math.floor(this.#random() * list.length)]
    if (found === undefined) throw new Error('nothing to pick from')
    return found
  }

  /** Makes the sets, each of another mix of policies. */
  async create(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const name = `s${index}`
      const parallel = this.#random() < 0.4
      const claims = this.#random() < 0.5
      const strategy = this.#random()
      const labels = { app: name }
      this.#sets.push({ name, claims, goodImage: 0 })
      await this.#api.request('POST', `/apis/apps/v1/namespaces/${this.#namespace}/statefulsets`, {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name },
        spec: {
          serviceName: name,
          replicas: this.#pick([0, 1, 2, 3, 3]),
          podManagementPolicy: parallel ? 'Parallel' : 'OrderedReady',
          minReadySeconds: this.#pick([0, 0, 0, 2]),
          ...(this.#random() < 0.25 ? { ordinals: { start: this.#pick([1, 5]) } } : {}),
          persistentVolumeClaimRetentionPolicy: {
            whenScaled: this.#pick(['Retain', 'Retain', 'Delete']),
            whenDeleted: this.#pick(['Retain', 'Delete']),
          },
          updateStrategy:
            strategy < 0.12
              ? { type: 'OnDelete' }
              : strategy < 0.2
                ? { type: 'RollingUpdate' }
                : {
                    type: 'RollingUpdate',
                    rollingUpdate: {
                      partition: this.#pick([0, 0, 0, 1, 2]),
                      maxUnavailable: this.#pick([1, 1, 1, 2, '60%']),
                    },
                  },
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              terminationGracePeriodSeconds: 3,
              containers: [{ name: 'main', image: goodImages[0], ports: [{ name: 'http', containerPort: 8080 }] }],
            },
          },
          volumeClaimTemplates: claims
            ? [
                {
                  metadata: { name: 'data' },
                  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
                },
              ]
            : [],
        },
      })
    }
  }

  #set(name: string): string {
    return `/apis/apps/v1/namespaces/${this.#namespace}/statefulsets/${name}`
  }

  #pod(name: string): string {
    return `/api/v1/namespaces/${this.#namespace}/pods/${name}`
  }

  async #try(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/merge-patch+json',
  ): Promise<boolean> {
    const { status } = await this.#api.call(method, path, body, method === 'PATCH' ? contentType : 'application/json')
    if (status >= 200 && status < 300) return true
    this.refused.set(status, (this.refused.get(status) ?? 0) + 1)
    return false
  }

  async #podNames(set: string): Promise<{ name: string; uid: string; behaviour: string | undefined }[]> {
    const path = `/api/v1/namespaces/${this.#namespace}/pods?labelSelector=app%3D${set}`
    const list = await this.#api.request('GET', path)
    const items = (list.items ?? []) as {
      metadata: { name: string; uid: string; annotations?: Record<string, string> }
    }[]
    return items
      .map(({ metadata }) => ({
        name: metadata.name,
        uid: metadata.uid,
        behaviour: metadata.annotations?.['ordinal.local/behaviour'],
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  async #deletePod(pod: { name: string; uid: string }, gracePeriodSeconds?: number): Promise<void> {
    this.#judge.ownDeletes.add(pod.uid)
    const done = await this.#try('DELETE', this.#pod(pod.name), {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: pod.uid },
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    })
    if (!done) this.#judge.ownDeletes.delete(pod.uid)
  }

  /** One random step. Returns what it was. */
  async step(): Promise<string> {
    const set = this.#pick(this.#sets)
    const roll = this.#random()
    const [name, act] = this.#choose(roll, set)
    await act()
    this.byStep.set(name, (this.byStep.get(name) ?? 0) + 1)
    return `${name} ${set.name}`
  }

  #choose(roll: number, set: SetPlan): [string, () => Promise<unknown>] {
    const patch = (spec: unknown) => () => this.#try('PATCH', this.#set(set.name), { spec })
    if (roll < 0.27) {
      const replicas = this.#pick([0, 1, 2, 3, 4, 5])
      return ['scale', patch({ replicas })]
    }
    if (roll < 0.42) return ['template', () => this.#newTemplate(set, this.#random() < 0.25)]
    if (roll < 0.49) {
      const partition = this.#pick([0, 0, 1, 2, 3, 6])
      const maxUnavailable = this.#pick([1, 1, 2, '50%'])
      return [
        'partition',
        patch({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition, maxUnavailable } } }),
      ]
    }
    if (roll < 0.61) return ['delete-pod', () => this.#withPod(set, (pod) => this.#deletePod(pod))]
    if (roll < 0.63) return ['force-delete', () => this.#withPod(set, (pod) => this.#deletePod(pod, 0))]
    if (roll < 0.77) {
      const behaviour = this.#pick(['unready', 'crash', 'fail', 'evict', 'succeed', 'image-error', 'unready'])
      return [`pod-${behaviour}`, () => this.#withPod(set, (pod) => this.#behave(pod.name, behaviour))]
    }
    if (roll < 0.87) return ['heal', () => this.#heal(set)]
    if (roll < 0.91) return ['delete-claim', () => this.#deleteClaim(set)]
    if (roll < 0.93) return ['start', patch({ ordinals: { start: this.#pick([0, 1, 3]) } })]
    if (roll < 0.945) {
      const onDelete = this.#random() < 0.5
      return [
        'strategy',
        patch({ updateStrategy: onDelete ? { type: 'OnDelete', rollingUpdate: null } : { type: 'RollingUpdate' } }),
      ]
    }
    if (roll < 0.96) return ['min-ready', patch({ minReadySeconds: this.#pick([0, 1, 3]) })]
    if (roll < 0.975) {
      const policy = { whenScaled: this.#pick(['Retain', 'Delete']), whenDeleted: this.#pick(['Retain', 'Delete']) }
      return ['retention', patch({ persistentVolumeClaimRetentionPolicy: policy })]
    }
    if (roll < 0.985) return ['relabel', () => this.#withPod(set, (pod) => this.#relabel(pod.name))]
    if (this.#levers === null) return ['scale', patch({ replicas: this.#pick([1, 2, 3]) })]
    return this.#down === null ? ['node-down', () => this.#failNode()] : ['node-up', () => this.#recoverNode()]
  }

  async #withPod(set: SetPlan, act: (pod: { name: string; uid: string }) => Promise<unknown>): Promise<void> {
    const pods = await this.#podNames(set.name)
    // The choice is made even when there is no pod, so that the seed's later choices stay the same.
    const index = Math.floor(this.#random() * Math.max(1, pods.length))
    const pod = pods[index]
    if (pod !== undefined) await act(pod)
  }

  #behave(pod: string, behaviour: string): Promise<boolean> {
    return this.#try('PATCH', this.#pod(pod), { metadata: { annotations: { 'ordinal.local/behaviour': behaviour } } })
  }

  /** Lets the set go of a pod by its label; it keeps the ordinal's name until it is healed. */
  #relabel(pod: string): Promise<boolean> {
    return this.#try('PATCH', this.#pod(pod), { metadata: { labels: { 'taken-out': 'yes', app: 'taken-out' } } })
  }

  #newTemplate(set: SetPlan, broken: boolean): Promise<boolean> {
    set.goodImage = (set.goodImage + 1) % goodImages.length
    const image = broken ? badImage : goodImages[set.goodImage]
    const template = { spec: { containers: [{ name: 'main', image }] } }
    return this.#try('PATCH', this.#set(set.name), { spec: { template } }, 'application/strategic-merge-patch+json')
  }

  /** Makes every pod of the set well again, and the template too. */
  async #heal(set: SetPlan): Promise<void> {
    await this.#newTemplate(set, false)
    for (const pod of await this.#podNames(set.name))
      if (pod.behaviour !== undefined && pod.behaviour !== 'healthy') await this.#behave(pod.name, 'healthy')
    await this.#takeBack(set)
    await this.#deleteBroken(set)
  }

  async #deleteBroken(set: SetPlan): Promise<void> {
    const path = `/api/v1/namespaces/${this.#namespace}/pods?labelSelector=app%3D${set.name}`
    const list = await this.#api.request('GET', path)
    type Listed = {
      metadata: { name: string; uid: string }
      spec: { containers: { image: string }[] }
    }
    for (const { metadata, spec } of (list.items ?? []) as Listed[])
      if (spec.containers.some((container) => container.image === badImage)) await this.#deletePod(metadata)
  }

  async #takeBack(set: SetPlan): Promise<void> {
    const path = `/api/v1/namespaces/${this.#namespace}/pods?labelSelector=taken-out%3Dyes`
    const list = await this.#api.request('GET', path)
    for (const { metadata } of (list.items ?? []) as { metadata: { name: string; uid: string } }[])
      if (new RegExp(`^${set.name}-[0-9]+$`).test(metadata.name)) await this.#deletePod(metadata)
  }

  async #deleteClaim(set: SetPlan): Promise<void> {
    const ordinal = this.#pick([0, 1, 2, 3, 4])
    if (!set.claims) return
    const path = `/api/v1/namespaces/${this.#namespace}/persistentvolumeclaims/data-${set.name}-${ordinal}`
    await this.#try('DELETE', path)
  }

  async #failNode(): Promise<void> {
    if (this.#levers === null) return
    this.#down = this.#pick(this.#levers.nodes)
    await this.#levers.failNode(this.#down)
  }

  async #recoverNode(): Promise<void> {
    if (this.#levers === null || this.#down === null) return
    await this.#levers.recoverNode(this.#down)
    this.#down = null
  }

  /** Everything well again, so that every set can settle. */
  async healAll(): Promise<void> {
    await this.#recoverNode()
    for (const set of this.#sets) {
      // A broken current revision below a partition would be made again and again.
      const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }
      await this.#try('PATCH', this.#set(set.name), { spec: { updateStrategy } })
      await this.#heal(set)
    }
  }

  /** Removes the sets and waits until their pods are gone: in a namespace that ends, kubelets can report no end. */
  async remove(): Promise<void> {
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' }
    await this.#recoverNode()
    for (const set of this.#sets) await this.#api.call('DELETE', this.#set(set.name), body)
    const pods = `/api/v1/namespaces/${this.#namespace}/pods`
    for (let second = 0; second < 60; second += 1) {
      const list = await this.#api.request('GET', pods)
      const left = (list.items ?? []) as { metadata: { name: string } }[]
      if (left.length === 0) return
      for (const { metadata } of left)
        if (second > 20) await this.#api.call('DELETE', `${pods}/${metadata.name}`, { gracePeriodSeconds: 0 })
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}
