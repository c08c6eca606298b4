import { createServer, type IncomingMessage } from 'node:http'
import { duplexPair, type Duplex } from 'node:stream'
import { Unreachable, type ProxyRequest, type ProxyResponse } from '@/lib/demo/api/kubelets'

const LARGEST_BODY = 1024 * 1024

/** A connection to an app that speaks HTTP, without a port: our end of it. The app is asked once for each request. */
export function connectTo(answer: (request: ProxyRequest) => Promise<ProxyResponse>): Duplex {
  const [ours, theirs] = duplexPair()
  const server = createServer((request, response) => {
    void (async () => {
      try {
        const { status, headers, body } = await answer(await read(request))
        response.writeHead(status, headers).end(body)
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error
        theirs.destroy()
      }
    })().catch(() => theirs.destroy())
  })
  // A connection that was opened without a request may wait as long as it likes.
  server.requestTimeout = 0
  server.headersTimeout = 0
  server.keepAliveTimeout = 0
  server.emit('connection', theirs)
  ours.on('close', () => theirs.destroy())
  theirs.on('close', () => ours.push(null))
  return ours
}

async function read(request: IncomingMessage): Promise<ProxyRequest> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > LARGEST_BODY) throw new Error('the body is too large')
    chunks.push(chunk as Buffer)
  }
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  return { method: request.method ?? 'GET', path: request.url ?? '/', headers, body: Buffer.concat(chunks) }
}
