import { simple, allReady, namespace, patchSet } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r30',
  manifests: simple('r30', {}, { storageClassName: 'retained' }),
  calm: allReady,
  act: async (stage) => {
    await patchSet('r30', { replicas: 1 })(stage)
    await stage.until(allReady, 'scaled down')
    await stage.api.request('DELETE', `/api/v1/namespaces/${namespace}/persistentvolumeclaims/data-r30-1`)
    await stage.until(({ claims }) => claims.length === 1, 'without its second claim')
    await patchSet('r30', { replicas: 2 })(stage)
  },
  arisen: (objects) =>
    allReady(objects) && [...objects.volumes.values()].some(({ status }) => status.phase === 'Released'),
  params: { kind: 'left', claim: 'data-r30-1', pod: 'r30-1', count: 1 },
}
