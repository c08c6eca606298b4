import { allReady, drained, simple } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r13',
  namespace: 'recorded-drain',
  manifests: [
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'r13', namespace: 'recorded-drain' },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'r13' } } },
    },
    ...simple(
      'r13',
      { replicas: 2 },
      { of: 'recorded-drain', pod: { nodeSelector: { 'kubernetes.io/hostname': drained } } },
    ),
  ],
  calm: (objects) => allReady(objects) && objects.budgets[0]?.status?.currentHealthy === 2,
  act: async ({ api }) =>
    void (await api.request(
      'PATCH',
      `/api/v1/nodes/${drained}`,
      { spec: { unschedulable: true } },
      'application/merge-patch+json',
    )),
  arisen: (objects) => [...objects.nodes.values()].some((node) => node.spec.unschedulable),
  takesNode: true,
  params: { pod: 'r13-0', node: drained, budget: 'r13', healthy: 2, desired: 2 },
}
