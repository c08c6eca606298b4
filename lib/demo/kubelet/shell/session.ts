import type { ExecIO, ExecSession } from '@/lib/demo/api/kubelets'
import { Shell } from './shell'
import type { Place } from './surroundings'
import { Terminal } from './terminal'

/** A command in a container, begun and not yet ended. */
export function startSession(
  place: Place,
  command: string[],
  io: ExecIO,
): ExecSession & { kill: (code: number) => void } {
  // A terminal has one stream for both, and ends its lines as terminals do.
  const write = (to: (data: Buffer) => void) => (text: string) =>
    to(Buffer.from(io.tty ? text.replace(/(?<!\r)\n/g, '\r\n') : text))
  const out = write(io.stdout)
  const terminal = new Terminal(io.tty, out)
  if (!io.stdin) terminal.end()
  const shell = new Shell(place, terminal, { out, error: io.tty ? out : write(io.stderr) })
  return {
    ended: shell.run(command),
    write: (data) => terminal.write(data),
    endInput: () => terminal.end(),
    resize: (columns, rows) => {
      terminal.columns = columns
      terminal.rows = rows
    },
    kill: (code) => shell.kill(code),
  }
}
