import { simple, ready, allReady, patchSet, behave } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r12',
  manifests: simple('r12', { replicas: 3 }),
  calm: allReady,
  act: async ({ api, until }) => {
    await behave('r12-0', 'unready')({ api })
    await until((objects) => ready(objects) === 2, 'r12 unready')
    await patchSet('r12', { replicas: 1 })({ api })
  },
  arisen: (objects) => objects.set.status.observedGeneration === 2,
  ahead: 120,
  params: { pod: 'r12-0', removeCount: 2 },
}
