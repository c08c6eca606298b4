import { type ControlPlane } from '@/tools/control-plane/control-plane'
import { eventually } from '@/tools/control-plane/eventually'
import { FaultProxy } from '@/test/fixtures/fault-proxy'
import { KubernetesClient, type Answer as ApiAnswer } from '@/test/fixtures/kubernetes-client'
import { type Ordinal, readApi, startOrdinal } from '@/e2e/ordinal'
import type { ActionName } from '@/lib/contract/actions/names'
import { api as routes, type Route } from '@/lib/contract/routes'

export type Pod = {
  metadata: {
    name: string
    uid: string
    creationTimestamp: string
    deletionTimestamp?: string
    deletionGracePeriodSeconds?: number
    finalizers?: string[]
  }
  spec: { nodeName?: string }
  status: { conditions?: { type: string; status: string }[] }
}
export type Answer = ApiAnswer<
  Record<string, unknown> & { error?: { code: string; message: string; details: Record<string, unknown> | null } }
>

/**
 * Ordinal as its users start it, a proxy that can break between it and the API server, and a plain way to the API
 * server for the test itself. The identity is the admin's, or that of the token that is given.
 */
export class Bench {
  readonly controlPlane: ControlPlane
  readonly ordinal: Ordinal
  /** Everything that Ordinal sends goes through here. */
  readonly wire: FaultProxy
  /** The test's own way to the API server, past Ordinal and past the faults. */
  readonly api: KubernetesClient
  private readonly cluster: string

  private constructor(
    controlPlane: ControlPlane,
    ordinal: Ordinal,
    wire: FaultProxy,
    api: KubernetesClient,
    cluster: string,
  ) {
    this.controlPlane = controlPlane
    this.ordinal = ordinal
    this.wire = wire
    this.api = api
    this.cluster = cluster
  }

  static async start(
    controlPlane: ControlPlane,
    options: { token?: string; env?: Record<string, string>; through?: string } = {},
  ): Promise<Bench> {
    const { url, ca, adminToken } = controlPlane
    const bearer = (token: string) => ({ ca, headers: { authorization: `Bearer ${token}` } })
    const api = new KubernetesClient({ url, ca, token: adminToken })
    const upstream = options.through ?? url
    const extra = options.through ? {} : bearer(options.token ?? adminToken)
    const wire = await new FaultProxy(upstream, extra).start()
    const ordinal = await startOrdinal({ ORDINAL_SERVER: wire.url, ...options.env })
    const cluster = new URL(wire.url).host.replaceAll(/[.:]/g, '-')
    const bench = new Bench(controlPlane, ordinal, wire, api, cluster)
    await eventually('Ordinal is live', 30, async () => {
      return (await bench.state()) === 'live'
    })
    return bench
  }

  async stop(): Promise<void> {
    await this.ordinal.stop()
    await this.wire.stop()
    this.api.close()
  }

  /** What an address of Ordinal's API answers for this cluster. */
  async get<T>(route: (cluster: string) => Route<T>): Promise<T> {
    return readApi(this.ordinal, route(this.cluster))
  }

  /** The state of Ordinal's connection to the cluster. */
  async state(): Promise<string> {
    return (await this.get(routes.cluster)).connection.state
  }

  /** One action, as the page would ask for it. */
  async act(
    action: ActionName,
    body: object,
    options: { preview?: boolean; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const route = options.preview ? routes.preview(this.cluster, action) : routes.action(this.cluster, action)
    const headers = { origin: this.ordinal.url, 'content-type': 'application/json', ...options.headers }
    const response = await fetch(this.ordinal.url + route, { method: 'POST', headers, body: JSON.stringify(body) })
    return { status: response.status, json: (await response.json()) as Answer['json'] }
  }

  /** The journal's lines for an object, oldest first. */
  journal(name: string): Record<string, unknown>[] {
    return this.ordinal
      .output()
      .split('\n')
      .filter((line) => line.includes('"journal"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line.name === name)
  }

  /** Writes that Ordinal sent and the proxy let pass, without dry runs and reviews. */
  writes(path: string): { method: string; url: string; body: string }[] {
    return this.wire.forwarded.filter(
      ({ method, url, body }) =>
        method !== 'GET' && url.includes(path) && !url.includes('dryRun=All') && !body.includes('"dryRun":["All"]'),
    )
  }
}
