import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SteppedCluster } from '@/test/fixtures/stepped-cluster'
import { heldFinalizer, Levers, LeverStuck, type LeverAt } from './levers'

let cluster: SteppedCluster
let levers: Levers
beforeEach(async () => {
  cluster = await SteppedCluster.start()
  const { view, operations, fleet } = cluster.demo
  levers = new Levers(view, operations, fleet)
  cluster.create({ replicas: 2, image: 'nginx:1.29' })
  await cluster.settled(2)
})
afterEach(async () => {
  await cluster.stop()
})

const on = (lever: LeverAt['lever'], name: string): LeverAt => ({
  lever,
  namespace: name.startsWith('worker') ? '' : 'default',
  name,
})
const waiting = (pod: string) =>
  cluster.get('pods', pod)?.status.containerStatuses?.[0]?.state.waiting?.reason ?? 'none'
const service = () => cluster.get('services', 'web')

describe('a lever', () => {
  it.each([
    { at: on('silent', 'worker-1'), broken: () => cluster.demo.fleet.machines()[0]?.outage === 'silent' },
    { at: on('off', 'worker-2'), broken: () => cluster.demo.fleet.machines()[1]?.outage === 'off' },
    { at: on('image', 'web'), broken: () => waiting('web-1') === 'ImagePullBackOff' },
    { at: on('service', 'web'), broken: () => service() === undefined },
    { at: on('crash', 'web-0'), broken: () => waiting('web-0') === 'CrashLoopBackOff' },
    { at: on('unready', 'web-1'), broken: () => !cluster.isReady('web-1') },
    { at: on('finalizer', 'web-0'), broken: () => cluster.pod('web-0').metadata.finalizers?.[0] === heldFinalizer },
  ])('$at.lever breaks what it says, is shown as in force, and is undone', async ({ at, broken }) => {
    expect(broken()).toBe(false)
    levers.pull(at)
    await cluster.until('broken', broken)
    expect(levers.inForce()).toEqual([at])
    levers.undo(at)
    expect(levers.inForce()).toEqual([])
    // A broken image needs what the lesson teaches: the pod that has it is deleted by hand.
    if (at.lever === 'image') cluster.delete('pods', 'web-1')
    await cluster.settled(2)
    await cluster.until('mended', () => !broken())
    expect(cluster.failures).toEqual([])
  })

  it('lets a pod ignore SIGTERM until its grace is over', async () => {
    levers.pull(on('ignore-sigterm', 'web-1'))
    cluster.delete('pods', 'web-1')
    const { uid } = cluster.pod('web-1').metadata
    await cluster.step(25)
    expect(cluster.pod('web-1').metadata.uid).toBe(uid)
    await cluster.until('killed', () => cluster.get('pods', 'web-1')?.metadata.uid !== uid)
  })

  it('puts the image and the Service back as they were', async () => {
    const before = service()
    levers.pull(on('image', 'web'))
    levers.pull(on('service', 'web'))
    expect(cluster.set().spec.template.spec.containers[0]?.image).toBe('nginx:does-not-exist')
    levers.undoAll()
    expect(cluster.set().spec.template.spec.containers[0]?.image).toBe('nginx:1.29')
    expect(service()?.spec).toEqual(before?.spec)
    expect(service()?.metadata.labels).toEqual(before?.metadata.labels)
  })

  it('is in force no more when somebody has mended it with other tools', () => {
    levers.pull(on('image', 'web'))
    cluster.setImage('nginx:1.30')
    levers.pull(on('finalizer', 'web-0'))
    cluster.demo.view.mutate('pods', 'default', 'web-0', ({ metadata }) => delete metadata.finalizers)
    expect(levers.inForce()).toEqual([])
    levers.undo(on('image', 'web'))
    expect(cluster.set().spec.template.spec.containers[0]?.image).toBe('nginx:1.30')
  })

  it('says why it cannot be pulled', () => {
    const stuck = (at: LeverAt) => () => levers.pull(at)
    expect(stuck(on('silent', 'worker-9'))).toThrow(LeverStuck)
    expect(stuck(on('image', 'other'))).toThrow('no StatefulSet default/other')
    expect(stuck(on('crash', 'web-7'))).toThrow('no pod default/web-7')
    levers.pull(on('image', 'web'))
    expect(stuck(on('image', 'web'))).toThrow('broken already')
    levers.pull(on('service', 'web'))
    expect(stuck(on('service', 'web'))).toThrow('no Service')
    cluster.delete('pods', 'web-0')
    expect(stuck(on('finalizer', 'web-0'))).toThrow('being deleted')
  })
})
