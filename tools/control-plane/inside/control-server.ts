import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { RequestError, type Kubernetes } from './kubernetes'
import type { Machine } from './machines'
import { behaviourAnnotation, behaviours, sockets, type Status } from './protocol'

/** What the control socket can do; the paths below are its only door. */
export type Controls = {
  status(): Status
  apiServer(action: 'start' | 'stop' | 'kill'): Promise<void>
  machine(name: string): Machine | undefined
  stop(): Promise<void>
}

class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Serves the controls as JSON over HTTP on the control socket. */
export async function serveControls(folder: string, controls: Controls, kubernetes: Kubernetes): Promise<void> {
  const server = createServer(async (request, response) => {
    const say = (code: number, body: unknown) =>
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    try {
      say(200, await answer(request, controls, kubernetes))
    } catch (error) {
      const code = error instanceof Refusal || error instanceof RequestError ? error.status : 500
      say(code, { error: error instanceof Error ? error.message : String(error) })
    }
  })
  await new Promise<void>((resolve) => server.listen(join(folder, sockets.control), resolve))
}

async function answer(request: IncomingMessage, controls: Controls, kubernetes: Kubernetes): Promise<unknown> {
  const [area = '', first = '', second = '', third = ''] = (request.url ?? '/')
    .split('/')
    .slice(1)
    .map(decodeURIComponent)
  if (request.method === 'GET' && area === 'status') return controls.status()
  if (request.method !== 'POST') throw new Refusal(405, 'GET /status, or POST')
  const body = await readJson(request)
  if (area === 'api-server' && (first === 'start' || first === 'stop' || first === 'kill')) {
    await controls.apiServer(first)
  } else if (area === 'nodes' && (second === 'fail' || second === 'recover')) {
    const machine = controls.machine(first)
    const names = controls.status().nodes.map((it) => it.name)
    if (!machine) throw new Refusal(404, `there is no node "${first}"; there are ${names.join(', ')}`)
    if (second === 'fail') await machine.fail(body['machine'] === true)
    else await machine.recover(body['reboot'] === true)
  } else if (area === 'pods' && third === 'behaviour') {
    const behaviour = body['behaviour']
    if (!behaviours.some((it) => it === behaviour))
      throw new Refusal(400, `there is no behaviour "${String(behaviour)}"; there are ${behaviours.join(', ')}`)
    const path = `/api/v1/namespaces/${encodeURIComponent(first)}/pods/${encodeURIComponent(second)}`
    await kubernetes.patch(path, { metadata: { annotations: { [behaviourAnnotation]: behaviour } } })
  } else if (area === 'stop') {
    await controls.stop()
  } else throw new Refusal(404, `there is no control ${request.url}`)
  return controls.status()
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  if (text === '') return {}
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>
  } catch {
    // Falls through to the refusal.
  }
  throw new Refusal(400, 'the body has to be a JSON object')
}
