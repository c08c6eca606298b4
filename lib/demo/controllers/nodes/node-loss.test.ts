import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { conditionOf } from '@/lib/demo/controllers/objects'
import { SteppedCluster } from '@/test/fixtures/stepped-cluster'

let cluster: SteppedCluster
beforeEach(async () => {
  cluster = await SteppedCluster.start()
  // A minute passes first, so that the node controller knows every lease.
  await cluster.step(60)
})
afterEach(async () => {
  expect(cluster.failures).toEqual([])
  await cluster.stop()
})

const ready = (node: string) => conditionOf(cluster.get('nodes', node, '')?.status.conditions, 'Ready')
const taints = (node: string) =>
  (cluster.get('nodes', node, '')?.spec.taints ?? []).map(({ key, effect }) => `${key.split('/')[1]}:${effect}`)
const leaseAge = (node: string) =>
  (cluster.clock.now().getTime() - Date.parse(cluster.get('leases', node, 'kube-node-lease')?.spec.renewTime ?? '')) /
  1000

async function loseNodeOf(pod: string, outage: 'silent' | 'off' = 'silent'): Promise<string> {
  const node = cluster.pod(pod).spec.nodeName ?? ''
  cluster.demo.fleet.fail(node, outage)
  await cluster.until('the node is Unknown', () => ready(node)?.status === 'Unknown')
  return node
}

describe('a healthy node', () => {
  it('renews its lease every ten seconds, for forty', async () => {
    await cluster.step(35)
    expect(leaseAge('worker-1')).toBeLessThanOrEqual(10)
    expect(cluster.get('leases', 'worker-1', 'kube-node-lease')?.spec.leaseDurationSeconds).toBe(40)
  })
})

describe('a silent node', () => {
  it('counts as lost between 50 and 65 seconds after its last word', async () => {
    cluster.create()
    await cluster.settled(3)
    const node = await loseNodeOf('web-1')
    expect(leaseAge(node)).toBeGreaterThan(50)
    expect(leaseAge(node)).toBeLessThan(66)
    expect(ready(node)).toMatchObject({ reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' })
    expect(conditionOf(cluster.get('nodes', node, '')?.status.conditions, 'DiskPressure')?.status).toBe('Unknown')
  })

  it('leaves its pods Running and only makes them not ready', async () => {
    cluster.create()
    await cluster.settled(3)
    await loseNodeOf('web-1')
    const { status } = cluster.pod('web-1')
    expect(status.phase).toBe('Running')
    expect(conditionOf(status.conditions, 'Ready')?.status).toBe('False')
    expect(conditionOf(status.conditions, 'ContainersReady')?.status).toBe('True')
    expect(status.containerStatuses?.[0]?.ready).toBe(true)
    expect(cluster.events('web-1')).toContain('NodeNotReady: Node is not ready')
  })

  it('gets both unreachable taints', async () => {
    cluster.create()
    await cluster.settled(3)
    const node = await loseNodeOf('web-1')
    await cluster.step(1)
    expect(taints(node).sort()).toEqual(['unreachable:NoExecute', 'unreachable:NoSchedule'])
  })

  it('has its pods deleted after their toleration, and then they stay Terminating', async () => {
    cluster.create()
    await cluster.settled(3)
    await loseNodeOf('web-1')
    await cluster.step(290)
    expect(cluster.pod('web-1').metadata.deletionTimestamp).toBeUndefined()
    await cluster.step(15)
    const pod = cluster.pod('web-1')
    expect(pod.metadata.deletionTimestamp).toBeDefined()
    expect(conditionOf(pod.status.conditions, 'DisruptionTarget')?.reason).toBe('DeletionByTaintManager')
    await cluster.step(3600)
    expect(cluster.pod('web-1').metadata.uid).toBe(pod.metadata.uid)
    expect(cluster.set().status).toMatchObject({ replicas: 3, readyReplicas: 2, currentReplicas: 2 })
  })

  it('makes everything right when it is back before the toleration ends', async () => {
    cluster.create()
    await cluster.settled(3)
    const uid = cluster.pod('web-1').metadata.uid
    const since = conditionOf(cluster.pod('web-1').status.conditions, 'Ready')?.lastTransitionTime
    const node = await loseNodeOf('web-1')
    await cluster.step(100)
    cluster.demo.fleet.recover(node)
    await cluster.settled(3)
    await cluster.step(10)
    expect(cluster.pod('web-1').metadata.uid).toBe(uid)
    expect(conditionOf(cluster.pod('web-1').status.conditions, 'Ready')?.lastTransitionTime).toBe(since)
    expect(taints(node)).toEqual([])
    const said = [...cluster.demo.view.list('events')].map(({ message }) => message)
    expect(said).toContain('Cancelling deletion of Pod default/web-1')
  })

  it('finishes the deletion when it is back later, and the set makes the pod anew', async () => {
    cluster.create()
    await cluster.settled(3)
    const uid = cluster.pod('web-1').metadata.uid
    const node = await loseNodeOf('web-1')
    await cluster.step(320)
    cluster.demo.fleet.recover(node)
    await cluster.settled(3)
    expect(cluster.pod('web-1').metadata.uid).not.toBe(uid)
  })

  it('keeps the pod through a plain delete; a forced one brings the ordinal back elsewhere', async () => {
    cluster.create()
    await cluster.settled(3)
    const node = await loseNodeOf('web-1')
    await cluster.step(320)
    const { deletionTimestamp, uid } = cluster.pod('web-1').metadata
    cluster.delete('pods', 'web-1')
    await cluster.step(60)
    expect(cluster.pod('web-1').metadata).toMatchObject({ uid, deletionTimestamp })
    cluster.delete('pods', 'web-1', { gracePeriodSeconds: 0, preconditions: { uid } })
    await cluster.settled(3)
    expect(cluster.pod('web-1').spec.nodeName).not.toBe(node)
  })

  it('restarts containers after a reboot, under another boot id', async () => {
    cluster.create({ replicas: 1 })
    await cluster.settled(1)
    const bootId = () => cluster.get('nodes', cluster.pod('web-0').spec.nodeName ?? '', '')?.status.nodeInfo?.bootID
    const before = bootId()
    const node = await loseNodeOf('web-0', 'off')
    cluster.demo.fleet.recover(node)
    await cluster.settled(1)
    expect(bootId()).not.toBe(before)
    expect(cluster.pod('web-0').status.containerStatuses?.[0]?.restartCount).toBe(1)
  })

  it('loses its pods for good when its object is deleted', async () => {
    cluster.create()
    await cluster.settled(3)
    const node = await loseNodeOf('web-1')
    const uid = cluster.pod('web-1').metadata.uid
    cluster.demo.view.delete('nodes', '', node)
    await cluster.step(35)
    expect(cluster.pod('web-1').metadata.uid).toBe(uid)
    await cluster.until('web-1 is another pod', () => cluster.get('pods', 'web-1')?.metadata.uid !== uid, 60)
    await cluster.settled(3)
  })

  it('gives up terminating pods at once when it is declared out of service', async () => {
    cluster.create()
    await cluster.settled(3)
    const node = await loseNodeOf('web-1')
    cluster.demo.view.mutate('nodes', '', node, ({ spec }) => {
      spec.taints = [
        ...(spec.taints ?? []),
        { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' },
      ]
    })
    await cluster.settled(3)
    expect(cluster.pod('web-1').spec.nodeName).not.toBe(node)
  })
})

describe('when every node is silent', () => {
  it('nobody is evicted: the fault is taken to be elsewhere', async () => {
    cluster.create()
    await cluster.settled(3)
    for (const { name } of cluster.demo.fleet.machines()) cluster.demo.fleet.fail(name)
    await cluster.step(900)
    expect(ready('worker-1')?.status).toBe('Unknown')
    expect(cluster.names('pods').every((name) => !cluster.pod(name).metadata.deletionTimestamp)).toBe(true)
    for (const { name } of cluster.demo.fleet.machines()) {
      expect(taints(name)).not.toContain('unreachable:NoExecute')
    }
  })
})

describe('a cordoned node', () => {
  it('gets no pods, and the scheduler says why', async () => {
    for (const { name } of cluster.demo.fleet.machines()) {
      cluster.demo.view.mutate('nodes', '', name, ({ spec }) => {
        spec.unschedulable = true
      })
    }
    cluster.create({ replicas: 1 })
    await cluster.step(2)
    expect(conditionOf(cluster.pod('web-0').status.conditions, 'PodScheduled')).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message:
        '0/3 nodes are available: 3 node(s) were unschedulable. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    })
    cluster.demo.view.mutate('nodes', '', 'worker-2', ({ spec }) => {
      delete spec.unschedulable
    })
    await cluster.settled(1)
    expect(cluster.pod('web-0').spec.nodeName).toBe('worker-2')
  })
})

describe('a shorter patience', () => {
  it('finds a silent node sooner, and a healthy one healthy', async () => {
    const quick = await SteppedCluster.start({ nodeMonitorGraceSeconds: 10 })
    quick.create()
    await quick.settled(3)
    await quick.step(300)
    const said = [...quick.demo.view.list('events')].filter(({ reason }) => reason === 'NodeNotReady')
    expect(said).toEqual([])
    const node = quick.pod('web-1').spec.nodeName ?? ''
    const lost = quick.clock.now().getTime()
    quick.demo.fleet.fail(node)
    const isLost = () => conditionOf(quick.get('nodes', node, '')?.status.conditions, 'Ready')?.status === 'Unknown'
    await quick.until('lost', isLost)
    expect((quick.clock.now().getTime() - lost) / 1000).toBeLessThan(13)
    await quick.stop()
  })
})
