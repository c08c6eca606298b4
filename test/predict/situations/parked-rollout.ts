import { simple, allReady, patchSet, day, image } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r14',
  manifests: simple('r14', { replicas: 3 }),
  calm: allReady,
  act: patchSet('r14', {
    ...image('luksa/kubia-pet:2'),
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
  }),
  arisen: (objects) => allReady(objects) && objects.set.status.updatedReplicas === 1,
  ahead: day + 60,
  params: { partition: 2, updated: 1, total: 3 },
}
