import 'server-only'

/** One line of JSON on standard error, with `error` as its message: what a person has to hear of a running server. */
export function log(level: 'warn' | 'error', message: string, facts: Readonly<Record<string, unknown>> = {}): void {
  const { error, ...others } = facts
  const reason = error === undefined ? {} : { reason: error instanceof Error ? error.message : String(error) }
  const line = { time: new Date().toISOString(), level, message, ...others, ...reason }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}
