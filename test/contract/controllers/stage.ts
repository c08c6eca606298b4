import { setTimeout as sleep } from 'node:timers/promises'
import { vi } from 'vitest'
import { ApiError, KubernetesClient, type Json } from '@/test/fixtures/kubernetes-client'
import { collectionPath, objectPath, type ResourceName } from '@/test/fixtures/resource-paths'
import type { Obj } from './objects'
import type { RecordType } from 'dns-packet'
import { digest } from './digest'
import type { Target } from './target'
import { Trace } from './trace'

/** What a scenario has recorded: after each step the actions in order, what became of each object, and how all stood. */
export type Step = { step: string; actions: string[]; histories: Record<string, string[]>; state: Json }

export type SetOptions = {
  name?: string
  replicas?: number
  spec?: Json
  claims?: { name?: string; storageClass?: string; labels?: Record<string, string> }[]
  template?: { metadata?: Json; spec?: Json }
  service?: boolean | Json
}

const watched: ResourceName[] = ['pods', 'persistentvolumeclaims', 'controllerrevisions', 'statefulsets']
const patience = 30_000

/**
 * A namespace of its own on a target, where a scenario plays. The pods are `manual`: no kubelet touches them, and the
 * scenario writes their status instead, the same on both clusters.
 */
export class Stage {
  readonly api: KubernetesClient
  readonly namespace: string
  readonly record: Step[] = []
  readonly #target: Target
  readonly #trace = new Trace()
  readonly #abort = new AbortController()
  #watches: Promise<void>[] = []
  #recorded = 0
  #addresses = 0

  constructor(target: Target, namespace: string) {
    this.#target = target
    this.api = new KubernetesClient({ url: target.url })
    this.namespace = namespace
  }

  async open(): Promise<void> {
    await this.api.request('POST', '/api/v1/namespaces', { metadata: { name: this.namespace } })
    await this.until('the account is there', async () =>
      Boolean(await this.api.find(`/api/v1/namespaces/${this.namespace}/serviceaccounts/default`)),
    )
    for (const resource of watched) {
      const path = collectionPath(resource, this.namespace)
      const { resourceVersion } = await this.api.list<Obj>(path)
      this.#watches.push(
        this.api.follow<Obj>(path, resourceVersion, this.#abort.signal, ({ type, object }) =>
          this.#trace.observe(resource, type, object),
        ),
      )
    }
  }

  async close(): Promise<void> {
    this.#abort.abort()
    await Promise.allSettled(this.#watches)
    for (const resource of ['statefulsets', 'pods', 'persistentvolumeclaims'] as const) {
      const { items } = await this.api.list<Obj>(collectionPath(resource, this.namespace))
      for (const { metadata } of items) {
        if (metadata.finalizers)
          await this.patch(resource, metadata.name, { metadata: { finalizers: null } }).catch(ignore)
        await this.delete(resource, metadata.name, { gracePeriodSeconds: 0 }).catch(ignore)
      }
    }
    await this.api.request('DELETE', `/api/v1/namespaces/${this.namespace}`).catch(ignore)
    this.api.close()
  }

  /** Does something, waits until the cluster is at rest, and writes down what happened. */
  async step(name: string, act: () => Promise<unknown>): Promise<void> {
    await act()
    await this.rest()
    const histories = this.#trace.histories(this.#recorded)
    const actions = this.#trace.actions(this.#recorded)
    this.#recorded = this.#trace.entries.length
    this.record.push({ step: name, actions, histories, state: await this.#state() })
  }

  /** The same, and what the cluster's DNS then answers to some questions, as soon as the first answer is settled. */
  async stepWithNames(
    name: string,
    questions: [name: string, type: RecordType][],
    until: (answers: string[]) => boolean,
    act: () => Promise<unknown>,
  ): Promise<void> {
    await this.step(name, act)
    const ask = ([question, type]: [string, RecordType]) =>
      digest(this.#target.dns, question.replace('NS', this.namespace), type, this.namespace)
    const [first] = questions
    if (first) await this.until('DNS has followed', async () => until((await ask(first)).answers))
    const last = this.record.at(-1)
    const answers: Json = {}
    for (const question of questions) answers[question.join(' ')] = await ask(question)
    if (last) last.state = { ...last.state, names: answers }
  }

  /** The same, and the state of the Service's endpoints with it; slices follow the pods a moment later. */
  async stepWithEndpoints(name: string, act: () => Promise<unknown>): Promise<void> {
    await this.step(name, act)
    await sleep(this.#target.quiet * 2)
    const last = this.record.at(-1)
    if (last) last.state = { ...last.state, endpoints: await this.#endpoints() }
  }

  async #endpoints(): Promise<Json[]> {
    const { items } = await this.api.list<Obj>(collectionPath('endpointslices', this.namespace))
    type Endpoint = { hostname?: string; conditions: Json; targetRef?: { name: string } }
    return items
      .map(({ metadata, ports, endpoints }) => ({
        service: metadata.labels?.['kubernetes.io/service-name'],
        headless: metadata.labels?.['service.kubernetes.io/headless'] !== undefined,
        // Nothing is null in the original's JSON and an empty list in the demo's: the same list to every client.
        ports: ((ports ?? []) as Json[]).map(({ name, port, protocol }) => ({ name, port, protocol })),
        endpoints: ((endpoints ?? []) as Endpoint[])
          .map(({ hostname, conditions, targetRef }) => ({ hostname, conditions, pod: targetRef?.name }))
          .sort((a, b) => String(a.pod).localeCompare(String(b.pod))),
      }))
      .sort((a, b) => String(a.service).localeCompare(String(b.service)))
  }

  /**
   * Waits until the controller has seen the last change of each set and nothing has changed for a while. The while is
   * longer when the cluster answers slowly, so that a busy machine does not cut a step in two.
   */
  async rest(): Promise<void> {
    const asked = Date.now()
    await this.until('the controller has seen the sets', async () => {
      const { items } = await this.api.list<Obj>(collectionPath('statefulsets', this.namespace))
      return items.every(({ metadata, status }) => status?.observedGeneration === metadata.generation)
    })
    const quiet = this.#target.quiet + 8 * (Date.now() - asked)
    const started = Date.now()
    while (Date.now() - started < patience) {
      const quietFor = Date.now() - Math.max(this.#trace.lastChange, started)
      if (quietFor >= quiet) return
      await sleep(Math.max(10, quiet - quietFor))
    }
  }

  async until(what: string, holds: () => Promise<boolean>, millis = patience): Promise<void> {
    const check = async () => {
      if (!(await holds())) throw new Error(`${this.#target.name}: still not: ${what}`)
    }
    await vi.waitFor(check, { timeout: millis, interval: 30 })
  }

  path(resource: ResourceName, name: string): string {
    return objectPath(resource, this.namespace, name)
  }

  find(resource: ResourceName, name: string): Promise<Obj | null> {
    return this.api.find<Obj>(this.path(resource, name))
  }

  async get(resource: ResourceName, name: string): Promise<Obj> {
    return this.api.request<Obj>('GET', this.path(resource, name))
  }

  patch(resource: ResourceName, name: string, body: unknown, type?: 'merge' | 'strategic-merge'): Promise<Obj> {
    return this.api.patch<Obj>(this.path(resource, name), body, type)
  }

  delete(resource: ResourceName, name: string, options: Json = {}): Promise<Obj> {
    return this.api.request<Obj>('DELETE', this.path(resource, name), options)
  }

  create(resource: ResourceName, object: Json): Promise<Obj> {
    return this.api.request<Obj>('POST', collectionPath(resource, this.namespace), object)
  }

  /** Creates a set of manual pods, with its Service. */
  async createSet({
    name = 'web',
    replicas = 3,
    spec = {},
    claims = [],
    template = {},
    service = true,
  }: SetOptions = {}) {
    const labels = { app: name }
    if (service) {
      const own = typeof service === 'object' ? service : {}
      await this.create('services', {
        metadata: { name },
        spec: { clusterIP: 'None', selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...own },
      })
    }
    const annotations = {
      'ordinal.local/behaviour': 'manual',
      ...(template.metadata?.annotations as object | undefined),
    }
    await this.create('statefulsets', {
      metadata: { name },
      spec: {
        serviceName: name,
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels, ...template.metadata, annotations },
          spec: {
            terminationGracePeriodSeconds: 30,
            containers: [{ name: 'web', image: 'nginx:1', ports: [{ containerPort: 8080 }] }],
            ...template.spec,
          },
        },
        ...(claims.length === 0
          ? {}
          : {
              volumeClaimTemplates: claims.map((claim) => ({
                metadata: { name: claim.name ?? 'data', ...(claim.labels ? { labels: claim.labels } : {}) },
                spec: {
                  accessModes: ['ReadWriteOnce'],
                  resources: { requests: { storage: '1Mi' } },
                  ...(claim.storageClass ? { storageClassName: claim.storageClass } : {}),
                },
              })),
            }),
        ...spec,
      },
    })
  }

  scale(replicas: number, name = 'web'): Promise<Obj> {
    return this.api.patch<Obj>(`${this.path('statefulsets', name)}/scale`, { spec: { replicas } })
  }

  changeSet(spec: Json, name = 'web'): Promise<Obj> {
    return this.patch('statefulsets', name, { spec })
  }

  setImage(image: string, name = 'web'): Promise<Obj> {
    const containers = [{ name: 'web', image }]
    return this.patch('statefulsets', name, { spec: { template: { spec: { containers } } } }, 'strategic-merge')
  }

  setRollingUpdate(rollingUpdate: Json, name = 'web'): Promise<Obj> {
    return this.changeSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } }, name)
  }

  /** Waits for a pod that is scheduled, and not the one with this uid. */
  async scheduled(pod: string, notUid = ''): Promise<Obj> {
    let found: Obj | null = null
    await this.until(`${pod} is scheduled`, async () => {
      found = await this.find('pods', pod)
      return Boolean(found?.spec?.nodeName) && found?.metadata.uid !== notUid
    })
    return found ?? (await this.get('pods', pod))
  }

  /** As a kubelet would: the pod runs and is ready. */
  async ready(pod: string): Promise<void> {
    await this.scheduled(pod)
    await this.#status(pod, 'Running', true)
  }

  async allReady(...pods: string[]): Promise<void> {
    for (const pod of pods) await this.ready(pod)
  }

  /** The pod runs, and its readiness probe fails. */
  async unready(pod: string): Promise<void> {
    await this.scheduled(pod)
    await this.#status(pod, 'Running', false)
  }

  async over(pod: string, phase: 'Failed' | 'Succeeded'): Promise<void> {
    await this.scheduled(pod)
    await this.#status(pod, phase, false)
  }

  /** Confirms the deletion, as a kubelet does when everything has stopped. */
  async gone(pod: string): Promise<void> {
    let uid = ''
    await this.until(`${pod} is terminating`, async () => {
      const found = await this.find('pods', pod)
      uid = found?.metadata.uid ?? ''
      return found?.metadata.deletionTimestamp !== undefined
    })
    await this.delete('pods', pod, { gracePeriodSeconds: 0, preconditions: { uid } })
  }

  async #status(pod: string, phase: string, isReady: boolean): Promise<void> {
    const now = new Date().toISOString().slice(0, 19) + 'Z'
    const condition = (type: string, status: boolean) => ({
      type,
      status: status ? 'True' : 'False',
      lastTransitionTime: now,
    })
    const known = (await this.get('pods', pod)).status?.podIP !== undefined
    this.#addresses += 1
    const podIP = `10.99.0.${this.#addresses}`
    const state =
      phase === 'Running' ? { running: { startedAt: now } } : { terminated: { exitCode: phase === 'Failed' ? 1 : 0 } }
    await this.api.patch(
      `${this.path('pods', pod)}/status`,
      {
        status: {
          phase,
          ...(known ? {} : { podIP, podIPs: [{ ip: podIP }] }),
          conditions: [condition('Ready', isReady), condition('ContainersReady', isReady)],
          containerStatuses: [
            {
              name: 'web',
              image: 'nginx:1',
              imageID: '',
              ready: isReady,
              restartCount: 0,
              started: isReady,
              state,
              lastState: {},
            },
          ],
        },
      },
      'strategic-merge',
    )
  }

  /** Everything in the namespace that the contract speaks of. */
  async #state(): Promise<Json> {
    const items = async (resource: ResourceName) =>
      (await this.api.list<Obj>(collectionPath(resource, this.namespace))).items
    const [sets, pods, claims, revisions] = await Promise.all([
      items('statefulsets'),
      items('pods'),
      items('persistentvolumeclaims'),
      items('controllerrevisions'),
    ])
    return {
      sets: Object.fromEntries(
        sets.map(({ metadata, status }) => [metadata.name, { generation: metadata.generation, ...status }]),
      ),
      pods: pods.map(
        (pod) => `${pod.metadata.name} ${imageOf(pod)}${pod.metadata.deletionTimestamp ? ' terminating' : ''}`,
      ),
      claims: claims.map(
        ({ metadata, status }) =>
          `${metadata.name} ${status?.phase}${metadata.deletionTimestamp ? ' terminating' : ''}`,
      ),
      revisions: revisions.map(({ metadata, revision }) => `${metadata.name} ${revision}`),
    }
  }
}

const imageOf = (pod: Obj): string => {
  const containers = pod.spec?.containers as { image?: string }[] | undefined
  return containers?.[0]?.image ?? ''
}

function ignore(error: unknown): void {
  if (!(error instanceof ApiError)) throw error
}
