/** A length of time cut into the one or two units that a person reads; `key` is a message of `shell.time`. */
export type DurationWords =
  | { key: 'seconds'; values: { s: number } }
  | { key: 'minutes'; values: { m: number } }
  | { key: 'minutesSeconds'; values: { m: number; s: number } }
  | { key: 'hours'; values: { h: number } }
  | { key: 'hoursMinutes'; values: { h: number; m: number } }
  | { key: 'days'; values: { d: number } }
  | { key: 'daysHours'; values: { d: number; h: number } }

/**
 * `ms` rounded down, never negative: clocks of two machines differ, and "in the future" helps nobody.
 * `coarse` gives one unit (tables), `fine` a second one below it (clocks that count).
 */
export function durationWords(ms: number, precision: 'coarse' | 'fine'): DurationWords {
  const total = Math.max(0, Math.floor(ms / 1000))
  const s = total % 60
  const m = Math.floor(total / 60) % 60
  const h = Math.floor(total / 3600) % 24
  const d = Math.floor(total / 86400)
  const fine = precision === 'fine'
  if (d > 0) return fine && d < 10 && h > 0 ? { key: 'daysHours', values: { d, h } } : { key: 'days', values: { d } }
  if (h > 0) return fine && m > 0 ? { key: 'hoursMinutes', values: { h, m } } : { key: 'hours', values: { h } }
  if (m > 0) return fine && s > 0 ? { key: 'minutesSeconds', values: { m, s } } : { key: 'minutes', values: { m } }
  return { key: 'seconds', values: { s } }
}
