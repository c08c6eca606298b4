import type { Cluster } from './controllers/cluster'
import { isNotFound } from './controllers/failures'

/**
 * A little life in the example sets, so that the first page moves: now and then a cache grows or shrinks, a pod is
 * replaced, a set is rolled out anew. It never touches kubia, nor anything that a person has created.
 */
export class Motion {
  readonly #cluster: Cluster
  readonly #random: () => number
  readonly #onError: (error: unknown) => void
  #cancel: (() => void) | null = null
  #paused = false

  constructor(cluster: Cluster, random: () => number, onError: (error: unknown) => void) {
    this.#cluster = cluster
    this.#random = random
    this.#onError = onError
  }

  start(): void {
    this.#cancel = this.#cluster.clock.after(45 + 45 * this.#random(), () => {
      if (!this.#paused) this.#move()
      this.start()
    })
  }

  stop(): void {
    this.#cancel?.()
  }

  /** A scenario is easier to follow while the rest stands still. */
  set paused(paused: boolean) {
    this.#paused = paused
  }

  #move(): void {
    const moves = [
      () => this.#rescale('shop', 'cart-cache', 2, 4),
      () => this.#rescale('shop', 'cart-cache', 2, 4),
      () => this.#replace('monitoring', 'prometheus'),
      () => this.#replace('search', 'opensearch'),
      () => this.#restart('platform', 'nats'),
      () => this.#restart('streaming', 'kafka'),
    ]
    try {
      moves[Math.floor(this.#random() * moves.length)]?.()
    } catch (error) {
      if (!isNotFound(error)) this.#onError(error)
    }
  }

  #rescale(namespace: string, name: string, least: number, most: number): void {
    this.#cluster.mutate('statefulsets', namespace, name, ({ spec }) => {
      const step = spec.replicas >= most ? -1 : spec.replicas <= least ? 1 : this.#random() < 0.5 ? 1 : -1
      spec.replicas += step
    })
  }

  #replace(namespace: string, name: string): void {
    const set = this.#cluster.get('statefulsets', namespace, name)
    if (!set || set.spec.replicas === 0) return
    const ordinal = (set.spec.ordinals?.start ?? 0) + Math.floor(this.#random() * set.spec.replicas)
    this.#cluster.delete('pods', namespace, `${name}-${ordinal}`)
  }

  #restart(namespace: string, name: string): void {
    this.#cluster.mutate('statefulsets', namespace, name, ({ spec }) => {
      const metadata = (spec.template.metadata ??= {})
      const at = this.#cluster.clock.now().toISOString()
      metadata.annotations = { ...metadata.annotations, 'kubectl.kubernetes.io/restartedAt': `${at.slice(0, 19)}Z` }
    })
  }
}
