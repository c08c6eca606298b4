import { Agent, request as httpsRequest } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'

/** The parts of any Kubernetes object that the control plane's own programs read. */
export type KubeObject = {
  apiVersion?: string
  kind?: string
  metadata: {
    name: string
    namespace?: string
    uid: string
    resourceVersion?: string
    annotations?: Record<string, string>
    labels?: Record<string, string>
    deletionTimestamp?: string
  }
}
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** An answer that was not 2xx; `message` is what the API server said. */
export class RequestError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** A small client for the API server beside it. It trusts loopback inside the namespace and checks no certificate. */
export class Kubernetes {
  private readonly agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: 20 })

  private readonly token: string
  private readonly port: number

  constructor(token: string, port = 6443) {
    this.token = token
    this.port = port
  }

  /** One request; resolves with the parsed answer, rejects with RequestError or the connection's error. */
  async request<T>(method: Method, path: string, body?: unknown, contentType = 'application/json'): Promise<T> {
    const payload = body === undefined ? '' : JSON.stringify(body)
    const text = await new Promise<string>((resolve, reject) => {
      const request = httpsRequest(
        {
          host: '127.0.0.1',
          port: this.port,
          method,
          path,
          agent: this.agent,
          timeout: 30_000,
          headers: {
            authorization: `Bearer ${this.token}`,
            'content-type': contentType,
            // Node sends the body of a DELETE without its length; the server then takes it for the next request.
            'content-length': Buffer.byteLength(payload),
            accept: 'application/json',
          },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const answer = Buffer.concat(chunks).toString()
            const code = response.statusCode ?? 0
            if (code >= 200 && code < 300) resolve(answer)
            else reject(new RequestError(code, messageOf(answer)))
          })
        },
      )
      request.on('timeout', () => request.destroy(new Error(`${method} ${path}: no answer in 30 seconds`)))
      request.on('error', reject)
      request.end(payload)
    })
    return (text.startsWith('{') ? JSON.parse(text) : text) as T
  }

  /** Creates the object, or leaves the one that is there. */
  async ensure(collection: string, object: unknown): Promise<void> {
    await this.request('POST', collection, object).catch((error: unknown) => {
      if (!(error instanceof RequestError && error.status === 409)) throw error
    })
  }

  /** A merge patch; on a subresource when the path names one. */
  patch<T>(path: string, body: unknown): Promise<T> {
    return this.request<T>('PATCH', path, body, 'application/merge-patch+json')
  }

  /**
   * Keeps a map of a collection's objects by `namespace/name` for as long as the process lives: list, watch,
   * and again from the start after any fault. `changed` gets the object, or null with the last one known.
   */
  follow<T extends KubeObject>(collection: string, changed: (object: T | null, last: T | undefined) => void) {
    const known = new Map<string, T>()
    const set = (object: T) => {
      const key = keyOf(object)
      const last = known.get(key)
      known.set(key, object)
      changed(object, last)
    }
    const remove = (key: string) => {
      const last = known.get(key)
      known.delete(key)
      if (last) changed(null, last)
    }
    const run = async () => {
      for (;;) {
        try {
          const list = await this.request<{ metadata: { resourceVersion: string }; items: T[] }>('GET', collection)
          const here = new Set(list.items.map(keyOf))
          for (const key of [...known.keys()]) if (!here.has(key)) remove(key)
          for (const object of list.items) set(object)
          await this.watch<T>(collection, list.metadata.resourceVersion, (type, object) =>
            type === 'DELETED' ? remove(keyOf(object)) : set(object),
          )
        } catch {
          // The API server is stopped on purpose in tests; the next round finds it again.
        }
        await sleep(300)
      }
    }
    void run()
    return known as ReadonlyMap<string, T>
  }

  private watch<T>(collection: string, version: string, each: (type: string, object: T) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const path = `${collection}?watch=1&allowWatchBookmarks=true&timeoutSeconds=600&resourceVersion=${version}`
      const headers = { authorization: `Bearer ${this.token}`, accept: 'application/json' }
      const request = httpsRequest(
        { host: '127.0.0.1', port: this.port, path, rejectUnauthorized: false, headers },
        (response) => {
          let rest = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => {
            const lines = (rest + chunk).split('\n')
            rest = lines.pop() ?? ''
            for (const line of lines) {
              if (!line) continue
              const { type, object } = JSON.parse(line) as { type: string; object: T }
              if (type === 'ERROR') request.destroy(new Error('the watch ended'))
              else if (type !== 'BOOKMARK') each(type, object)
            }
          })
          response.on('end', resolve)
          response.on('error', reject)
        },
      )
      request.on('error', reject)
      request.end()
    })
  }
}

export function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`
}

function messageOf(answer: string): string {
  try {
    return (JSON.parse(answer) as { message?: string }).message ?? answer
  } catch {
    return answer.trim()
  }
}
