import { simple } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r21',
  manifests: simple('r21', { replicas: 1 }, { storageClassName: 'nobody-has-this' }),
  calm: () => true,
  alone: true,
  act: async () => {},
  arisen: (objects) =>
    objects.claims.length === 1 &&
    objects.pods.some((pod) =>
      pod.status.conditions.some((each) => each.type === 'PodScheduled' && each.status === 'False'),
    ),
  params: { reason: 'classMissing', class: 'nobody-has-this' },
}
