/** Kubernetes quantities as numbers, to compare sizes. Source: apimachinery pkg/api/resource/quantity.go. */

const binary: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 }
const decimal: Readonly<Record<string, number>> = { n: -3, u: -2, m: -1, '': 0, k: 1, M: 2, G: 3, T: 4, P: 5, E: 6 }

/** The number of a quantity such as `1Gi`, `500M` or `1e9`; null when it is none. */
export function quantity(text: string | null): number | null {
  const match = /^([+-]?[0-9.]+)(?:([eE][+-]?[0-9]+)|([a-zA-Z]*))$/.exec(text ?? '')
  if (match?.[1] === undefined) return null
  const value = Number(match[1])
  if (Number.isNaN(value)) return null
  if (match[2] !== undefined) return value * 10 ** Number(match[2].slice(1))
  const suffix = match[3] ?? ''
  const power = binary[suffix]
  if (power !== undefined) return value * 1024 ** power
  const thousand = decimal[suffix]
  return thousand === undefined ? null : value * 1000 ** thousand
}

const binaryUnits = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

/** Bytes as people read them: the largest binary unit of which there is at least one, with at most one decimal. */
export function sizeText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(binaryUnits.length - 1, Math.floor(Math.log2(bytes) / 10))
  return `${Math.round((bytes / 1024 ** power) * 10) / 10}${binaryUnits[power]}`
}
