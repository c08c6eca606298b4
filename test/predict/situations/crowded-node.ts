import { simple, allReady } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r33',
  manifests: simple(
    'r33',
    { replicas: 3, podManagementPolicy: 'Parallel' },
    { claims: false, pod: { nodeSelector: { 'kubernetes.io/hostname': 'worker-1' } } },
  ),
  calm: () => true,
  alone: true,
  act: async () => {},
  arisen: allReady,
  params: { kind: 'node', name: 'worker-1', count: 3 },
}
