import { setTimeout as pause } from 'node:timers/promises'
import { simple, allReady, namespace, setOf } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

const sets = `/apis/apps/v1/namespaces/${namespace}/statefulsets`

export const situation: Situation = {
  set: 'r26',
  manifests: simple('r26'),
  calm: allReady,
  act: async ({ api }) => {
    await api.request('DELETE', `${sets}/r26`, { propagationPolicy: 'Orphan' })
    const [logs] = (setOf('r26').spec as { volumeClaimTemplates: { metadata: object }[] }).volumeClaimTemplates
    const again = setOf('r26', { volumeClaimTemplates: [{ ...logs, metadata: { name: 'logs' } }] })
    // The garbage collector lets the pods go first; until then the name is taken.
    while (
      !(await api.request('POST', sets, again).then(
        () => true,
        () => false,
      ))
    )
      await pause(200)
  },
  arisen: ({ pods, events, set }) =>
    set.spec.claimTemplates.some(({ name }) => name === 'logs') &&
    pods.length === 2 &&
    events.some(({ reason, type }) => type === 'Warning' && reason === 'FailedUpdate'),
  params: { kind: 'claims', pods: 'r26-0, r26-1', count: 2, templates: 'logs' },
}
