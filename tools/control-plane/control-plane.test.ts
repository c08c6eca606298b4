import { request } from 'node:https'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attachControlPlane, type ControlPlane } from './control-plane'
import { eventually } from './eventually'
import { kubiaSet, type KubiaOptions } from './kubia-set'

type Condition = { type: string; status: string; reason?: string }
type Pod = {
  metadata: { name: string; uid: string; creationTimestamp: string; deletionTimestamp?: string }
  spec: { nodeName?: string }
  status: {
    phase: string
    podIP?: string
    conditions?: Condition[]
    containerStatuses?: { restartCount: number; ready: boolean; state: { waiting?: { reason: string } } }[]
  }
}
type Named = { metadata: { name: string; uid: string }; spec: { volumeName?: string }; status: { phase: string } }
type List<T> = { items: T[] }

const namespace = `control-plane-${process.pid}`
let controlPlane: ControlPlane

const pods = async () => (await controlPlane.get<List<Pod>>('pods', '-n', namespace)).items
const pod = (name: string) => controlPlane.get<Pod>('pod', name, '-n', namespace)
const claims = async () => (await controlPlane.get<List<Named>>('pvc', '-n', namespace)).items
const condition = (it: Pod, type: string) => it.status.conditions?.find((one) => one.type === type)
const isReady = (it: Pod) => condition(it, 'Ready')?.status === 'True' && !it.metadata.deletionTimestamp
const raw = (path: string) =>
  controlPlane.kubectl(['get', '--raw', `/api/v1/namespaces/${namespace}/${path}`]).then((it) => it.stdout)

async function kubectl(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await controlPlane.kubectl(['-n', namespace, ...args])
  if (code !== 0) throw new Error(stderr)
  return stdout
}

async function start(options: Partial<KubiaOptions> = {}): Promise<void> {
  await controlPlane.apply(kubiaSet({ namespace, ...options }))
}

const allReady = (count: number, name = 'kubia', seconds = 90) =>
  eventually(`${count} pods of ${name} are ready`, seconds, async () => {
    const ready = (await pods()).filter((it) => it.metadata.name.startsWith(`${name}-`) && isReady(it))
    return ready.length === count ? ready : undefined
  })

beforeAll(async () => {
  controlPlane = await attachControlPlane()
  await controlPlane.kubectl(['create', 'namespace', namespace])
  await eventually('the namespace has its service account', 20, () =>
    controlPlane.get('serviceaccount', 'default', '-n', namespace),
  )
})
afterAll(async () => {
  for (const node of (await controlPlane.status()).nodes)
    if (node.kubelet === 'stopped') await controlPlane.recoverNode(node.name)
  await controlPlane.kubectl(['delete', 'namespace', namespace, '--wait=false'])
})

describe('a set on the control plane', () => {
  it('starts in order, each pod with a claim that is bound', async () => {
    await start()
    const ready = await allReady(3)
    const created = ready.map((it) => Date.parse(it.metadata.creationTimestamp))
    expect(created).toEqual([...created].sort())
    expect((await claims()).map((it) => [it.metadata.name, it.status.phase])).toEqual(
      [0, 1, 2].map((ordinal) => [`data-kubia-${ordinal}`, 'Bound']),
    )
  })

  it('answers through the API server, pod by pod and by its Service', async () => {
    expect(await raw('pods/kubia-1/proxy/')).toContain("You've hit kubia-1")
    expect(await raw('pods/kubia-2:8080/proxy/')).toContain("You've hit kubia-2")
    expect(await raw('services/kubia:80/proxy/')).toContain("You've hit kubia-")
  })

  it('answers through a real kubectl proxy', async () => {
    const { url, stop } = await controlPlane.startKubectlProxy()
    try {
      const answer = await fetch(`${url}/api/v1/namespaces/${namespace}/pods/kubia-0/proxy/`)
      expect(await answer.text()).toContain("You've hit kubia-0")
    } finally {
      await stop()
    }
  })

  it('is found by SRV with the target port, and each pod by its name', async () => {
    const zone = `kubia.${namespace}.svc.cluster.local`
    const { rcode, answers = [] } = await controlPlane.dig(zone, 'SRV')
    const found = answers.flatMap((it) => (it.type === 'SRV' ? [it.data] : []))
    expect(rcode).toBe('NOERROR')
    expect(found.map(({ target, port, weight }) => ({ target, port, weight }))).toEqual(
      [0, 1, 2].map((ordinal) => ({ target: `kubia-${ordinal}.${zone}`, port: 8080, weight: 33 })),
    )
    expect((await controlPlane.dig(`kubia-7.${zone}`)).rcode).toBe('NXDOMAIN')
  })

  it('keeps its claims when it is scaled down, and finds its data again', async () => {
    const path = `/api/v1/namespaces/${namespace}/pods/kubia-2/proxy/`
    await controlPlane.kubectl(['create', '--raw', path, '-f', '-'], { input: 'a pet has a name' })
    const before = (await claims()).map((it) => [it.metadata.uid, it.spec.volumeName])
    await kubectl('scale', 'statefulset', 'kubia', '--replicas=1')
    await eventually('only kubia-0 is left', 30, async () => ((await pods()).length === 1 ? true : undefined))
    expect((await claims()).map((it) => [it.metadata.uid, it.spec.volumeName])).toEqual(before)
    await kubectl('scale', 'statefulset', 'kubia', '--replicas=3')
    await allReady(3)
    expect((await claims()).map((it) => [it.metadata.uid, it.spec.volumeName])).toEqual(before)
    expect(await raw('pods/kubia-2/proxy/')).toContain('a pet has a name')
  })

  it('shows on deletion a terminal phase before the pod goes', async () => {
    const { uid } = (await pod('kubia-2')).metadata
    const seen: string[] = []
    await kubectl('delete', 'pod', 'kubia-2', '--wait=false')
    await eventually('another kubia-2', 20, async () => {
      const now = (await pods()).find((it) => it.metadata.name === 'kubia-2')
      if (now?.metadata.uid === uid && now.metadata.deletionTimestamp) seen.push(now.status.phase)
      return now && now.metadata.uid !== uid ? true : undefined
    })
    expect(seen[0]).toBe('Running')
    await allReady(3)
  })
})

it('a finalizer holds a pod until it is removed, and its ordinal waits', async () => {
  const hold = { metadata: { finalizers: ['example.com/hold'] } }
  const { uid } = (await pod('kubia-2')).metadata
  await kubectl('patch', 'pod', 'kubia-2', '--type=merge', '-p', JSON.stringify(hold))
  await kubectl('delete', 'pod', 'kubia-2', '--wait=false')
  await eventually('stopped, and still there', 15, async () =>
    (await pod('kubia-2')).status.phase === 'Succeeded' ? true : undefined,
  )
  await kubectl('delete', 'pod', 'kubia-2', '--force', '--grace-period=0', '--wait=false')
  expect((await pod('kubia-2')).metadata.uid).toBe(uid)
  await kubectl('patch', 'pod', 'kubia-2', '--type=merge', '-p', '{"metadata":{"finalizers":null}}')
  await allReady(3)
  expect((await pod('kubia-2')).metadata.uid).not.toBe(uid)
})

describe('a pod can be made to', () => {
  const status = async (name: string) => (await kubectl('get', 'pod', name, '--no-headers')).trim().split(/\s+/)

  it('fail its probe, and recover', async () => {
    await controlPlane.podBehaviour(namespace, 'kubia-1', 'unready')
    await eventually('not ready', 10, async () => ((await status('kubia-1'))[1] === '0/1' ? true : undefined))
    const { answers = [] } = await controlPlane.dig(`kubia.${namespace}.svc.cluster.local`, 'SRV')
    expect(answers).toHaveLength(2)
    await controlPlane.podBehaviour(namespace, 'kubia-1', 'healthy')
    await allReady(3)
  })

  it('crash again and again, with logs of the run before', async () => {
    await controlPlane.podBehaviour(namespace, 'kubia-1', 'crash')
    await eventually('CrashLoopBackOff', 20, async () =>
      (await status('kubia-1'))[2] === 'CrashLoopBackOff' ? true : undefined,
    )
    expect(await kubectl('logs', 'kubia-1', '--previous')).toContain('starting on kubia-1')
    await controlPlane.podBehaviour(namespace, 'kubia-1', 'healthy')
    await allReady(3)
    expect((await pod('kubia-1')).status.containerStatuses?.[0]?.restartCount).toBeGreaterThan(1)
  })

  it('fail its image', async () => {
    await controlPlane.podBehaviour(namespace, 'kubia-1', 'image-error')
    for (const word of ['ErrImagePull', 'ImagePullBackOff'])
      await eventually(word, 15, async () => ((await status('kubia-1'))[2] === word ? true : undefined))
    await controlPlane.podBehaviour(namespace, 'kubia-1', 'healthy')
    await allReady(3)
  })

  it.each(['fail', 'evict', 'succeed'] as const)('%s, and is then created again', async (behaviour) => {
    const { uid } = (await pod('kubia-2')).metadata
    await controlPlane.podBehaviour(namespace, 'kubia-2', behaviour)
    await eventually('another kubia-2', 20, async () =>
      (await pod('kubia-2')).metadata.uid === uid ? undefined : true,
    )
    await allReady(3)
  })

  it('be left alone, for a test that plays the kubelet', async () => {
    await start({ name: 'manual', replicas: 1, claims: false, annotations: { 'ordinal.local/behaviour': 'manual' } })
    const { metadata } = await eventually('bound to a node', 20, async () => {
      const one = (await pods()).find((it) => it.metadata.name === 'manual-0')
      return one?.spec.nodeName ? one : undefined
    })
    const patch = { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }
    await kubectl('patch', 'pod', metadata.name, '--subresource=status', '--type=merge', '-p', JSON.stringify(patch))
    await allReady(1, 'manual')
    await kubectl('delete', 'statefulset,service', 'manual')
    await kubectl('delete', 'pod', 'manual-0', '--force', '--grace-period=0', '--ignore-not-found')
  })
})

describe('a class of storage', () => {
  it.each([
    ['retained', 'Released'],
    ['standard', 'gone'],
  ])('%s: the volume of a deleted claim is %s', async (storageClassName, fate) => {
    await start({ name: storageClassName, replicas: 1, storageClassName })
    await allReady(1, storageClassName)
    const claim = (await claims()).find((it) => it.metadata.name === `data-${storageClassName}-0`)
    await kubectl('delete', 'statefulset', storageClassName)
    await kubectl('delete', 'pvc', `data-${storageClassName}-0`)
    await eventually(fate, 20, async () => {
      const { stdout, code } = await controlPlane.kubectl(['get', 'pv', claim?.spec.volumeName ?? '', '--no-headers'])
      return fate === 'gone' ? (code !== 0 ? true : undefined) : stdout.includes(fate) ? true : undefined
    })
    if (fate !== 'gone') await controlPlane.kubectl(['delete', 'pv', claim?.spec.volumeName ?? ''])
  })

  it('grows a claim that asks for more', async () => {
    const patch = { spec: { resources: { requests: { storage: '2Mi' } } } }
    await kubectl('patch', 'pvc', 'data-kubia-0', '-p', JSON.stringify(patch))
    await eventually('2Mi', 20, async () =>
      (await kubectl('get', 'pvc', 'data-kubia-0', '--no-headers')).includes('2Mi') ? true : undefined,
    )
  })
})

describe('a node', () => {
  const nodeReady = async (name: string) =>
    (await controlPlane.get<{ status: { conditions: Condition[] } }>('node', name)).status.conditions.find(
      (it) => it.type === 'Ready',
    )?.status

  it('that comes back in time keeps its pods', async () => {
    const { spec, metadata } = await pod('kubia-1')
    const node = spec.nodeName ?? ''
    await controlPlane.failNode(node)
    await eventually('Unknown', 30, async () => ((await nodeReady(node)) === 'Unknown' ? true : undefined))
    expect(condition(await pod('kubia-1'), 'Ready')?.status).toBe('False')
    // The kubelet is dead, the process lives: it still answers; its logs do not.
    expect(await raw('pods/kubia-1/proxy/')).toContain("You've hit kubia-1")
    await expect(kubectl('logs', 'kubia-1')).rejects.toThrow(/refused/)
    await controlPlane.recoverNode(node)
    await eventually('Ready again', 20, async () => ((await nodeReady(node)) === 'True' ? true : undefined))
    await allReady(3)
    expect((await pod('kubia-1')).metadata.uid).toBe(metadata.uid)
  })

  it('that is lost holds its pod until it is deleted by force; the ordinal then starts elsewhere', async () => {
    const lost = await pod('kubia-1')
    const node = lost.spec.nodeName ?? ''
    await controlPlane.failNode(node, { machine: true })
    await eventually('Terminating', 120, async () =>
      (await pod('kubia-1')).metadata.deletionTimestamp ? true : undefined,
    )
    expect(condition(await pod('kubia-1'), 'DisruptionTarget')?.reason).toBe('DeletionByTaintManager')
    expect(await raw('pods/kubia-1/proxy/')).not.toContain("You've hit")
    await kubectl('delete', 'pod', 'kubia-1', '--wait=false')
    await new Promise((resolve) => setTimeout(resolve, 8000))
    expect((await pod('kubia-1')).metadata.uid).toBe(lost.metadata.uid)
    await kubectl('delete', 'pod', 'kubia-1', '--force', '--grace-period=0')
    await allReady(3)
    expect((await pod('kubia-1')).spec.nodeName).not.toBe(node)

    const bootId = async () =>
      (await controlPlane.get<{ status: { nodeInfo: { bootID: string } } }>('node', node)).status.nodeInfo.bootID
    const before = await bootId()
    await controlPlane.recoverNode(node, { reboot: true })
    await eventually('Ready under a new boot id', 30, async () =>
      (await nodeReady(node)) === 'True' && (await bootId()) !== before ? true : undefined,
    )
  })

  it('that is rebooted starts its containers anew', async () => {
    const { spec, metadata } = await pod('kubia-0')
    const node = spec.nodeName ?? ''
    await controlPlane.failNode(node, { machine: true })
    await controlPlane.recoverNode(node, { reboot: true })
    await eventually('one restart', 30, async () => {
      const now = await pod('kubia-0')
      return isReady(now) && now.status.containerStatuses?.[0]?.restartCount === 1 ? true : undefined
    })
    expect((await pod('kubia-0')).metadata.uid).toBe(metadata.uid)
  })
})

describe('the API server', () => {
  it('refuses connections while it is down, and answers old watches with 410 in the stream afterwards', async () => {
    // The raw list: the one that kubectl prints has no resourceVersion.
    const { metadata } = JSON.parse(await raw('pods')) as { metadata: { resourceVersion: string } }
    await controlPlane.kubectl(['-n', namespace, 'annotate', 'pod', 'kubia-0', `tried=${Date.now()}`])
    await controlPlane.killApiServer()
    await expect(fetch(controlPlane.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    await controlPlane.startApiServer()
    await controlPlane.kubectl(['-n', namespace, 'annotate', 'pod', 'kubia-0', 'tried-'])
    const event = await firstEvent(
      `/api/v1/namespaces/${namespace}/pods?watch=1&resourceVersion=${metadata.resourceVersion}`,
    )
    expect(event).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })
    await allReady(3)
  })

  it('lets each user do what that user may', async () => {
    const may = async (context: string, ...args: string[]) =>
      (await controlPlane.kubectl(['get', ...args], { context })).code === 0
    expect(await may('one-namespace', 'pods', '-n', 'default')).toBe(true)
    expect(await may('one-namespace', 'statefulsets', '-n', 'default')).toBe(true)
    expect(await may('one-namespace', 'pods', '-n', namespace)).toBe(false)
    expect(await may('one-namespace', 'pvc', '-n', 'default')).toBe(false)
    expect(await may('viewer', 'pods', '-A')).toBe(true)
    expect(await may('viewer', 'nodes')).toBe(false)
    expect(await may('nobody', 'pods')).toBe(false)
    expect(await may('exec/plugin:admin', 'nodes')).toBe(true)
    expect(await may('certificate', 'nodes')).toBe(true)
    expect(await may('expired-certificate', 'nodes')).toBe(false)
    expect((await controlPlane.kubectl(['get', 'pods'], { context: 'expired' })).stderr).toContain('Unauthorized')
  })
})

/** The first event of a watch, by a plain request: what the wire says. */
function firstEvent(path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${controlPlane.adminToken}` }
    const call = request(`${controlPlane.url}${path}`, { ca: controlPlane.ca, headers }, (response) => {
      let received = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        received += text
        const [line, more] = received.split('\n', 2)
        if (more === undefined) return
        resolve(JSON.parse(line ?? ''))
        call.destroy()
      })
    })
    call.on('error', reject)
    call.end()
  })
}
