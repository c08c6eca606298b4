import { simple, ready, allReady, patchSet } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r34',
  manifests: simple('r34', { replicas: 1 }),
  calm: allReady,
  act: patchSet('r34', { ordinals: { start: 1 } }),
  arisen: (objects) => objects.pods.length === 1 && objects.pods[0]?.metadata.name === 'r34-1' && ready(objects) === 1,
  params: { start: 1, count: 1 },
}
