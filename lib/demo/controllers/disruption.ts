import { isDeepStrictEqual } from 'node:util'
import { timestamp } from '@/lib/demo/clock'
import type { Cluster } from './cluster'
import { conditionOf, controllerOf, selectorMatches, type Budget, type Condition, type Pod } from './objects'
import { WorkQueue } from './work-queue'

/** An eviction that was allowed counts as a disruption until the pod is gone, at most two minutes. */
const evictionSeconds = 120

/** Counts for each PodDisruptionBudget how many pods may be evicted now (k8s pkg/controller/disruption/disruption.go). */
export class DisruptionController {
  readonly #cluster: Cluster
  readonly #queue: WorkQueue

  constructor(cluster: Cluster, onError: (key: string, error: unknown) => void) {
    this.#cluster = cluster
    this.#queue = new WorkQueue(cluster.clock, (key) => this.#sync(key), onError)
  }

  start(): void {
    const key = ({ metadata }: Readonly<Budget>) => `${metadata.namespace}/${metadata.name}`
    this.#cluster.on('poddisruptionbudgets', ({ type, object }) => {
      if (type !== 'DELETED') this.#queue.add(key(object))
    })
    this.#cluster.on('pods', ({ object }) => {
      for (const budget of this.#cluster.list('poddisruptionbudgets', object.metadata.namespace)) {
        if (selectorMatches(budget.spec.selector, object.metadata.labels)) this.#queue.add(key(budget))
      }
    })
    this.#cluster.on('statefulsets', ({ object, previous }) => {
      if (previous?.spec.replicas === object.spec.replicas) return
      for (const budget of this.#cluster.list('poddisruptionbudgets', object.metadata.namespace))
        this.#queue.add(key(budget))
    })
    for (const budget of this.#cluster.list('poddisruptionbudgets')) this.#queue.add(key(budget))
  }

  stop(): void {
    this.#queue.stop()
  }

  #sync(key: string): void {
    const slash = key.indexOf('/')
    const [namespace, name] = [key.slice(0, slash), key.slice(slash + 1)]
    const budget = this.#cluster.get('poddisruptionbudgets', namespace, name)
    if (!budget) return
    const pods = [...this.#cluster.list('pods', namespace)].filter(
      ({ metadata, status }) =>
        selectorMatches(budget.spec.selector, metadata.labels) &&
        status.phase !== 'Succeeded' &&
        status.phase !== 'Failed',
    )
    const now = this.#cluster.clock.now()
    const disrupted: Record<string, string> = {}
    for (const [pod, since] of Object.entries(budget.status?.disruptedPods ?? {})) {
      const left = Date.parse(since) + evictionSeconds * 1000 - now.getTime()
      const present = pods.find(({ metadata }) => metadata.name === pod)
      if (!present || present.metadata.deletionTimestamp || left <= 0) continue
      disrupted[pod] = since
      this.#queue.addAfter(key, left / 1000)
    }
    const currentHealthy = pods.filter(
      ({ metadata, status }) =>
        !metadata.deletionTimestamp &&
        disrupted[metadata.name] === undefined &&
        conditionOf(status.conditions, 'Ready')?.status === 'True',
    ).length
    const { minAvailable, maxUnavailable } = budget.spec
    const percent = typeof minAvailable === 'string' || maxUnavailable !== undefined
    const expectedPods = percent ? this.#expected(pods) : pods.length
    const desiredHealthy =
      maxUnavailable !== undefined
        ? Math.max(0, expectedPods - scaled(maxUnavailable, expectedPods))
        : scaled(minAvailable ?? 1, expectedPods)
    const allowed = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0
    this.#cluster.mutateStatus('poddisruptionbudgets', namespace, name, (draft) => {
      const before = conditionOf(draft.status?.conditions, 'DisruptionAllowed')
      const status = {
        ...(Object.keys(disrupted).length > 0 ? { disruptedPods: disrupted } : {}),
        disruptionsAllowed: allowed,
        currentHealthy,
        desiredHealthy,
        expectedPods,
        observedGeneration: draft.metadata.generation ?? 1,
        conditions: [allowedCondition(allowed, draft.metadata.generation ?? 1, before, timestamp(now))],
      }
      if (!isDeepStrictEqual(status, draft.status)) draft.status = status
    })
  }

  /** How many pods there should be: the replicas of every set that controls one of them. */
  #expected(pods: Readonly<Pod>[]): number {
    const sets = new Map<string, number>()
    for (const pod of pods) {
      const owner = controllerOf(pod)
      if (!owner) return pods.length
      const set = this.#cluster.get('statefulsets', pod.metadata.namespace ?? '', owner.name)
      sets.set(owner.uid, set?.metadata.uid === owner.uid ? set.spec.replicas : 0)
    }
    return [...sets.values()].reduce((sum, replicas) => sum + replicas, 0)
  }
}

/** A number, or a share of the expected pods, rounded up. */
const scaled = (value: number | string, of: number): number =>
  typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * of) / 100)

function allowedCondition(
  allowed: number,
  observedGeneration: number,
  before: Condition | undefined,
  now: string,
): Condition {
  const status = allowed > 0 ? 'True' : 'False'
  return {
    type: 'DisruptionAllowed',
    status,
    observedGeneration,
    lastTransitionTime: before?.status === status && before.lastTransitionTime ? before.lastTransitionTime : now,
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  }
}
