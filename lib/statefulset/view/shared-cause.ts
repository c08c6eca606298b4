import type { Cause, OrdinalView, SharedCause } from '@/lib/statefulset/model/view'

/** What a cause of one ordinal hangs on that other sets may hang on too. Null where it is the ordinal's own. */

const byNode: Readonly<Record<string, SharedCause['kind']>> = {
  'node-silent': 'node-silent',
  'terminating-silent': 'node-silent',
  'terminating-ended-silent': 'node-silent',
  'node-gone': 'node-gone',
  'terminating-node-gone': 'node-gone',
  'node-unready': 'node-unready',
  'terminating-unready-node': 'node-unready',
}
const byClass = new Set(['claim-class-missing', 'claim-by-hand', 'claim-provisioning-failed'])

export function sharedCause(
  cause: Pick<Cause, 'reason' | 'params'>,
  row: Pick<OrdinalView, 'claims'> | null,
  namespace: string,
): SharedCause | null {
  const { reason, params } = cause
  const text = (name: string) => String(params[name] ?? '')
  const of = (kind: SharedCause['kind'], name: string, within = '') =>
    name === '' ? null : { kind, namespace: within, name }
  const node = byNode[reason]
  if (node !== undefined) return of(node, text('node'))
  if (byClass.has(reason)) return of('storage-class', text('class'))
  if (reason === 'image') return of('image', text('image'))
  if (reason === 'volume-zone') {
    const zones = row?.claims.flatMap(({ volume }) => (volume?.zone ? [volume.zone] : [])) ?? []
    return of('zone', zones[0] ?? '')
  }
  if (reason === 'quota' || reason === 'create-quota-unset') return of('quota', text('quota'), namespace)
  if (reason === 'create-webhook-denied' || reason === 'create-webhook-down') return of('webhook', text('webhook'))
  if (reason === 'create-account-missing') return of('service-account', text('account'), namespace)
  return null
}
