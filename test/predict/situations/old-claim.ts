import type { SetObjects } from '@/lib/statefulset/model/objects'
import { simple, allReady, patchSet } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r23',
  namespace: 'recorded-idle',
  manifests: simple('r23', { replicas: 2 }, { of: 'recorded-idle' }),
  calm: allReady,
  act: async ({ api, until }) => {
    await patchSet('r23', { replicas: 1 }, 'recorded-idle')({ api })
    const idle = (objects: SetObjects) =>
      objects.claims.some((claim) =>
        claim.status.conditions.some((each) => each.type === 'Unused' && each.status === 'True'),
      )
    await until((objects) => idle(objects), 'r23 idle')
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'small' },
      spec: { hard: { pods: '1' } },
    }
    await api.request('POST', '/api/v1/namespaces/recorded-idle/resourcequotas', quota)
    await new Promise((resolve) => setTimeout(resolve, 2000))
    await patchSet('r23', { replicas: 2 }, 'recorded-idle')({ api })
  },
  arisen: (objects) =>
    objects.set.spec.replicas === 2 && objects.pods.length === 1 && objects.set.status.observedGeneration === 3,
  ahead: 600,
  params: { count: 1, claims: 'data-r23-1' },
}
