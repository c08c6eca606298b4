import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SteppedCluster } from '@/test/fixtures/stepped-cluster'
import { dataOf, hashOf } from './revisions'

let cluster: SteppedCluster
beforeEach(async () => {
  cluster = await SteppedCluster.start()
})
afterEach(async () => {
  expect(cluster.failures).toEqual([])
  await cluster.stop()
})

const deletions = () => cluster.log.filter((line) => line.endsWith('terminating')).map((line) => line.split(' ')[0])
const images = (...names: string[]) => names.map((name) => cluster.image(name))

describe('a rolling update', () => {
  it('replaces from the top, one pod after the other is ready again', async () => {
    cluster.create()
    await cluster.settled(3)
    cluster.log.length = 0
    cluster.setImage('nginx:2')
    await cluster.until('all new', () => cluster.image('web-0') === 'nginx:2' && cluster.ready() === 3)
    expect(deletions()).toEqual(['web-2', 'web-1', 'web-0'])
    const order = cluster.log.filter((line) => /ready$|terminating$/.test(line))
    expect(order).toEqual([
      'web-2 terminating',
      'web-2 ready',
      'web-1 terminating',
      'web-1 ready',
      'web-0 terminating',
      'web-0 ready',
    ])
  })

  it('stops at the partition, and moves the current revision only when all are new', async () => {
    cluster.create({ partition: 2 })
    await cluster.settled(3)
    const before = cluster.set().status.currentRevision
    cluster.setImage('nginx:2')
    await cluster.until('web-2 new', () => cluster.image('web-2') === 'nginx:2' && cluster.ready() === 3)
    await cluster.step(60)
    expect(images('web-0', 'web-1', 'web-2')).toEqual(['nginx', 'nginx', 'nginx:2'])
    const { status } = cluster.set()
    expect(status).toMatchObject({ currentRevision: before, currentReplicas: 2, updatedReplicas: 1 })
    expect(status.updateRevision).not.toBe(before)
    cluster.change(({ spec }) => {
      spec.updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }
    })
    await cluster.until('rolled over', () => cluster.set().status.currentRevision === status.updateRevision)
    expect(cluster.set().status).toMatchObject({ currentReplicas: 3, updatedReplicas: 3 })
  })

  it('gives a pod below the partition the old template again, one above it the new one', async () => {
    cluster.create({ partition: 2 })
    await cluster.settled(3)
    cluster.setImage('nginx:2')
    await cluster.until('web-2 new', () => cluster.image('web-2') === 'nginx:2' && cluster.ready() === 3)
    cluster.delete('pods', 'web-0')
    await cluster.step(20)
    expect(cluster.image('web-0')).toBe('nginx')
  })

  it('counts the partition from ordinals.start', async () => {
    cluster.create({ partition: 2, start: 5 })
    await cluster.settled(3)
    cluster.setImage('nginx:2')
    await cluster.step(60)
    expect(images('web-5', 'web-6', 'web-7')).toEqual(['nginx', 'nginx', 'nginx:2'])
  })

  it('takes as many at once as maxUnavailable allows, and refills them one at a time', async () => {
    cluster.create({ replicas: 4 })
    await cluster.settled(4)
    cluster.log.length = 0
    cluster.change(({ spec }) => {
      spec.updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: 2 } }
      for (const container of spec.template.spec.containers) container.image = 'nginx:2'
    })
    await cluster.until('all new', () => cluster.image('web-0') === 'nginx:2' && cluster.ready() === 4)
    expect(deletions()).toEqual(['web-3', 'web-2', 'web-1', 'web-0'])
    const at = (line: string) => cluster.log.indexOf(line)
    expect(at('web-2 terminating')).toBe(at('web-3 terminating') + 1)
    expect(at('web-1 terminating')).toBeGreaterThan(at('web-3 ready'))
    expect(at('+pod/web-3')).toBeGreaterThan(at('web-2 ready'))
  })

  it('leaves everything to the one who deletes with OnDelete, and rolls over when that is done', async () => {
    cluster.create({ replicas: 2, onDelete: true })
    await cluster.settled(2)
    cluster.setImage('nginx:2')
    await cluster.step(60)
    expect(images('web-0', 'web-1')).toEqual(['nginx', 'nginx'])
    for (const name of ['web-1', 'web-0']) {
      cluster.delete('pods', name)
      await cluster.until(
        `${name} new`,
        () => cluster.get('pods', name)?.spec.containers[0]?.image === 'nginx:2' && cluster.ready() === 2,
      )
    }
    const { status } = cluster.set()
    expect(status.currentRevision).toBe(status.updateRevision)
  })

  it('stands still on a bad image, also after the template is put back, until the pod is deleted', async () => {
    cluster.create()
    await cluster.settled(3)
    cluster.setImage('nginx:does-not-exist')
    const waiting = () => cluster.get('pods', 'web-2')?.status.containerStatuses?.[0]?.state.waiting?.reason
    await cluster.until('web-2 cannot pull', () => waiting() === 'ImagePullBackOff')
    cluster.setImage('nginx')
    await cluster.step(120)
    expect(cluster.image('web-2')).toBe('nginx:does-not-exist')
    expect(cluster.ready()).toBe(2)
    cluster.delete('pods', 'web-2')
    await cluster.settled(3)
    expect(cluster.image('web-2')).toBe('nginx')
  })
})

describe('a Parallel set', () => {
  it('creates and deletes all pods at once', async () => {
    cluster.create({ replicas: 4, parallel: true })
    await cluster.step(0)
    expect(cluster.names('pods')).toHaveLength(4)
    await cluster.settled(4)
    cluster.log.length = 0
    cluster.scale(1)
    await cluster.step(0)
    expect(deletions()).toEqual(['web-3', 'web-2', 'web-1'])
    await cluster.settled(1)
  })

  it('scales down whatever the health of the pods', async () => {
    cluster.create({ replicas: 3, parallel: true })
    await cluster.settled(3)
    cluster.behave('web-0', 'unready')
    cluster.behave('web-2', 'unready')
    await cluster.step(15)
    cluster.scale(1)
    await cluster.until('only web-0', () => cluster.names('pods').join() === 'web-0')
  })

  it('replaces every broken outdated pod first, whatever the budget', async () => {
    cluster.create({ replicas: 4, parallel: true })
    await cluster.settled(4)
    cluster.behave('web-0', 'unready')
    cluster.behave('web-1', 'unready')
    await cluster.until('two unready', () => cluster.ready() === 2)
    cluster.log.length = 0
    cluster.setImage('nginx:2')
    await cluster.step(0)
    expect(deletions()).toEqual(['web-1', 'web-0'])
  })

  it('updates no healthy pod while an unavailable one below the partition uses the budget', async () => {
    cluster.create({ replicas: 3, parallel: true, partition: 1 })
    await cluster.settled(3)
    cluster.behave('web-0', 'unready')
    await cluster.until('web-0 unready', () => cluster.ready() === 2)
    cluster.log.length = 0
    cluster.setImage('nginx:2')
    await cluster.step(60)
    expect(deletions()).toEqual([])
    cluster.behave('web-0', 'healthy')
    await cluster.until('updated', () => cluster.image('web-1') === 'nginx:2' && cluster.ready() === 3)
  })
})

describe('revisions', () => {
  it('are named by the hash of their data', async () => {
    cluster.create({ replicas: 1 })
    await cluster.settled(1)
    const [name = ''] = cluster.names('controllerrevisions')
    const hash = hashOf(dataOf(cluster.set().spec.template), 0)
    expect(name).toBe(`web-${hash}`)
    expect(hash).toMatch(/^[456789bcdf]{1,10}$/)
    const revision = cluster.get('controllerrevisions', name)
    expect(revision?.metadata.labels?.['controller.kubernetes.io/hash']).toBe(hash)
    expect(revision?.revision).toBe(1)
  })

  it('are numbered anew, not made anew, by a rollback', async () => {
    cluster.create({ replicas: 1 })
    await cluster.settled(1)
    const first = cluster.set().status.updateRevision ?? ''
    cluster.setImage('nginx:2')
    await cluster.until('second', () => cluster.set().status.currentRevision !== first)
    cluster.setImage('nginx')
    await cluster.until('back', () => cluster.set().status.currentRevision === first)
    expect(cluster.names('controllerrevisions')).toHaveLength(2)
    expect(cluster.get('controllerrevisions', first)?.revision).toBe(3)
  })

  it('are kept up to the history limit, besides those in use', async () => {
    cluster.create({ replicas: 1 })
    cluster.change(({ spec }) => {
      spec.revisionHistoryLimit = 2
    })
    await cluster.settled(1)
    for (let version = 2; version <= 6; version += 1) {
      cluster.setImage(`nginx:${version}`)
      await cluster.until(`version ${version}`, () => {
        const { currentRevision, updateRevision, readyReplicas } = cluster.set().status
        return (
          currentRevision === updateRevision &&
          readyReplicas === 1 &&
          cluster.get('pods', 'web-0')?.spec.containers[0]?.image === `nginx:${version}`
        )
      })
    }
    expect([...cluster.demo.view.list('controllerrevisions')].map(({ revision }) => revision).sort()).toEqual([4, 5, 6])
  })
})

describe('claim retention', () => {
  const owners = (claim: string) =>
    (cluster.get('persistentvolumeclaims', claim)?.metadata.ownerReferences ?? []).map(({ kind }) => kind)
  const storage = { size: '1Gi', path: '/data' }

  it('gives claims to the set when they are to go with it', async () => {
    cluster.create({ replicas: 2, storage, retention: { whenScaled: 'Retain', whenDeleted: 'Delete' } })
    await cluster.settled(2)
    expect(owners('data-web-1')).toEqual(['StatefulSet'])
    cluster.scale(1)
    await cluster.settled(1)
    expect(owners('data-web-1')).toEqual(['StatefulSet'])
    cluster.delete('statefulsets', 'web')
    await cluster.step(10)
    expect(cluster.names('persistentvolumeclaims')).toEqual([])
  })

  it('gives a condemned claim to its pod when it is to go with scaling', async () => {
    cluster.create({ replicas: 2, storage, retention: { whenScaled: 'Delete', whenDeleted: 'Retain' } })
    await cluster.settled(2)
    expect(owners('data-web-1')).toEqual([])
    cluster.scale(1)
    await cluster.settled(1)
    await cluster.step(5)
    expect(cluster.names('persistentvolumeclaims')).toEqual(['data-web-0'])
    cluster.scale(2)
    await cluster.settled(2)
  })

  it('follows a change of the policy for existing pods', async () => {
    cluster.create({ replicas: 1, storage })
    await cluster.settled(1)
    expect(owners('data-web-0')).toEqual([])
    cluster.change(({ spec }) => {
      spec.persistentVolumeClaimRetentionPolicy = { whenScaled: 'Delete', whenDeleted: 'Delete' }
    })
    await cluster.step(1)
    expect(owners('data-web-0')).toEqual(['StatefulSet'])
  })

  it('makes a claim again that was deleted under a pending pod', async () => {
    cluster.create({ replicas: 1, storage: { ...storage, storageClass: 'nobody' } })
    await cluster.step(2)
    const before = cluster.get('persistentvolumeclaims', 'data-web-0')?.metadata.uid
    cluster.delete('persistentvolumeclaims', 'data-web-0')
    await cluster.until('the claim is there again', () => {
      const claim = cluster.get('persistentvolumeclaims', 'data-web-0')
      return claim !== undefined && claim.metadata.uid !== before
    })
    cluster.failures.length = 0
  })

  it('keeps a deleted claim until the pod that uses it is gone, and refuses to start a pod on it', async () => {
    cluster.create({ replicas: 1, storage })
    await cluster.settled(1)
    cluster.delete('persistentvolumeclaims', 'data-web-0')
    await cluster.step(5)
    const claim = cluster.get('persistentvolumeclaims', 'data-web-0')
    expect(claim?.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection'])
    cluster.delete('pods', 'web-0')
    await cluster.settled(1)
    expect(cluster.get('persistentvolumeclaims', 'data-web-0')?.metadata.uid).not.toBe(claim?.metadata.uid)
    cluster.failures.length = 0
  })
})
