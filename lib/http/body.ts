import 'server-only'
import { HttpError } from './responses'

const deepest = 32

/**
 * The JSON of a request's body. Bytes are counted as they come, whatever Content-Length says. Refused with 413, 415 or
 * 400: too large, encoded, not UTF-8, not JSON, nested too deep, a key given twice, or one that has changed prototypes
 * elsewhere.
 */
export async function readBody(request: Request, limit: number): Promise<unknown> {
  if (request.headers.get('content-encoding')) {
    throw new HttpError('encoded-body', 'An encoded body is not accepted.')
  }
  const tooLarge = new HttpError('body-too-large', `The body is larger than ${limit} bytes.`)
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > limit) {
      await reader.cancel().catch(() => undefined)
      throw tooLarge
    }
    chunks.push(value)
  }
  let value: unknown
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
    value = JSON.parse(text)
  } catch {
    throw new HttpError('invalid-json', 'The body is not JSON.')
  }
  refuseOddities(value, 0)
  if (repeatsAKey(text)) throw new HttpError('invalid-json', 'The body gives a key twice.')
  return value
}

/** JSON.parse takes the last of two, and whoever reads along may take the first. The text is JSON already. */
function repeatsAKey(text: string): boolean {
  /** The keys of each object that is open, null for each list. */
  const open: (Set<string> | null)[] = []
  // Of JSON only strings and brackets matter here; a string is a key when a colon comes after it.
  for (const [token, key] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (key !== undefined) {
      const keys = open.at(-1)
      const name = JSON.parse(key) as string
      if (keys?.has(name)) return true
      keys?.add(name)
    }
  }
  return false
}

function refuseOddities(value: unknown, depth: number) {
  if (typeof value !== 'object' || value === null) return
  if (depth >= deepest) throw new HttpError('invalid-json', 'The body is nested too deep.')
  for (const key of Object.keys(value)) {
    if (key === '__proto__') throw new HttpError('invalid-json', 'The body has a key that is not accepted.')
    refuseOddities((value as Record<string, unknown>)[key], depth + 1)
  }
}
