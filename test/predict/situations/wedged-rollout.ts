import { simple, allReady, patchSet, image, waitsFor } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r01',
  manifests: simple('r01'),
  calm: allReady,
  act: async ({ api, until }) => {
    await patchSet('r01', image('luksa/does-not-exist:9'))({ api })
    await until((objects) => waitsFor(objects, 1, 'ImagePullBackOff'), 'r01 broken')
    await patchSet('r01', image('luksa/kubia-pet:1'))({ api })
  },
  arisen: (objects) => objects.revisions.length > 1 && objects.set.status.observedGeneration === 3,
  params: { stage: 'wedged', pod: 'r01-1' },
}
