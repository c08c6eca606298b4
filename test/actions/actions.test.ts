import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { attachControlPlane, type ControlPlane } from '@/tools/control-plane/control-plane'
import { eventually } from '@/tools/control-plane/eventually'
import { kubiaSet } from '@/tools/control-plane/kubia-set'
import { api } from '@/lib/contract/routes'
import { Bench, type Pod } from './bench'

type Set = {
  metadata: { uid: string; generation: number }
  spec: { replicas: number }
  status: { readyReplicas?: number }
}

const namespace = `actions-${process.pid}`
/** A node without a kubelet: its pods never start, and a force delete is offered for them. */
const silent = `silent-${process.pid}`
const inNamespace = `/api/v1/namespaces/${namespace}`
let controlPlane: ControlPlane
let bench: Bench

beforeAll(async () => {
  controlPlane = await attachControlPlane()
  await controlPlane.kubectl(['create', 'namespace', namespace])
  await controlPlane.apply(kubiaSet({ namespace, gracePeriodSeconds: 5 }))
  bench = await Bench.start(controlPlane)
  await settled(3)
})
afterAll(async () => {
  await bench.stop()
  await controlPlane.kubectl(['delete', 'namespace', namespace, '--wait=false'])
})
afterEach(() => bench.wire.heal())

const set = (name = 'kubia') => controlPlane.get<Set>('statefulset', name, '-n', namespace)
const podOf = (name: string) => controlPlane.get<Pod>('pod', name, '-n', namespace)
const find = async (name: string): Promise<Pod | null> => {
  const { status, json } = await bench.api.call('GET', `${inNamespace}/pods/${name}`)
  return status === 200 ? (json as unknown as Pod) : null
}
const settled = (replicas: number, name = 'kubia') =>
  eventually(`${name} has ${replicas} ready pods`, 90, async () => {
    const { items } = await controlPlane.get<{ items: Pod[] }>('pods', '-n', namespace, '-l', `app=${name}`)
    const ready = items.filter((pod) =>
      pod.status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'),
    )
    const { spec, status } = await set(name)
    const counted = spec.replicas === replicas && (status.readyReplicas ?? 0) === replicas
    return counted && items.length === replicas && ready.length === replicas ? true : undefined
  })
/** The ordinal's next pod, once it is ready; other pods of the set may be lost with the same node. */
const back = (name: string, uid: string) =>
  eventually(`${name} is back`, 90, async () => {
    const pod = await find(name)
    const ready = pod?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
    return pod && ready && pod.metadata.uid !== uid ? pod : undefined
  })
const scaleBody = async (replicas: number) => {
  const { metadata } = await set()
  return { namespace, name: 'kubia', uid: metadata.uid, generation: metadata.generation, replicas }
}
/** The order in which pods of the set were created and removed, by the API server's own watch. */
async function watchPods(): Promise<{ seen: string[]; stop: () => void }> {
  const { json } = await bench.api.call('GET', `${inNamespace}/pods?limit=1`)
  const { resourceVersion } = json.metadata as { resourceVersion: string }
  const abort = new AbortController()
  const seen: string[] = []
  const url = `${inNamespace}/pods?watch=1&resourceVersion=${resourceVersion}&labelSelector=app%3Dkubia`
  const follow = async () => {
    for await (const { type, object } of bench.api.watch<Pod>(url, { signal: abort.signal })) {
      if (type === 'ADDED') seen.push(`create ${object.metadata.name}`)
      if (type === 'DELETED') seen.push(`gone ${object.metadata.name}`)
    }
  }
  void follow()
  return { seen, stop: () => abort.abort() }
}

describe('scale', () => {
  it('does what its preview says, in the order it says, and the journal holds it', async () => {
    for (const replicas of [1, 3]) {
      const body = await scaleBody(replicas)
      const preview = await bench.act('scale', body, { preview: true })
      expect(preview).toMatchObject({ status: 200, json: { dryRun: { ok: true } } })
      const { steps } = preview.json.plan as {
        steps: { action: string; pod: string; claims: { name: string; fate: string }[] }[]
      }
      const watched = await watchPods()
      expect(await bench.act('scale', body)).toMatchObject({ status: 200, json: { confirmedBy: 'answer', replicas } })
      await settled(replicas)
      await sleep(300)
      watched.stop()
      expect(watched.seen).toEqual(steps.map(({ action, pod }) => `${action === 'delete' ? 'gone' : 'create'} ${pod}`))
      for (const claim of steps.flatMap(({ claims }) => claims)) {
        expect(claim.fate).toBe(replicas === 1 ? 'kept' : 'wakes')
        await controlPlane.get('pvc', claim.name, '-n', namespace)
      }
    }
    const lines = bench.journal('kubia')
    expect(lines.map(({ journal, outcome }) => outcome ?? journal)).toEqual(['intent', 'done', 'intent', 'done'])
    expect(lines[1]).toMatchObject({ status: 200, auditId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string })
  })

  it('by two browsers at once: one wins, the other sees the conflict and gets a new preview', async () => {
    const body = await scaleBody(2)
    const answers = await Promise.all([bench.act('scale', body), bench.act('scale', { ...body, replicas: 4 })])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const lost = answers.find(({ status }) => status === 409)
    expect(lost?.json.error).toMatchObject({ code: 'changed' })
    const again = await scaleBody(3)
    expect(await bench.act('scale', again, { preview: true })).toMatchObject({ status: 200 })
    expect(await bench.act('scale', again)).toMatchObject({ status: 200 })
    await settled(3)
  })

  it('submitted twice writes once', async () => {
    const body = { ...(await scaleBody(4)), idempotencyKey: `key-${process.pid}-1` }
    const before = bench.writes('/scale').length
    const answers = await Promise.all([1, 2, 3].map(() => bench.act('scale', body)))
    expect(new globalThis.Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(bench.writes('/scale')).toHaveLength(before + 1)
    await bench.act('scale', await scaleBody(3))
    await settled(3)
  })

  it.each(['cut-before', 'cut-during', 'cut-after'] as const)(
    '%s: what is known is told, nothing is sent twice',
    async (kind) => {
      const body = await scaleBody(kind === 'cut-after' ? 4 : 5)
      const before = bench.wire.requests.filter(({ method }) => method === 'PATCH').length
      bench.wire.on({ when: ({ method }) => method === 'PATCH', times: 1, fault: { kind } })
      const answer = await bench.act('scale', body)
      const { spec } = await set()
      if (kind === 'cut-after') expect(answer).toMatchObject({ status: 200, json: { confirmedBy: 'reading' } })
      else
        expect(answer).toMatchObject({
          status: 504,
          json: { error: { code: 'outcome-unknown', details: { now: { replicas: 3 } } } },
        })
      expect(spec.replicas).toBe(kind === 'cut-after' ? 4 : 3)
      expect(bench.wire.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(before + 1)
      if (kind === 'cut-after') {
        await bench.act('scale', await scaleBody(3))
        await settled(3)
      }
    },
  )
})

describe('a pod made again between the look and the click', () => {
  const name = 'race'
  const path = `${inNamespace}/pods/${name}`
  const manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, annotations: { 'ordinal.local/behaviour': 'manual' } },
    spec: { nodeName: silent, terminationGracePeriodSeconds: 30, containers: [{ name: 'c', image: 'c' }] },
  }
  const make = async (): Promise<string> => {
    const { json } = await bench.api.call('POST', `${inNamespace}/pods`, manifest)
    return (json as unknown as Pod).metadata.uid
  }
  const remake = async (): Promise<string> => {
    await bench.api.call('DELETE', path, { gracePeriodSeconds: 0 })
    return make()
  }

  beforeAll(() => controlPlane.apply({ apiVersion: 'v1', kind: 'Node', metadata: { name: silent } }))
  afterAll(() => controlPlane.kubectl(['delete', 'node', silent]))

  it.each<['delete-pod' | 'force-delete-pod', string]>([
    ['delete-pod', 'before the click'],
    ['delete-pod', 'during the request'],
    ['delete-pod', 'between the re-read and the DELETE'],
    ['force-delete-pod', 'during the request'],
    ['force-delete-pod', 'between the re-read and the DELETE'],
  ])(
    '%s, %s: never hits the new one (200 times)',
    async (action, moment) => {
      const outcomes = new Map<string, number>()
      let uid = await remake()
      for (let round = 0; round < 200; round += 1) {
        let remade: Promise<string> | undefined
        if (moment.startsWith('between')) {
          bench.wire.on({
            times: 1,
            when: ({ method, url }) => method === 'DELETE' && url.startsWith(path),
            fault: { kind: 'meanwhile', act: () => (remade = remake()) },
          })
        }
        if (moment.startsWith('before')) {
          remade = remake()
          await remade
        }
        const attempt = bench.act(action, { namespace, name, uid })
        if (moment.startsWith('during')) {
          await sleep(round % 25)
          remade = remake()
        }
        const answer = await attempt
        const outcome = answer.status === 200 ? 'done' : (answer.json.error?.code ?? String(answer.status))
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        const made = remade ? await remade : uid
        const now = await find(name)
        if (moment.startsWith('during')) {
          // Whether the request or the recreation came first is open; the new pod lives in either case.
          expect(outcome).toMatch(/^(done|recreated|not-found|not-offered|already-terminating)$/)
        } else expect([outcome, answer.status]).toEqual(['recreated', 409])
        expect(now?.metadata.uid).toBe(made)
        expect(now?.metadata.deletionTimestamp).toBeUndefined()
        uid = made
        bench.wire.heal()
      }
      console.log(`${action} ${moment}: ${JSON.stringify(Object.fromEntries(outcomes))}`)
      expect(bench.writes(path).every(({ body }) => body.includes('"preconditions":{"uid":'))).toBe(true)
      await bench.api.call('DELETE', path, { gracePeriodSeconds: 0 })
    },
    900_000,
  )
})

describe('finalizers', () => {
  it('reordered or changed meanwhile are not removed; those that were shown are', async () => {
    const uid = (await podOf('kubia-2')).metadata.uid
    const patch = (finalizers: string[] | null) =>
      bench.api.call(
        'PATCH',
        `${inNamespace}/pods/kubia-2`,
        { metadata: { finalizers } },
        'application/merge-patch+json',
      )
    const shown = ['example.com/backup', 'example.com/audit']
    await patch(shown)
    const body = { namespace, name: 'kubia-2', uid, finalizers: shown }
    expect(await bench.act('remove-finalizers', body)).toMatchObject({
      status: 422,
      json: { error: { code: 'not-terminating' } },
    })
    expect(await bench.act('delete-pod', { namespace, name: 'kubia-2', uid })).toMatchObject({ status: 200 })
    await eventually('only its finalizers keep the pod', 30, async () =>
      (await find('kubia-2'))?.metadata.deletionGracePeriodSeconds === 0 ? true : undefined,
    )
    for (const other of [[...shown].reverse(), shown.slice(1)]) {
      bench.wire.on({
        times: 1,
        when: ({ method }) => method === 'PATCH',
        fault: { kind: 'meanwhile', act: () => patch(other) },
      })
      const answer = await bench.act('remove-finalizers', {
        ...body,
        finalizers: (await podOf('kubia-2')).metadata.finalizers ?? [],
      })
      expect(answer).toMatchObject({ status: 409, json: { error: { code: 'finalizers-changed' } } })
      expect((await podOf('kubia-2')).metadata.finalizers).toEqual(other)
      bench.wire.heal()
    }
    const left = { ...body, finalizers: shown.slice(1) }
    expect(await bench.act('remove-finalizers', left, { preview: true })).toMatchObject({
      json: { dryRun: { ok: true } },
    })
    expect((await podOf('kubia-2')).metadata.finalizers).toEqual(shown.slice(1))
    expect(await bench.act('remove-finalizers', left)).toMatchObject({ status: 200 })
    await settled(3)
    expect((await podOf('kubia-2')).metadata.uid).not.toBe(uid)
  })
})

// The first ordinal: whatever else was on its node, nothing has to be there before it comes back.
describe('a node that is lost for longer', () => {
  afterEach(() => settled(3))

  it('a force delete with its evidence brings the ordinal back elsewhere, marked until the machine is known to have stopped', async () => {
    const before = await podOf('kubia-0')
    const node = before.spec.nodeName ?? ''
    const target = { namespace, name: 'kubia-0', uid: before.metadata.uid }
    expect(await bench.act('force-delete-pod', target)).toMatchObject({
      status: 422,
      json: { error: { code: 'not-offered' } },
    })
    await controlPlane.failNode(node, { machine: true })
    try {
      await eventually('the pod is terminating beyond its grace', 90, async () => {
        const end = (await find('kubia-0'))?.metadata.deletionTimestamp
        return end && Date.parse(end) < Date.now() - 1500 ? true : undefined
      })
      expect(await bench.act('delete-pod', target)).toMatchObject({ json: { error: { code: 'already-terminating' } } })
      const collected = await bench.get((cluster) => api.evidence(cluster, target))
      expect(collected.evidence).toMatchObject({ offered: true, contradictions: [] })
      expect(await bench.act('force-delete-pod', { ...target, contradictions: [] })).toMatchObject({
        status: 200,
        json: { keptBy: [] },
      })
      const state = async () => {
        const view = await bench.get((cluster) => api.statefulSet(cluster, { namespace, name: 'kubia' }))
        return view.ordinals.find(({ ordinal }) => ordinal === 0)?.state
      }
      const after = await back('kubia-0', target.uid)
      expect(after.spec.nodeName).not.toBe(node)
      expect(await state()).toBe('twin-risk')
      const intent = bench
        .journal('kubia-0')
        .find(({ journal, action }) => journal === 'intent' && action === 'force-delete-pod')
      expect(intent).toMatchObject({
        uid: target.uid,
        evidence: { evidence: { verdict: collected.evidence.verdict }, acknowledged: [] },
      })
      await controlPlane.recoverNode(node, { reboot: true })
      await eventually('the mark is gone', 60, async () => ((await state()) === 'ok' ? true : undefined))
    } finally {
      await controlPlane.recoverNode(node, { reboot: true })
    }
  })

  it('whose process is still alive contradicts: new evidence stops the deletion until it is written out', async () => {
    const before = await podOf('kubia-0')
    const node = before.spec.nodeName ?? ''
    const target = { namespace, name: 'kubia-0', uid: before.metadata.uid }
    await controlPlane.failNode(node)
    try {
      await eventually('the pod is terminating beyond its grace', 90, async () => {
        const end = (await find('kubia-0'))?.metadata.deletionTimestamp
        return end && Date.parse(end) < Date.now() - 1500 ? true : undefined
      })
      const refused = await bench.act('force-delete-pod', { ...target, contradictions: [] })
      expect(refused).toMatchObject({ status: 409, json: { error: { code: 'evidence-changed' } } })
      const { unseen } = refused.json.error?.details as { unseen: string[] }
      expect(unseen).toContain('probe-answers')
      expect((await podOf('kubia-0')).metadata.uid).toBe(target.uid)
      expect(await bench.act('force-delete-pod', { ...target, contradictions: unseen })).toMatchObject({ status: 200 })
      await back('kubia-0', target.uid)
    } finally {
      await controlPlane.recoverNode(node)
    }
  })
})

describe('refused before anything reaches the API server', () => {
  it.each([
    ['READ_ONLY', { env: { READ_ONLY: '1' } }, 'read-only'],
    ['RBAC', { token: 'viewer' }, 'forbidden'],
  ])('by %s', async (_, { env, token }: { env?: Record<string, string>; token?: string }, code) => {
    const other = await Bench.start(controlPlane, {
      ...(env ? { env } : {}),
      ...(token ? { token: controlPlane.tokens[token] ?? '' } : {}),
    })
    try {
      const pod = await podOf('kubia-0')
      const target = { namespace, name: 'kubia-0', uid: pod.metadata.uid }
      for (const [action, body] of [
        ['scale', await scaleBody(1)],
        ['delete-pod', target],
        ['force-delete-pod', target],
        ['remove-finalizers', { ...target, finalizers: ['a/b'] }],
      ] as const) {
        const answer = await other.act(action, body)
        expect(answer).toMatchObject({ status: 403, json: { error: { code } } })
      }
      expect(other.writes('/apis/apps/')).toEqual([])
      expect(other.writes('/api/v1/')).toEqual([])
      const rights = await other.get((cluster) => api.rights(cluster, namespace))
      expect(rights.actions.scale.allowed).toBe(false)
      expect((await podOf('kubia-0')).metadata.deletionTimestamp).toBeUndefined()
    } finally {
      await other.stop()
    }
  })

  it('by a stale store', async () => {
    const pod = await podOf('kubia-0')
    bench.wire.goSilent()
    await eventually('Ordinal is not live', 30, async () => {
      return (await bench.state()) === 'stale' ? true : undefined
    })
    const before = bench.writes('/').length
    const answer = await bench.act('delete-pod', { namespace, name: 'kubia-0', uid: pod.metadata.uid })
    expect(answer).toMatchObject({ status: 503, json: { error: { code: 'stale' } } })
    bench.wire.heal()
    expect(bench.writes('/')).toHaveLength(before)
    await eventually('Ordinal is live again', 60, async () => {
      return (await bench.state()) === 'live' ? true : undefined
    })
  })
})

describe('through kubectl proxy', () => {
  it('scales, deletes and takes finalizers away as through a kubeconfig', async () => {
    const proxy = await controlPlane.startKubectlProxy()
    const other = await Bench.start(controlPlane, { through: proxy.url })
    try {
      expect(await other.act('scale', await scaleBody(4))).toMatchObject({ status: 200 })
      await settled(4)
      const last = await podOf('kubia-3')
      const target = { namespace, name: 'kubia-3', uid: last.metadata.uid }
      await bench.api.call(
        'PATCH',
        `${inNamespace}/pods/kubia-3`,
        { metadata: { finalizers: ['a/b'] } },
        'application/merge-patch+json',
      )
      expect(await other.act('delete-pod', target)).toMatchObject({ status: 200 })
      await eventually('only its finalizer keeps the pod', 30, async () =>
        (await find('kubia-3'))?.metadata.deletionGracePeriodSeconds === 0 ? true : undefined,
      )
      expect(await other.act('remove-finalizers', { ...target, finalizers: ['a/b'] })).toMatchObject({ status: 200 })
      await settled(4)
      other.wire.on({ when: ({ method }) => method === 'PATCH', times: 1, fault: { kind: 'cut-after' } })
      expect(await other.act('scale', await scaleBody(3))).toMatchObject({
        status: 200,
        json: { confirmedBy: 'reading' },
      })
      await settled(3)
    } finally {
      await other.stop()
      await proxy.stop()
    }
  })
})
