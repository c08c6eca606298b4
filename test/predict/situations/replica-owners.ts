import { simple, allReady, namespace } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r19',
  manifests: simple('r19', { replicas: 1 }),
  calm: allReady,
  act: async ({ api }) => {
    const body = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'r19' }, spec: { replicas: 1 } }
    const at = `/apis/apps/v1/namespaces/${namespace}/statefulsets/r19`
    await api.request('PATCH', `${at}?fieldManager=argocd-controller&force=true`, body, 'application/apply-patch+yaml')
  },
  arisen: (objects) => objects.set.replicasManagers.length === 2,
  params: { count: 2 },
}
