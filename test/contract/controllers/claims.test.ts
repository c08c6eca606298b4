import { contract } from './scenario'
import type { Stage } from './stage'

const claims = [{}]
const retention = (whenScaled: string, whenDeleted: string) => ({
  persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted },
})
const start = async (stage: Stage, whenScaled: string, whenDeleted: string) => {
  await stage.step('create', () => stage.createSet({ replicas: 2, claims, spec: retention(whenScaled, whenDeleted) }))
  await stage.step('ready', () => stage.allReady('web-0', 'web-1'))
}
/** Until the collector has marked the pod that is left. */
const deleteSet = async (stage: Stage) => {
  await stage.delete('statefulsets', 'web')
  await stage.until('web-0 goes', async () => Boolean((await stage.find('pods', 'web-0'))?.metadata.deletionTimestamp))
  await stage.until('the revision is gone', async () => {
    const { items } = await stage.api.list(`/apis/apps/v1/namespaces/${stage.namespace}/controllerrevisions`)
    return items.length === 0
  })
}
const claimGone = (stage: Stage, name: string) =>
  stage.until(`${name} is gone`, async () => !(await stage.find('persistentvolumeclaims', name)))

contract('claims', [
  {
    title: 'Retain and Delete: they go with the set',
    unordered: true,
    play: async (stage) => {
      await start(stage, 'Retain', 'Delete')
      await stage.step('scale to 1', () => stage.scale(1))
      await stage.step('web-1 gone', () => stage.gone('web-1'))
      await stage.step('delete the set', () => deleteSet(stage))
      await stage.step('web-0 gone', async () => {
        await stage.gone('web-0')
        await claimGone(stage, 'data-web-0')
      })
    },
  },
  {
    title: 'Delete and Retain: a condemned claim goes with its pod',
    unordered: true,
    play: async (stage) => {
      await start(stage, 'Delete', 'Retain')
      await stage.step('scale to 1', () => stage.scale(1))
      await stage.step('web-1 gone', async () => {
        await stage.gone('web-1')
        await claimGone(stage, 'data-web-1')
      })
      await stage.step('delete the set', () => deleteSet(stage))
      await stage.step('web-0 gone', () => stage.gone('web-0'))
    },
  },
  {
    title: 'Delete and Delete: the owner changes from set to pod',
    unordered: true,
    play: async (stage) => {
      await start(stage, 'Delete', 'Delete')
      await stage.step('scale to 1', () => stage.scale(1))
      await stage.step('web-1 gone', async () => {
        await stage.gone('web-1')
        await claimGone(stage, 'data-web-1')
      })
    },
  },
  {
    title: 'the policy changes while pods exist',
    play: async (stage) => {
      await start(stage, 'Retain', 'Retain')
      await stage.step('Delete, Delete', () => stage.changeSet(retention('Delete', 'Delete')))
      await stage.step('Retain, Retain', () => stage.changeSet(retention('Retain', 'Retain')))
    },
  },
  {
    title: 'two templates, with labels of template and selector',
    // The controller goes through its claims as a Go map gives them (stateful_pod_control.go createPersistentVolumeClaims).
    unordered: true,
    play: async (stage) => {
      await stage.step('create', () =>
        stage.createSet({ replicas: 1, claims: [{ name: 'data', labels: { tier: 'gold' } }, { name: 'log' }] }),
      )
      await stage.step('ready', () => stage.ready('web-0'))
    },
  },
  {
    title: 'a claim deleted under a running pod stays until the pod is gone, then comes back',
    unordered: true,
    play: async (stage) => {
      await stage.createSet({ replicas: 1, claims })
      await stage.step('ready', () => stage.ready('web-0'))
      await stage.step('delete the claim', () => stage.delete('persistentvolumeclaims', 'data-web-0'))
      const before = (await stage.get('persistentvolumeclaims', 'data-web-0')).metadata.uid
      await stage.step('delete the pod', () => stage.delete('pods', 'web-0'))
      await stage.step('web-0 gone', async () => {
        await stage.gone('web-0')
        await stage.until('a new claim is bound', async () => {
          const claim = await stage.find('persistentvolumeclaims', 'data-web-0')
          return claim?.metadata.uid !== before && claim?.status?.phase === 'Bound'
        })
        await stage.scheduled('web-0')
      })
    },
  },
  {
    title: 'the set is deleted with orphans: claims and pods stay and are adopted again',
    unordered: true,
    play: async (stage) => {
      await start(stage, 'Retain', 'Delete')
      await stage.step('orphan', async () => {
        await stage.delete('statefulsets', 'web', { propagationPolicy: 'Orphan' })
        await stage.until('the set is gone', async () => !(await stage.find('statefulsets', 'web')))
      })
      await stage.step('create again', () =>
        stage.createSet({ replicas: 2, claims, spec: retention('Retain', 'Delete'), service: false }),
      )
    },
  },
  {
    title: 'a class that nobody provisions leaves pod and claim pending',
    play: async (stage) => {
      await stage.step('create', () => stage.createSet({ replicas: 1, claims: [{ storageClass: 'nobody' }] }))
    },
  },
  {
    title: 'a class that binds late gets its volume with the first pod',
    play: async (stage) => {
      await stage.step('create', async () => {
        await stage.createSet({ replicas: 1, claims: [{ storageClass: 'zonal' }] })
        await stage.scheduled('web-0')
      })
      await stage.step('ready', () => stage.ready('web-0'))
    },
  },
])
