import 'server-only'
import type { Connection } from '@/lib/cluster/connection'

/** The equivalent of an action for a terminal; every word is quoted where a shell would need it. */
export function kubectl(connection: Connection, namespace: string, ...words: string[]): string {
  const where =
    connection.origin === 'kubeconfig'
      ? ['--context', connection.name]
      : connection.origin === 'url'
        ? ['-s', connection.server]
        : []
  return ['kubectl', ...where, '-n', namespace, ...words].map(quoted).join(' ')
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
