import { isAppPath, isPort } from '@/lib/names'

/**
 * What the application says of its peers itself: asked of each pod, at the port and path that an annotation of the set
 * names, and nowhere without it.
 */

/** `<port>/<path>`, such as `8080/peers`. */
export const peersAnnotation = 'ordinal.dev/peers'

export type AppAddress = { port: number; path: string }

/** Where the pods are asked; null where the annotation is missing or is none of that form. */
export function appAddress(annotations: Readonly<Record<string, string>>): AppAddress | null {
  const [, port = '', path = '/'] = /^(\d{1,5})(\/.*)?$/.exec(annotations[peersAnnotation]?.trim() ?? '') ?? []
  return isPort(Number(port)) && isAppPath(path) ? { port: Number(port), path } : null
}

/** Peers by what a text may call them: the pod's name, alone or in a longer DNS name, and its addresses. */
export type Named = { ordinal: number; pod: string; addresses: readonly string[] }

/** The ordinals that a text names, in JSON or in any other form. */
export function ordinalsNamed(text: string, peers: readonly Named[]): number[] {
  const words = new Set(
    text
      .toLowerCase()
      .match(/[a-z0-9][a-z0-9.:-]*/g)
      ?.flatMap(readings) ?? [],
  )
  return peers
    .filter(({ pod, addresses }) => [pod, ...addresses].some((name) => words.has(name)))
    .map(({ ordinal }) => ordinal)
}

/** `db-0.db.shop:5432` may mean the pod `db-0`; `10.0.0.1:80` an address with its port, `fd00::1` one without. */
function readings(word: string): string[] {
  const whole = word.replace(/[.:-]+$/, '')
  const host = whole.replace(/:\d+$/, '')
  return [whole, host, host.split('.', 1)[0] ?? host]
}

/** The first line that says something, as short as a column is wide. */
export function firstLine(text: string): string | null {
  const line =
    text
      .split('\n')
      .find((each) => each.trim() !== '')
      ?.trim() ?? null
  return line !== null && line.length > 100 ? `${line.slice(0, 99)}…` : line
}
