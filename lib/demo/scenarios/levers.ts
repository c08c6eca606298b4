import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { behaviours } from '@/lib/demo/kubelet/behaviour'
import type { Fleet } from '@/lib/demo/kubelet/fleet'
import { scenarioById, scenarios } from './catalogue'
import type { Runner } from './runner'

/** What the levers move. */
export type Levered = { fleet: Fleet; runner: Runner; reset: () => Promise<void> }

const largestBody = 16 * 1024
const failBody = z.strictObject({ machine: z.boolean().optional() })
const recoverBody = z.strictObject({ reboot: z.boolean().optional() })
const behaviourBody = z.strictObject({
  behaviour: z.enum(behaviours).nullable(),
  readySeconds: z.number().min(0).max(3600).optional(),
  stopSeconds: z.number().min(0).max(3600).optional(),
})
const emptyBody = z.strictObject({})

class Refused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/**
 * The demo cluster's own paths, below /ordinal.demo/: the list of scenarios, the one that plays, and what may happen to
 * nodes and pods. Writes need a JSON content type and come from no web page (an Origin is refused).
 */
export const levers =
  (of: Levered) =>
  async (request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> => {
    try {
      const answer = await pull(of, request, path)
      if (answer === undefined) return false
      send(response, 200, answer)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      send(response, error.status, { error: error.message })
    }
    return true
  }

async function pull(of: Levered, request: IncomingMessage, path: string): Promise<unknown> {
  const [, , first = '', ...rest] = path.split('/').map(decoded)
  const reads = request.method === 'GET' || request.method === 'HEAD'
  if (first === 'scenarios' && reads) {
    if (rest.length === 0) return { scenarios: scenarios.map(({ id, steps }) => ({ id, steps: steps.length })) }
    if (rest[0] === 'current') return { current: of.runner.current }
  }
  if (first === 'nodes' && rest.length === 0 && reads) return { nodes: of.fleet.machines() }
  const route = routeOf(first, rest)
  if (!route) return undefined
  if (request.method !== 'POST') throw new Refused(405, 'POST is the only method here')
  guard(request)
  const text = await readBody(request)
  return route(of, text)
}

type Route = (of: Levered, text: string) => unknown

function routeOf(first: string, rest: string[]): Route | undefined {
  const [a = '', b = '', c = ''] = rest
  if (first === 'scenarios' && rest.length === 1) return (of, text) => startScenario(of, a, text)
  if (first === 'scenarios' && rest.length === 0) return undefined
  if (first === 'reset' && rest.length === 0) {
    return async (of, text) => {
      parsed(emptyBody, text)
      await of.reset()
      return { reset: true }
    }
  }
  if (first === 'nodes' && rest.length === 2 && (b === 'fail' || b === 'recover'))
    return (of, text) => moveNode(of, a, b, text)
  if (first === 'pods' && rest.length === 3 && c === 'behaviour') return (of, text) => behave(of, a, b, text)
  return undefined
}

function startScenario({ runner }: Levered, id: string, text: string): unknown {
  parsed(emptyBody, text)
  if (id === 'stop') {
    runner.stop()
    return { current: null }
  }
  const scenario = scenarioById(id)
  if (!scenario) throw new Refused(404, `no scenario "${id}"; there are ${scenarios.map((one) => one.id).join(', ')}`)
  runner.start(scenario)
  return { current: runner.current }
}

function moveNode({ fleet }: Levered, name: string, what: 'fail' | 'recover', text: string): unknown {
  const known = fleet.machines().some((machine) => machine.name === name)
  if (!known) throw new Refused(404, `no machine "${name}"`)
  if (what === 'fail') fleet.fail(name, parsed(failBody, text).machine ? 'off' : 'silent')
  else fleet.recover(name, parsed(recoverBody, text).reboot)
  return { nodes: fleet.machines() }
}

function behave({ fleet }: Levered, namespace: string, pod: string, text: string): unknown {
  const { behaviour, ...seconds } = parsed(behaviourBody, text)
  fleet.setBehaviour(namespace, pod, behaviour === null ? null : { behaviour, ...seconds })
  return { namespace, pod, behaviour }
}

function guard(request: IncomingMessage): void {
  if (request.headers.origin !== undefined) throw new Refused(403, 'web pages may not do this')
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new Refused(415, 'the body must be application/json')
}

function parsed<T>(schema: z.ZodType<T>, text: string): T {
  let value: unknown
  try {
    value = text.trim() === '' ? {} : JSON.parse(text)
  } catch {
    throw new Refused(400, 'the body is not JSON')
  }
  const result = schema.safeParse(value)
  if (!result.success) throw new Refused(400, z.prettifyError(result.error))
  return result.data
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > largestBody) throw new Refused(413, `at most ${largestBody} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new Refused(400, 'the path is not well encoded')
  }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body)
}
