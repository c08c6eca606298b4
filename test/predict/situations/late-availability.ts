import { simple, ready } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r36',
  manifests: simple('r36', { replicas: 2, minReadySeconds: 300 }),
  calm: (objects) => objects.pods.length === 1,
  act: async () => {},
  arisen: (objects) => ready(objects) === 1,
  params: { pod: 'r36-0', seconds: 300 },
}
