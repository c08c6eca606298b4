import { simple, allReady } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

const key = 'node.kubernetes.io/out-of-service'
const node = 'worker-1'

export const situation: Situation = {
  set: 'r25',
  manifests: simple('r25', { replicas: 1 }, { pod: { nodeSelector: { 'kubernetes.io/hostname': node } } }),
  calm: allReady,
  act: async ({ api }) =>
    void (await api.request(
      'PATCH',
      `/api/v1/nodes/${node}`,
      { spec: { taints: [{ key, value: 'nodeshutdown', effect: 'NoSchedule' }] } },
      'application/strategic-merge-patch+json',
    )),
  arisen: (objects) => [...objects.nodes.values()].some(({ spec }) => spec.taints.some((each) => each.key === key)),
  takesNode: true,
  params: { nodes: node, count: 1 },
}
