import { simple, allReady, namespace } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r04',
  manifests: simple('r04'),
  calm: allReady,
  act: async ({ api }) =>
    void (await api.request(
      'PATCH',
      `/api/v1/namespaces/${namespace}/persistentvolumeclaims/data-r04-0`,
      { spec: { resources: { requests: { storage: '2Mi' } } } },
      'application/merge-patch+json',
    )),
  arisen: (objects) => objects.claims.some((claim) => claim.spec.requested === '2Mi'),
  params: { count: 1, wanted: '1Mi' },
}
