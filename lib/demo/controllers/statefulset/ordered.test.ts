import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SteppedCluster } from '@/test/fixtures/stepped-cluster'

let cluster: SteppedCluster
beforeEach(async () => {
  cluster = await SteppedCluster.start()
})
afterEach(async () => {
  expect(cluster.failures).toEqual([])
  await cluster.stop()
})

const pods = () => cluster.log.filter((line) => /^[+-]pod|ready$|terminating$/.test(line))

describe('an OrderedReady set', () => {
  it('starts its pods in order, each after the one before it is ready', async () => {
    cluster.create()
    await cluster.settled(3)
    expect(pods()).toEqual(['+pod/web-0', 'web-0 ready', '+pod/web-1', 'web-1 ready', '+pod/web-2', 'web-2 ready'])
  })

  it('makes the claim before the pod', async () => {
    cluster.create({ replicas: 1, storage: { size: '1Gi', path: '/data' } })
    await cluster.settled(1)
    expect(cluster.log.slice(0, 2)).toEqual(['+claim/data-web-0', '+pod/web-0'])
  })

  it('scales down from the top, one pod at a time, and keeps the claims', async () => {
    cluster.create({ storage: { size: '1Gi', path: '/data' } })
    await cluster.settled(3)
    cluster.log.length = 0
    cluster.scale(1)
    await cluster.settled(1)
    expect(pods()).toEqual(['web-2 terminating', '-pod/web-2', 'web-1 terminating', '-pod/web-1'])
    expect(cluster.names('persistentvolumeclaims')).toEqual(['data-web-0', 'data-web-1', 'data-web-2'])
  })

  it('binds the same claims when it grows again', async () => {
    cluster.create({ storage: { size: '1Gi', path: '/data' } })
    await cluster.settled(3)
    const before = cluster.get('persistentvolumeclaims', 'data-web-2')?.metadata.uid
    cluster.scale(1)
    await cluster.settled(1)
    cluster.scale(3)
    await cluster.settled(3)
    expect(cluster.get('persistentvolumeclaims', 'data-web-2')?.metadata.uid).toBe(before)
  })

  it('does not scale down while a pod in range is not ready', async () => {
    cluster.create()
    await cluster.settled(3)
    cluster.behave('web-0', 'unready')
    await cluster.until('web-0 unready', () => !cluster.isReady('web-0'))
    cluster.scale(1)
    await cluster.step(60)
    expect(cluster.names('pods')).toEqual(['web-0', 'web-1', 'web-2'])
    cluster.behave('web-0', 'healthy')
    await cluster.settled(1)
  })

  it('does not start a pod again before the terminating one is gone altogether', async () => {
    cluster.create({ pods: { stop: '20s' } })
    await cluster.settled(3)
    cluster.log.length = 0
    cluster.delete('pods', 'web-1')
    await cluster.step(15)
    expect(cluster.names('pods')).toEqual(['web-0', 'web-1', 'web-2'])
    await cluster.settled(3)
    expect(pods()).toEqual(['web-1 terminating', '-pod/web-1', '+pod/web-1', 'web-1 ready'])
  })

  it('deletes a failed pod and makes it anew', async () => {
    cluster.create()
    await cluster.settled(3)
    const before = cluster.pod('web-1').metadata.uid
    cluster.behave('web-1', 'evict')
    await cluster.until('web-1 is another pod', () => {
      const pod = cluster.get('pods', 'web-1')
      return pod !== undefined && pod.metadata.uid !== before
    })
    cluster.behave('web-1', 'healthy')
    await cluster.settled(3)
    expect(cluster.log).toContain('web-1 Failed')
  })

  it('waits minReadySeconds before the next pod', async () => {
    cluster.create({ replicas: 2, minReadySeconds: 20 })
    await cluster.until('web-0 ready', () => cluster.isReady('web-0'))
    await cluster.step(15)
    expect(cluster.names('pods')).toEqual(['web-0'])
    expect(cluster.set().status.availableReplicas).toBe(0)
    await cluster.settled(2)
    await cluster.until('both available', () => cluster.set().status.availableReplicas === 2)
  })

  it('counts from ordinals.start', async () => {
    cluster.create({ replicas: 2, start: 5 })
    await cluster.settled(2)
    expect(cluster.names('pods')).toEqual(['web-5', 'web-6'])
    cluster.change(({ spec }) => {
      spec.ordinals = { start: 6 }
    })
    await cluster.until('web-5 gone', () => !cluster.get('pods', 'web-5'))
    await cluster.settled(2)
    expect(cluster.names('pods')).toEqual(['web-6', 'web-7'])
  })

  it('says what it does, in the words of the original', async () => {
    cluster.create({ replicas: 1, storage: { size: '1Gi', path: '/data' } })
    await cluster.settled(1)
    cluster.scale(0)
    await cluster.settled(0)
    expect(cluster.events('web')).toEqual([
      'SuccessfulCreate: Create Claim data-web-0 Pod web-0 in StatefulSet web success',
      'SuccessfulCreate: Create Pod web-0 in StatefulSet web successful',
      'SuccessfulDelete: Delete Pod web-0 in StatefulSet web successful',
    ])
  })
})

describe('the pods of a set', () => {
  it('carry their identity', async () => {
    cluster.create({ replicas: 1, storage: { size: '1Gi', path: '/data' } })
    await cluster.settled(1)
    const { metadata, spec } = cluster.pod('web-0')
    expect(metadata.labels).toMatchObject({
      'statefulset.kubernetes.io/pod-name': 'web-0',
      'apps.kubernetes.io/pod-index': '0',
      'controller-revision-hash': cluster.set().status.updateRevision,
    })
    expect(metadata.generateName).toBe('web-')
    expect([spec.hostname, spec.subdomain]).toEqual(['web-0', 'web'])
    expect(spec.volumes?.[0]).toEqual({ name: 'data', persistentVolumeClaim: { claimName: 'data-web-0' } })
  })

  it('get a wrong pod-name label repaired', async () => {
    cluster.create({ replicas: 1 })
    await cluster.settled(1)
    cluster.demo.view.mutate('pods', 'default', 'web-0', ({ metadata }) => {
      metadata.labels = { ...metadata.labels, 'statefulset.kubernetes.io/pod-name': 'somebody' }
    })
    await cluster.step(1)
    expect(cluster.pod('web-0').metadata.labels?.['statefulset.kubernetes.io/pod-name']).toBe('web-0')
    expect(cluster.events('web')).toContain('SuccessfulUpdate: Update Pod web-0 in StatefulSet web successful')
  })

  it('are let go when their labels no longer match, and then block their name', async () => {
    cluster.create({ replicas: 2 })
    await cluster.settled(2)
    cluster.demo.view.mutate('pods', 'default', 'web-1', ({ metadata }) => {
      metadata.labels = { ...metadata.labels, app: 'quarantine' }
    })
    await cluster.step(30)
    expect(cluster.pod('web-1').metadata.ownerReferences ?? []).toEqual([])
    expect(cluster.set().status.replicas).toBe(1)
    expect(cluster.failures.every((line) => line.includes('already exists'))).toBe(true)
    expect(cluster.failures.length).toBeGreaterThan(3)
    cluster.failures.length = 0
    expect(cluster.events('web').filter((line) => line.startsWith('FailedCreate'))).toEqual([])
    cluster.delete('pods', 'web-1')
    await cluster.until('web-1 again', () => cluster.set().status.readyReplicas === 2, 400)
    cluster.failures.length = 0
  })

  it('are adopted when they fit and nobody controls them', async () => {
    cluster.create({ replicas: 2 })
    await cluster.settled(2)
    const uid = cluster.pod('web-1').metadata.uid
    cluster.delete('statefulsets', 'web', { propagationPolicy: 'Orphan' })
    await cluster.step(2)
    expect(cluster.names('pods')).toEqual(['web-0', 'web-1'])
    cluster.create({ replicas: 2 }, { service: false })
    await cluster.settled(2)
    expect(cluster.pod('web-1').metadata.uid).toBe(uid)
    expect(cluster.pod('web-1').metadata.ownerReferences?.[0]?.uid).toBe(cluster.set().metadata.uid)
    expect(cluster.names('controllerrevisions')).toHaveLength(1)
  })
})

describe('deleting a set', () => {
  it('takes its pods at once and in no order, and keeps the claims', async () => {
    cluster.create({ storage: { size: '1Gi', path: '/data' } })
    await cluster.settled(3)
    cluster.delete('statefulsets', 'web')
    await cluster.step(10)
    expect(cluster.names('pods')).toEqual([])
    expect(cluster.names('controllerrevisions')).toEqual([])
    expect(cluster.names('persistentvolumeclaims')).toHaveLength(3)
  })

  it('waits for the pods when asked to delete in the foreground', async () => {
    cluster.create({ pods: { stop: '5s' } })
    await cluster.settled(3)
    cluster.delete('statefulsets', 'web', { propagationPolicy: 'Foreground' })
    await cluster.step(2)
    expect(cluster.set().metadata.finalizers).toEqual(['foregroundDeletion'])
    await cluster.step(10)
    expect(cluster.names('pods')).toEqual([])
    expect(cluster.names('statefulsets')).toEqual([])
  })
})
