import type { ServerResponse } from 'node:http'
import type { Fields, KubeObject } from '@/lib/demo/store'
import { demandsProtobuf, PROTOBUF } from './media-types'
import { StatusError, type Status } from './status'

/** Writing answers. */

/** The JSON of stored objects, written once however many watches and lists carry it. */
const texts = new WeakMap<object, string>()

export function jsonOf(object: KubeObject): string {
  // Only frozen objects are certain never to change.
  if (!Object.isFrozen(object)) return JSON.stringify(object)
  let text = texts.get(object)
  if (text === undefined) {
    text = JSON.stringify(object)
    texts.set(object, text)
  }
  return text
}

/** Sends JSON, or the same as protobuf to a client that takes nothing else. */
export function sendJson(
  response: ServerResponse,
  code: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  if (demandsProtobuf(response.req.headers.accept)) void sendProtobuf(response, code, text, headers)
  else sendJsonText(response, code, text, headers)
}

/** The messages are loaded with the first answer that needs them. What has no message stays JSON, as /version does. */
async function sendProtobuf(
  response: ServerResponse,
  code: number,
  text: string,
  headers: Record<string, string>,
): Promise<void> {
  try {
    const { encodeObject } = await import('./protobuf/message')
    const body = encodeObject(JSON.parse(text) as Fields)
    response.writeHead(code, { 'cache-control': 'no-cache, private', ...headers, 'content-type': PROTOBUF })
    response.end(body)
  } catch {
    sendJsonText(response, code, text, headers)
  }
}

function sendJsonText(response: ServerResponse, code: number, text: string, headers: Record<string, string>): void {
  response.writeHead(code, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
    ...headers,
  })
  response.end(text)
}

export const sendText = (response: ServerResponse, code: number, text: string): void => {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
  response.end(text)
}

export function sendStatus(response: ServerResponse, code: number, status: Status): void {
  const seconds = status.details?.retryAfterSeconds
  sendJson(response, code, `${JSON.stringify(status)}\n`, seconds ? { 'retry-after': String(seconds) } : {})
}

/** Answers with an error. Whatever is not a StatusError is our own fault, or a tree too deep to walk. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const known =
    error instanceof StatusError
      ? error
      : error instanceof RangeError
        ? new StatusError(400, 'BadRequest', 'the request is nested too deeply')
        : new StatusError(
            500,
            'InternalError',
            `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`,
            {
              causes: [{ message: error instanceof Error ? error.message : String(error) }],
            },
          )
  // What is left of a body that was too big must not be taken for the next request.
  if (known.code === 413) response.setHeader('connection', 'close')
  sendStatus(response, known.code, known.status)
}

/** `Warning: 299 - "text"`, one for each. */
export function setWarnings(response: ServerResponse, warnings: string[]): void {
  if (warnings.length === 0 || response.headersSent) return
  response.setHeader(
    'warning',
    warnings.map((text) => `299 - "${text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`),
  )
}
