import { simple, allReady } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r02',
  manifests: simple('r02', { replicas: 1 }, { pod: { nodeSelector: { 'kubernetes.io/hostname': 'worker-3' } } }),
  calm: allReady,
  act: ({ failNode }) => failNode('worker-3'),
  arisen: (objects) => objects.pods.some((pod) => pod.metadata.deletionTimestamp !== null),
  ahead: 60,
  takesNode: true,
  params: { node: 'worker-3' },
}
