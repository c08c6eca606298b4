import { simple, allReady, patchSet } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r10',
  manifests: simple('r10', { replicas: 3 }),
  calm: allReady,
  act: patchSet('r10', { replicas: 1 }),
  arisen: (objects) =>
    allReady(objects) &&
    objects.claims.filter((claim) =>
      claim.status.conditions.some((each) => each.type === 'Unused' && each.status === 'True'),
    ).length === 2,
  params: { count: 2 },
}
