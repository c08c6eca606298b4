import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DemoCluster } from './cluster'
import { DnsPods } from './dns/pods'
import { Motion } from './motion'
import { paths } from './scenarios/paths'
import type { Mode } from './scenarios/play'
import type { Levers } from './scenarios/levers'
import { Runner } from './scenarios/runner'
import { Stage } from './scenarios/stage'
import { scenarioById } from './scenarios/catalogue'
import { seed, seedEmpty } from './seed'

export type PlaygroundOptions = {
  /** No example sets, and nothing that moves by itself. */
  empty: boolean
  /** Numbers from 0 up to 1, for storms and motion. */
  random: () => number
  /** Real seconds that a sentence of a scenario is left to be read; see Runner. */
  readingSeconds?: number
  onError: (error: unknown) => void
}

const system = ['kube-system', 'kube-public', 'kube-node-lease']
/** Real seconds that a reset may take. */
const resetMillis = 20_000

/** What makes a demo cluster more than a cluster: examples, motion, scenarios, and the levers that move them. */
export class Playground {
  readonly #cluster: DemoCluster
  readonly #options: PlaygroundOptions
  readonly #motion: Motion
  readonly #runner: Runner
  readonly #dns: DnsPods
  readonly #levers: Levers
  readonly handle: (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean>

  constructor(cluster: DemoCluster, options: PlaygroundOptions) {
    this.#cluster = cluster
    this.#options = options
    this.#motion = new Motion(cluster.view, options.random, options.onError)
    this.#dns = new DnsPods(cluster.view, cluster.operations)
    const stage = new Stage(cluster.view, cluster.operations, cluster.fleet, options.random)
    this.#levers = stage.levers
    this.#runner = new Runner(stage, {
      onChange: (playing) => {
        this.#motion.paused = playing
      },
      ...(options.readingSeconds === undefined ? {} : { readingSeconds: options.readingSeconds }),
    })
    this.handle = paths({ runner: this.#runner, levers: stage.levers, reset: () => this.reset() })
  }

  /** Puts the examples in place and lets them move. */
  start(): void {
    this.#dns.start()
    if (this.#options.empty) seedEmpty(this.#cluster.operations)
    else {
      seed(this.#cluster.operations)
      this.#motion.start()
    }
  }

  stop(): void {
    this.#motion.stop()
    this.#runner.stop()
  }

  /** Starts a scenario by its id; false when there is none. */
  play(id: string, mode: Mode): boolean {
    const scenario = scenarioById(id)
    if (scenario) this.#runner.start(scenario, mode)
    return scenario !== undefined
  }

  /** Everything as it was at the beginning: machines mended, what people made taken down, the examples anew. */
  async reset(): Promise<void> {
    const { operations, view, store, disks } = this.#cluster
    this.#runner.clear()
    this.#motion.stop()
    this.#levers.forget()
    const namespaced = ['statefulsets', 'services', 'poddisruptionbudgets', 'persistentvolumeclaims', 'pods'] as const
    const mine = (namespace = '') => !system.includes(namespace)
    const left = () => {
      const objects = namespaced.flatMap((resource) =>
        view
          .listAny(resource)
          .flatMap(({ metadata }) =>
            mine(metadata.namespace) && metadata.name !== 'kubernetes' ? [{ resource, metadata }] : [],
          ),
      )
      return [
        ...objects,
        ...view.listAny('persistentvolumes').map(({ metadata }) => ({ resource: 'persistentvolumes', metadata })),
      ]
    }
    const deadline = Date.now() + resetMillis
    for (let objects = left(); objects.length > 0 && Date.now() < deadline; objects = left()) {
      for (const { resource, metadata } of objects) {
        const { namespace = '', name, finalizers } = metadata
        if (finalizers?.length)
          operations.mutate(resource, namespace, name, '', (draft) => delete draft.metadata.finalizers)
        if (store.get(resource, namespace, name))
          operations.delete(resource, namespace, name, { gracePeriodSeconds: 0 })
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    disks.clear()
    for (const { metadata } of view.listAny('events')) view.delete('events', metadata.namespace ?? '', metadata.name)
    this.start()
  }
}
