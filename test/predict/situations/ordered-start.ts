import { simple } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r08',
  manifests: simple('r08', { replicas: 3 }, { annotations: { 'ordinal.local/behaviour': 'unready' } }),
  calm: (objects) => objects.pods.length === 1,
  act: async () => {},
  arisen: (objects) => objects.pods.some((pod) => pod.status.phase === 'Running'),
  ahead: 180,
  params: { pod: 'r08-0', count: 2 },
}
