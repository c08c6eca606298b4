import { simple, allReady } from '@/test/predict/manifests'
import type { Situation } from '@/test/predict/situation'

export const situation: Situation = {
  set: 'r31',
  manifests: simple('r31'),
  calm: allReady,
  act: async ({ api, until }) => {
    let volume = ''
    await until(({ claims }) => {
      volume = claims.find(({ metadata }) => metadata.name === 'data-r31-1')?.spec.volumeName ?? ''
      return volume !== ''
    }, 'bound')
    await api.request('DELETE', `/api/v1/persistentvolumes/${volume}`)
  },
  arisen: (objects) => [...objects.volumes.values()].some(({ metadata }) => metadata.deletionTimestamp !== null),
  params: { count: 1, reclaim: 'Delete' },
}
