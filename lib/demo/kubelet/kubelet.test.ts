import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LogsRefused, Unreachable } from '@/lib/demo/api/kubelets'
import { SteppedCluster } from '@/test/fixtures/stepped-cluster'

let cluster: SteppedCluster
beforeEach(async () => {
  cluster = await SteppedCluster.start()
})
afterEach(async () => {
  expect(cluster.failures).toEqual([])
  await cluster.stop()
})

const container = (pod = 'web-0') => cluster.get('pods', pod)?.status.containerStatuses?.[0]
const waiting = (pod = 'web-0') => container(pod)?.state.waiting?.reason
const never = new AbortController().signal

async function logs(pod: string, previous = false): Promise<string[]> {
  const lines: string[] = []
  const options = { previous, follow: false, tailLines: null, since: null }
  for await (const { text } of cluster.demo.fleet.logs('default', pod, 'web', options, never)) lines.push(text)
  return lines
}

async function ask(method: string, body = ''): Promise<string> {
  const request = { method, path: '/', headers: {}, body: Buffer.from(body) }
  return String((await cluster.demo.fleet.handle('default', 'web-0', 8080, request)).body)
}

describe('a starting pod', () => {
  it('is ContainerCreating, then running and not ready, then ready', async () => {
    cluster.create({ replicas: 1, pods: { ready: '5s' } })
    await cluster.step(0.3)
    expect(waiting()).toBe('ContainerCreating')
    expect(cluster.pod('web-0').status.podIP).toBeUndefined()
    await cluster.until('running', () => container()?.state.running !== undefined)
    expect(container()).toMatchObject({ ready: false, started: true, restartCount: 0 })
    expect(cluster.isReady('web-0')).toBe(false)
    await cluster.settled(1)
    expect(cluster.pod('web-0').status.podIP).toMatch(/^10\.244\./)
  })

  it('has the five conditions of a kubelet in their order', async () => {
    cluster.create({ replicas: 1 })
    await cluster.settled(1)
    expect(cluster.pod('web-0').status.conditions?.map(({ type }) => type)).toEqual([
      'PodReadyToStartContainers',
      'Initialized',
      'Ready',
      'ContainersReady',
      'PodScheduled',
    ])
  })
})

describe('a crashing container', () => {
  it('is restarted at once, then after 10, 20, 40 seconds', async () => {
    cluster.create({ replicas: 1, pods: { behaviour: 'crash' } })
    const starts: number[] = []
    let restarts = -1
    for (let quarter = 0; quarter < 500; quarter += 1) {
      await cluster.step(0.25)
      const status = container()
      if (status?.state.running && status.restartCount !== restarts) {
        restarts = status.restartCount
        starts.push(cluster.clock.now().getTime() / 1000)
      }
    }
    const gaps = starts.slice(1).map((at, index) => Math.round(at - (starts[index] ?? 0)))
    expect(gaps.slice(0, 4)).toEqual([3, 12, 22, 42])
    expect(waiting()).toBe('CrashLoopBackOff')
    expect(container()?.lastState.terminated).toMatchObject({ exitCode: 1, reason: 'Error' })
    expect(container()?.state.waiting?.message).toMatch(
      /^back-off 1m20s restarting failed container=web pod=web-0_default\(/,
    )
    expect(
      cluster
        .events('web-0')
        .some((line) => line.startsWith('BackOff: Back-off restarting failed container web in pod web-0_default(')),
    ).toBe(true)
  })

  it('shows the log of the life before', async () => {
    cluster.create({ replicas: 1, pods: { behaviour: 'crash' } })
    await cluster.until('CrashLoopBackOff', () => waiting() === 'CrashLoopBackOff')
    cluster.behave('web-0', 'healthy')
    expect(await logs('web-0')).toContain('fatal: cannot open data directory: permission denied')
  })
})

describe('an image that cannot be pulled', () => {
  it('goes from ErrImagePull to ImagePullBackOff and back', async () => {
    cluster.create({ replicas: 1, image: 'nginx:does-not-exist' })
    await cluster.until('ErrImagePull', () => waiting() === 'ErrImagePull')
    await cluster.until('ImagePullBackOff', () => waiting() === 'ImagePullBackOff')
    expect(container()?.state.waiting?.message).toMatch(
      /^Back-off pulling image "nginx:does-not-exist": ErrImagePull: /,
    )
    await cluster.until('ErrImagePull again', () => waiting() === 'ErrImagePull')
    expect(cluster.pod('web-0').status.phase).toBe('Pending')
    await expect(logs('web-0')).rejects.toThrow(LogsRefused)
  })

  it('is not even tried when its name is no name', async () => {
    cluster.create({ replicas: 1, image: 'NGINX:::1' })
    await cluster.until('InvalidImageName', () => waiting() === 'InvalidImageName')
  })
})

describe('a pod that is deleted', () => {
  it('first ends, then goes', async () => {
    cluster.create({ replicas: 1 })
    await cluster.settled(1)
    cluster.log.length = 0
    cluster.delete('pods', 'web-0')
    await cluster.settled(1)
    expect(cluster.log.slice(0, 4)).toEqual(['web-0 terminating', 'web-0 Succeeded', '-pod/web-0', '+pod/web-0'])
    expect(cluster.events('web-0')).toContain('Killing: Stopping container web')
  })

  it('is killed at the end of its grace when it ignores SIGTERM', async () => {
    cluster.create({ replicas: 1, graceSeconds: 10, pods: { behaviour: 'ignore-sigterm' } })
    await cluster.settled(1)
    cluster.log.length = 0
    cluster.delete('pods', 'web-0')
    await cluster.step(9)
    expect(cluster.log).toEqual(['web-0 terminating'])
    await cluster.step(2)
    expect(cluster.log).toContain('web-0 Failed')
  })
})

describe('a pod with the behaviour `manual`', () => {
  it('is left to whoever writes its status', async () => {
    cluster.create({ replicas: 1, pods: { behaviour: 'manual' } })
    await cluster.step(30)
    expect(cluster.pod('web-0').spec.nodeName).toBeTruthy()
    expect(cluster.pod('web-0').status.phase).toBe('Pending')
    expect(cluster.pod('web-0').status.containerStatuses).toBeUndefined()
  })
})

describe('the app in the pods', () => {
  it('keeps what is posted on its claim, beyond the pod', async () => {
    cluster.create({ replicas: 1, storage: { size: '1Gi', path: '/data' } })
    await cluster.settled(1)
    expect(await ask('GET')).toBe("You've hit web-0\nNothing stored yet\n")
    expect(await ask('POST', 'hello')).toBe('Stored on web-0\n')
    cluster.delete('pods', 'web-0')
    await cluster.step(1)
    await cluster.settled(1)
    expect(await ask('GET')).toBe("You've hit web-0\nStored: hello\n")
  })

  it('forgets with the pod what it has no claim for', async () => {
    cluster.create({ replicas: 1 })
    await cluster.settled(1)
    await ask('POST', 'hello')
    cluster.delete('pods', 'web-0')
    await cluster.step(1)
    await cluster.settled(1)
    expect(await ask('GET')).toContain('Nothing stored yet')
  })

  it('does not answer while its node is gone', async () => {
    cluster.create({ replicas: 1 })
    await cluster.settled(1)
    cluster.demo.fleet.fail(cluster.pod('web-0').spec.nodeName ?? '')
    await expect(ask('GET')).rejects.toThrow(Unreachable)
    await expect(logs('web-0')).rejects.toThrow(Unreachable)
  })
})
