import { allReady, patchSet, simple } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r18',
  namespace: 'recorded-quota',
  manifests: [
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'small', namespace: 'recorded-quota' },
      spec: { hard: { pods: '1' } },
    },
    ...simple('r18', { replicas: 1 }, { of: 'recorded-quota' }),
  ],
  calm: allReady,
  act: patchSet('r18', { replicas: 2 }, 'recorded-quota'),
  arisen: (objects) => objects.events.some((each) => each.reason === 'FailedCreate'),
  params: { reason: 'quota', pod: 'r18-1' },
}
