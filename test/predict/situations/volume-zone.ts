import { simple, allReady, patchSet } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r06',
  manifests: simple(
    'r06',
    { replicas: 1 },
    { storageClassName: 'zonal', pod: { nodeSelector: { 'kubernetes.io/hostname': 'worker-1' } } },
  ),
  calm: allReady,
  act: patchSet('r06', { template: { spec: { nodeSelector: { 'kubernetes.io/hostname': 'worker-2' } } } }),
  arisen: (objects) =>
    objects.pods.some((pod) =>
      pod.status.conditions.some(
        (each) => each.type === 'PodScheduled' && each.status === 'False' && /affinity/.test(each.message ?? ''),
      ),
    ),
}
