import { simple, allReady, namespace } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r17',
  manifests: simple('r17'),
  calm: allReady,
  act: async ({ api }) => void (await api.request('DELETE', `/api/v1/namespaces/${namespace}/services/r17`)),
  arisen: (objects) => objects.service === null,
  params: { problem: 'missing' },
}
