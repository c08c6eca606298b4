import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** The few calls that the prediction program makes, over plain HTTP or with a token over TLS. */

export type Target = { url: string; ca?: string; token?: string }
export type Answer = { status: number; json: Record<string, unknown> }
export type WatchEvent = { type: string; object: Record<string, unknown> }

export class Api {
  readonly #target: Target
  readonly #agent: HttpAgent | HttpsAgent

  constructor(target: Target) {
    this.#target = target
    const options = { keepAlive: true, maxSockets: 64 }
    this.#agent = target.url.startsWith('https:')
      ? new HttpsAgent({ ...options, ...(target.ca === undefined ? {} : { ca: target.ca }) })
      : new HttpAgent(options)
  }

  #open(method: string, path: string, body: unknown, contentType: string): Promise<IncomingMessage> {
    const { url, token } = this.#target
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const text = body === undefined ? null : JSON.stringify(body)
    return new Promise((resolve, reject) => {
      const request = send(
        new URL(path, url),
        {
          method,
          agent: this.#agent,
          headers: {
            accept: 'application/json',
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(text === null ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }),
          },
        },
        resolve,
      )
      request.on('error', reject)
      request.end(text ?? undefined)
    })
  }

  /** One request; never throws for an HTTP status. */
  async call(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<Answer> {
    const response = await this.#open(method, path, body, contentType)
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { message: text }
    return { status: response.statusCode ?? 0, json }
  }

  /** As `call`, but any other status than 2xx is an error. */
  async must(method: string, path: string, body?: unknown, contentType?: string): Promise<Record<string, unknown>> {
    const { status, json } = await this.call(method, path, body, contentType)
    if (status < 200 || status > 299) throw new Error(`${method} ${path}: ${status} ${String(json.message ?? '')}`)
    return json
  }

  /** Lists a collection and then follows it for good; calls back with the list first. Ends with `stop`. */
  follow(
    path: string,
    listed: (items: Record<string, unknown>[]) => void,
    happened: (event: WatchEvent) => void,
    failed: (error: unknown) => void,
  ): { stop(): void; ready: Promise<void> } {
    let stopped = false
    let current: IncomingMessage | null = null
    let ready: () => void = () => {}
    const once = new Promise<void>((resolve) => (ready = resolve))
    const run = async () => {
      const list = await this.must('GET', path)
      listed((list.items as Record<string, unknown>[] | undefined) ?? [])
      ready()
      let version = (list.metadata as { resourceVersion: string }).resourceVersion
      while (!stopped) {
        const query = `?watch=1&allowWatchBookmarks=true&timeoutSeconds=1800&resourceVersion=${version}`
        current = await this.#open('GET', path + query, undefined, '')
        let rest = ''
        current.setEncoding('utf8')
        for await (const chunk of current) {
          rest += chunk as string
          const lines = rest.split('\n')
          rest = lines.pop() ?? ''
          for (const line of lines) {
            if (line === '') continue
            const event = JSON.parse(line) as WatchEvent
            if (event.type === 'ERROR') throw new Error(`watch of ${path}: ${JSON.stringify(event.object)}`)
            version = (event.object.metadata as { resourceVersion: string }).resourceVersion
            if (event.type !== 'BOOKMARK') happened(event)
          }
        }
      }
    }
    run().catch((error: unknown) => {
      if (!stopped) failed(error)
    })
    return {
      ready: once,
      stop: () => {
        stopped = true
        current?.destroy()
      },
    }
  }

  close(): void {
    this.#agent.destroy()
  }
}
