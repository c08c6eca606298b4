import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { scenarioById, scenarios } from './catalogue'
import { LeverStuck, nodeLevers, podLevers, setLevers, type Levers } from './levers'
import { NoSuchWay } from './play'
import type { Runner } from './runner'
import { namespace, setName } from './stage'

/** What the paths move. */
export type Moved = { runner: Runner; levers: Levers; reset: () => Promise<void> }

const largestBody = 16 * 1024
const mode = z.enum(['by-hand', 'by-itself'])
const order = z.union([
  z.strictObject({ start: z.string(), mode: mode.optional() }),
  z.strictObject({ choose: z.string() }),
  z.strictObject({ mode }),
  z.strictObject({ stop: z.literal(true) }),
  z.strictObject({ clear: z.literal(true) }),
  z.strictObject({ reset: z.literal(true) }),
])
const pull = z.union([
  z.strictObject({ undo: z.literal('all') }),
  z.strictObject({
    lever: z.enum(nodeLevers),
    name: z.string(),
    undo: z.boolean().optional(),
    // The machine has booted anew, even if it was only silent.
    reboot: z.boolean().optional(),
  }),
  z.strictObject({
    lever: z.enum([...setLevers, ...podLevers]),
    namespace: z.string(),
    name: z.string(),
    undo: z.boolean().optional(),
  }),
])

class Refused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/**
 * The demo cluster's own paths, below /ordinal.demo/: `scenarios` (which there are, and the one that plays; a POST orders
 * something of it) and `levers` (what is broken, and what can be; a POST pulls or undoes one). Writes need a JSON content
 * type and come from no web page (an Origin is refused).
 */
export const paths =
  (of: Moved) =>
  async (request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> => {
    try {
      const answer = await answerOf(of, request, path)
      if (answer === undefined) return false
      send(response, 200, answer)
    } catch (error) {
      const refused = refusalOf(error)
      if (!refused) throw error
      const { status, message } = refused
      send(response, status, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code: status })
    }
    return true
  }

async function answerOf(of: Moved, request: IncomingMessage, path: string): Promise<unknown> {
  const what = path.split('?')[0]?.split('/').slice(2).join('/')
  if (what !== 'scenarios' && what !== 'levers') return undefined
  if (request.method === 'GET' || request.method === 'HEAD')
    return what === 'scenarios' ? shownScenarios(of) : shownLevers(of)
  if (request.method !== 'POST') throw new Refused(405, 'GET and POST are the only methods here')
  guard(request)
  const text = await readBody(request)
  if (what === 'levers') {
    move(of, parsed(pull, text))
    // Machines and behaviours are no objects: nobody else would tell those who wait.
    of.runner.look()
    return shownLevers(of)
  }
  await obey(of, parsed(order, text))
  return shownScenarios(of)
}

const shownScenarios = ({ runner }: Moved) => ({
  scenarios: scenarios.map(({ id, seconds }) => ({ id, seconds })),
  stage: { namespace, statefulSet: setName },
  current: runner.current,
  cleared: runner.cleared,
})

const shownLevers = ({ levers }: Moved) => ({ inForce: levers.inForce(), ...levers.targets() })

async function obey({ runner, reset }: Moved, asked: z.infer<typeof order>): Promise<void> {
  if ('start' in asked) {
    const scenario = scenarioById(asked.start)
    if (!scenario)
      throw new Refused(404, `no scenario "${asked.start}"; there are ${scenarios.map((one) => one.id).join(', ')}`)
    runner.start(scenario, asked.mode)
  } else if ('choose' in asked) await runner.choose(asked.choose)
  else if ('mode' in asked) runner.setMode(asked.mode)
  else if ('stop' in asked) runner.stop()
  else if ('clear' in asked) runner.clear()
  else await reset()
}

function move({ levers }: Moved, asked: z.infer<typeof pull>): void {
  if (!('lever' in asked)) return levers.undoAll()
  const at = { lever: asked.lever, namespace: 'namespace' in asked ? asked.namespace : '', name: asked.name }
  if (asked.undo) levers.undo(at, 'reboot' in asked ? asked.reboot : false)
  else levers.pull(at)
}

function refusalOf(error: unknown): Refused | null {
  if (error instanceof Refused) return error
  if (error instanceof LeverStuck || error instanceof NoSuchWay) return new Refused(409, error.message)
  return null
}

function guard(request: IncomingMessage): void {
  if (request.headers.origin !== undefined) throw new Refused(403, 'web pages may not do this')
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new Refused(415, 'the body must be application/json')
}

function parsed<T>(schema: z.ZodType<T>, text: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
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

function send(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body)
}
