import { simple, allReady, patchSet, image } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r15',
  manifests: simple('r15', { updateStrategy: { type: 'OnDelete' } }),
  calm: allReady,
  act: patchSet('r15', image('luksa/kubia-pet:2')),
  arisen: (objects) => objects.revisions.length === 2 && objects.set.status.observedGeneration === 2,
  params: { count: 2, total: 2 },
}
