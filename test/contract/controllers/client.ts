import { setTimeout as sleep } from 'node:timers/promises'

/** A plain client of the Kubernetes API by URL, as `kubectl proxy` and the demo cluster serve it. */

export type Json = { [key: string]: unknown }
export type Meta = {
  name: string
  namespace?: string
  uid: string
  resourceVersion: string
  generation?: number
  creationTimestamp: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[]
  finalizers?: string[]
}
export type Condition = { type: string; status: string; reason?: string }
export type Obj = Json & {
  kind: string
  metadata: Meta
  spec?: Json & { nodeName?: string; replicas?: number; volumeName?: string }
  status?: Json & { phase?: string; conditions?: Condition[] }
  revision?: number
}

export class ApiError extends Error {
  readonly status: number
  readonly reason: string

  constructor(status: number, reason: string, message: string) {
    super(message)
    this.status = status
    this.reason = reason
  }
}

export const paths = {
  pods: (namespace: string) => `/api/v1/namespaces/${namespace}/pods`,
  persistentvolumeclaims: (namespace: string) => `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
  services: (namespace: string) => `/api/v1/namespaces/${namespace}/services`,
  statefulsets: (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/statefulsets`,
  controllerrevisions: (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/controllerrevisions`,
  endpointslices: (namespace: string) => `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
  events: (namespace: string) => `/api/v1/namespaces/${namespace}/events`,
} as const
export type Resource = keyof typeof paths

export class Api {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  async request(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<Obj> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': contentType } }),
    })
    const json = (await response.json()) as Obj & { message?: string; reason?: string }
    if (!response.ok) throw new ApiError(response.status, json.reason ?? '', `${method} ${path}: ${json.message ?? ''}`)
    return json
  }

  /** The object, or null when there is none. */
  async find(path: string): Promise<Obj | null> {
    try {
      return await this.request('GET', path)
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null
      throw error
    }
  }

  patch(path: string, body: unknown, type: 'merge' | 'strategic-merge' = 'merge'): Promise<Obj> {
    return this.request('PATCH', path, body, `application/${type}-patch+json`)
  }

  async list(path: string): Promise<{ items: Obj[]; resourceVersion: string }> {
    const list = (await this.request('GET', path)) as unknown as { items: Obj[]; metadata: { resourceVersion: string } }
    return { items: list.items, resourceVersion: list.metadata.resourceVersion }
  }

  /** Calls back for each change until the signal aborts; opens again from where it was when the stream ends. */
  async watch(
    path: string,
    from: string,
    signal: AbortSignal,
    onChange: (type: string, object: Obj) => void,
  ): Promise<void> {
    let resourceVersion = from
    while (!signal.aborted) {
      try {
        const response = await fetch(`${this.url}${path}?watch=1&resourceVersion=${resourceVersion}`, { signal })
        const decoder = new TextDecoder()
        let text = ''
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
          text += decoder.decode(chunk, { stream: true })
          const lines = text.split('\n')
          text = lines.pop() ?? ''
          for (const line of lines) {
            if (!line) continue
            const { type, object } = JSON.parse(line) as { type: string; object: Obj }
            resourceVersion = object.metadata.resourceVersion
            onChange(type, object)
          }
        }
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof TypeError)) throw error
        await sleep(100)
      }
    }
  }
}
