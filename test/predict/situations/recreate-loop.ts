import { simple, allReady, patchSet } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r32',
  manifests: simple('r32', { replicas: 1 }),
  calm: allReady,
  act: patchSet('r32', { template: { metadata: { annotations: { 'ordinal.local/behaviour': 'evict' } } } }),
  arisen: (objects) =>
    objects.events.some((each) => each.reason === 'SuccessfulCreate' && / Pod /.test(each.message) && each.count >= 5),
  params: { pod: 'r32-0' },
}
