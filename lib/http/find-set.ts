import 'server-only'
import type { LiveCluster } from '@/lib/live/live-cluster'
import { HttpError } from './responses'

/**
 * The refusal for a set that is not in the store: 404 when there is none, 403 with the rule when sets may not be
 * listed there, 503 while it is not known.
 */
export function noSuchSet(live: LiveCluster, namespace: string, name: string): HttpError {
  const sets = live.kindStates().statefulsets
  const details = { connection: live.connection, statefulsets: sets }
  if (sets.state === 'forbidden') {
    return new HttpError('forbidden', `The rule that is missing: ${sets.rule}.`, { details })
  }
  if (sets.only && !sets.only.namespaces.includes(namespace)) {
    const { rule, namespaces } = sets.only
    if (rule !== null) return new HttpError('forbidden', `The rule that is missing: ${rule}.`, { details })
    const where = namespaces.join(', ')
    return new HttpError('not-looked-for', `Ordinal looks only in ${where} (ORDINAL_NAMESPACES).`, { details })
  }
  if (sets.state === 'catching-up' || live.connection.state === 'error') {
    return new HttpError('not-known-yet', `Whether ${namespace}/${name} exists is not known yet.`, { details })
  }
  return new HttpError('not-found', `There is no StatefulSet ${namespace}/${name}.`, { details })
}
