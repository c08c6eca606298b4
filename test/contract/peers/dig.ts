import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What dig prints: the status, and the answer section, one `name type data` for each record. */
export type Dug = { status: string; records: string[] }

/** Asks with dig (Debian: bind9-dnsutils) over TCP. `server` is host:port. */
export async function dig(server: string, name: string, type: string): Promise<Dug> {
  const [host = '', port = ''] = server.split(':')
  const args = [`@${host}`, '-p', port, '+tcp', '+noall', '+comments', '+answer', '+tries=2', '+time=5', name, type]
  const { stdout } = await run('dig', args)
  const [, status = ''] = /status: (\w+)/.exec(stdout) ?? []
  const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith(';'))
  return { status, records: lines.map(recordOf).toSorted() }
}

/** `web-0.web.x.svc.cluster.local. 30 IN A 10.99.0.1` without its time to live, which runs down between two questions. */
function recordOf(line: string): string {
  const [owner = '', , , type = '', ...data] = line.split(/\s+/)
  return [owner, type, ...data]
    .join(' ')
    .replaceAll(/\.(?=\s|$)/g, '')
    .toLowerCase()
}
