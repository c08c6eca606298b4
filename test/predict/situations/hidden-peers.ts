import { simple } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r07',
  manifests: simple(
    'r07',
    { podManagementPolicy: 'Parallel', replicas: 2 },
    { annotations: { 'ordinal.local/behaviour': 'unready' } },
  ),
  calm: (objects) => objects.pods.length === 2,
  act: async () => {},
  arisen: (objects) => objects.pods.length === 2 && objects.pods.every((pod) => pod.status.phase === 'Running'),
  ahead: 120,
  params: { count: 2 },
}
