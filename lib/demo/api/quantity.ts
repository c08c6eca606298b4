/**
 * Quantities such as 100m, 1.5Gi or 1e3, exact to one billionth, and their one canonical form
 * (k8s apimachinery pkg/api/resource/quantity.go).
 */
type Format = 'decimal' | 'binary' | 'exponent'
export type Quantity = { nano: bigint; format: Format }

const FORM = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d{1,3})?$/
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const UNIT = 1_000_000_000n

export function parseQuantity(text: string): Quantity | null {
  const match = FORM.exec(text)
  if (!match) return null
  const [, sign, digits = '0', suffix = ''] = match
  const [whole = '0', fraction = ''] = digits.split('.')
  let scale = UNIT
  let shrink = 1n
  let format: Format = 'decimal'
  const binary = BINARY.indexOf(suffix)
  const decimal = DECIMAL.indexOf(suffix)
  if (suffix !== '' && binary > 0) {
    format = 'binary'
    scale *= 1024n ** BigInt(binary)
  } else if (decimal >= 0) {
    scale = 10n ** BigInt(decimal * 3)
  } else {
    format = 'exponent'
    const exponent = Number(suffix.slice(1))
    if (exponent >= 0) scale *= 10n ** BigInt(exponent)
    else shrink = 10n ** BigInt(-exponent)
  }
  const divisor = 10n ** BigInt(fraction.length) * shrink
  const value = BigInt(whole + fraction) * scale
  // What is finer than a billionth is rounded up, away from zero.
  const nano = (value + divisor - 1n) / divisor
  return { nano: sign === '-' ? -nano : nano, format }
}

/** The canonical text: no fraction, the largest suffix that keeps it exact. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0'
  const small = nano > -1024n * UNIT && nano < 1024n * UNIT
  if (format === 'binary' && !small && nano % UNIT === 0n) {
    let value = nano / UNIT
    let step = 0
    while (step < BINARY.length - 1 && value % 1024n === 0n) {
      value /= 1024n
      step++
    }
    return `${value}${BINARY[step]}`
  }
  let value = nano
  let step = 0
  while (step < DECIMAL.length - 1 && value % 1000n === 0n) {
    value /= 1000n
    step++
  }
  if (format === 'exponent') return step === 3 ? `${value}` : `${value}e${(step - 3) * 3}`
  return `${value}${DECIMAL[step]}`
}

/** Compares two quantities in text; what cannot be read counts as zero. */
export function compareQuantities(a: string, b: string): number {
  const left = parseQuantity(a)?.nano ?? 0n
  const right = parseQuantity(b)?.nano ?? 0n
  return left < right ? -1 : left > right ? 1 : 0
}
