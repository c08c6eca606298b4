import { simple, allReady, namespace } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r22',
  manifests: simple('r22', { replicas: 1 }),
  calm: allReady,
  act: async ({ api }) =>
    void (await api.request('DELETE', `/api/v1/namespaces/${namespace}/persistentvolumeclaims/data-r22-0`)),
  arisen: (objects) => objects.claims.some((claim) => claim.metadata.deletionTimestamp !== null),
  params: { kind: 'inUse' },
}
