import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FaultProxy } from '@/test/fixtures/fault-proxy'
import { type Answer, ScriptedApi, status } from '@/test/fixtures/scripted-api'
import { loseNode, putPod, putSmallCluster } from '@/test/fixtures/small-cluster'
import { connect } from '@/lib/cluster/connect'
import { serverVersion } from '@/lib/cluster/version'
import { LiveCluster } from '@/lib/live/live-cluster'
import { readSettings } from '@/lib/settings'
import type { Resource } from '@/lib/statefulset/model/objects'
import type { ActionError } from './action-error'
import type { ActionContext } from './context'
import { deletePod as deletePodAction } from './delete-pod'
import { forceDeletePod as forceDeletePodAction } from './force-delete-pod'
import { once } from './idempotency'
import { journalTo } from './journal'
import { budgetsFor } from './lookups'
import { removeFinalizers as removeFinalizersAction } from './remove-finalizers'
import { runnable } from './run-action'
import { scale as scaleAction } from './scale'

const { preview: previewScale, perform: scale } = runnable(scaleAction)
const { preview: previewDeletePod, perform: deletePod } = runnable(deletePodAction)
const { preview: previewForceDelete, perform: forceDeletePod } = runnable(forceDeletePodAction)
const { preview: previewRemoveFinalizers, perform: removeFinalizers } = runnable(removeFinalizersAction)

type Line = Record<string, unknown> & { journal: 'intent' | 'result'; outcome?: string; evidence?: unknown; id: string }

let api: ScriptedApi
let proxy: FaultProxy
let live: LiveCluster
let context: ActionContext
let journal: Line[]
let restoreJournal: () => void
/** What the pod's port answers through the API server. */
let port: Answer

beforeEach(async () => {
  api = await new ScriptedApi().start()
  proxy = await new FaultProxy(api.url).start()
  putSmallCluster(api)
  port = status(
    503,
    'ServiceUnavailable',
    'error trying to reach service: dial tcp 10.0.0.2:8080: connect: no route to host',
  )
  api.hooks.push((seen) => (seen.path.includes('/proxy/') ? port : undefined))
  const connection = connect(new URL(proxy.url).host, readSettings({ ORDINAL_SERVER: proxy.url }))
  live = new LiveCluster(connection, {
    namespaces: [],
    askVersion: (to, signal) => serverVersion(to, { signal }),
    healthEveryMs: 100,
    healthTimeoutMs: 1500,
  })
  await live.ready
  context = {
    live,
    connection,
    settings: { readOnly: false, maxReplicas: 1000 },
    patience: { answer: 1500, look: [20, 100, 300] },
  }
  journal = []
  restoreJournal = journalTo((line) => {
    // A key that stands twice on a line means something else to every reader.
    const keys = [...line.matchAll(/(?<=^\{|,)"(\w+)":/g)].map((match) => match[1])
    expect(keys.filter((key) => key === 'message' || key === 'journal')).toHaveLength(2)
    journal.push(JSON.parse(line) as Line)
  })
})
afterEach(async () => {
  restoreJournal()
  live.stop()
  await proxy.stop()
  await api.stop()
})

const until = async (condition: () => boolean) => {
  for (let tries = 0; tries < 1000 && !condition(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(condition()).toBe(true)
}
const refusal = async (promise: Promise<unknown>): Promise<ActionError> => {
  try {
    await promise
  } catch (error) {
    return error as ActionError
  }
  throw new Error('it was not refused')
}

const scaleTo = (replicas: number, more: object = {}) => ({
  namespace: 'shop',
  name: 'web',
  uid: 'set-uid',
  generation: 4,
  replicas,
  ...more,
})
const forced = (ordinal: number, ...contradictions: string[]) => ({ ...pod(ordinal), contradictions })
const pod = (index: number, more: object = {}) => ({
  namespace: 'shop',
  name: `web-${index}`,
  uid: `pod-uid-${index}`,
  ...more,
})
const replicas = () => api.get('apps/v1/statefulsets', 'shop', 'web')?.spec?.replicas

describe('scale', () => {
  it('shows the plan, the command, the dry run and who else writes, and writes nothing', async () => {
    api.put('autoscaling/v2/horizontalpodautoscalers', {
      metadata: { name: 'auto', namespace: 'shop' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web' },
        minReplicas: 2,
        maxReplicas: 9,
      },
    })
    // Another group's set of that name.
    api.put('autoscaling/v2/horizontalpodautoscalers', {
      metadata: { name: 'other', namespace: 'shop' },
      spec: { scaleTargetRef: { apiVersion: 'apps.kruise.io/v1', kind: 'StatefulSet', name: 'web' }, maxReplicas: 5 },
    })
    api.put('policy/v1/poddisruptionbudgets', {
      metadata: { name: 'budget', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } }, minAvailable: 2 },
      status: { disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 },
    })
    // Another label's, and one that nobody has counted yet.
    api.put('policy/v1/poddisruptionbudgets', {
      metadata: { name: 'other', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'db' } }, minAvailable: 1 },
    })
    api.put('policy/v1/poddisruptionbudgets', {
      metadata: { name: 'uncounted', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } }, maxUnavailable: '50%' },
    })
    await until(() => live.objects('shop', 'web')?.budgets.length === 2)
    const lists = () => api.requests.filter(({ path }) => path.endsWith('/poddisruptionbudgets')).length
    const before = lists()
    const preview = await previewScale(context, scaleTo(1))
    expect(preview.plan.steps.map(({ action, pod: name }) => [action, name])).toEqual([
      ['delete', 'web-2'],
      ['delete', 'web-1'],
    ])
    expect(preview).toMatchObject({
      command: `kubectl -s ${proxy.url} -n shop scale statefulset/web --current-replicas=3 --replicas=1`,
      dryRun: { ok: true },
      autoscalers: [{ name: 'auto', min: 2, max: 9 }],
      budgets: [
        { name: 'budget', disruptionsAllowed: 1, minAvailable: '2', maxUnavailable: null },
        { name: 'uncounted', disruptionsAllowed: null, minAvailable: null, maxUnavailable: '50%' },
      ],
    })
    expect(await previewDeletePod(context, pod(1))).toMatchObject({ budgets: preview.budgets })
    expect(lists()).toBe(before)
    expect(api.writes).toEqual([])
    expect(journal).toEqual([])
  })

  it('says which rule is missing where budgets may not be seen, and that there are none where they are not served', () => {
    const labels = { namespace: 'shop', labels: { app: 'web' } }
    const objects = live.objects('shop', 'web')
    if (!objects) throw new Error('the set is not seen')
    const rule = 'list poddisruptionbudgets.policy (namespace shop)'
    const blind = { ...objects, unknown: { poddisruptionbudgets: rule } }
    expect(budgetsFor(context, blind, labels)).toEqual({ unknown: rule })
    expect(budgetsFor(context, undefined, labels)).toHaveProperty('unknown')
    const { live: _, ...others } = context
    const kindStates = () => ({ ...live.kindStates(), poddisruptionbudgets: { state: 'absent' as const } })
    const without = { ...others, live: Object.create(live, { kindStates: { value: kindStates } }) as LiveCluster }
    expect(budgetsFor(without, blind, labels)).toEqual([])
  })

  it('writes once through the subresource with uid and version, and the journal holds it', async () => {
    const version = api.get('apps/v1/statefulsets', 'shop', 'web')?.metadata.resourceVersion
    const result = await scale(context, scaleTo(5))
    expect(result).toMatchObject({ from: 3, replicas: 5, confirmedBy: 'answer' })
    expect(replicas()).toBe(5)
    expect(api.writes).toHaveLength(1)
    expect(api.writes[0]).toMatchObject({
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/shop/statefulsets/web/scale',
      body: JSON.stringify({ metadata: { uid: 'set-uid', resourceVersion: version }, spec: { replicas: 5 } }),
    })
    expect(journal.map((line) => [line.journal, line.outcome])).toEqual([
      ['intent', undefined],
      ['result', 'done'],
    ])
    expect(journal[0]).toMatchObject({
      id: result.id,
      action: 'scale',
      namespace: 'shop',
      name: 'web',
      uid: 'set-uid',
      user: 'jane',
      evidence: { replicas: { from: 3, ready: 3 }, generation: 4 },
    })
  })

  it('of one that was changed or made again meanwhile is a conflict that tells what is now', async () => {
    await scale(context, scaleTo(5))
    const changed = await refusal(scale(context, scaleTo(4)))
    expect(changed).toMatchObject({ status: 409, code: 'changed', details: { now: { generation: 5, replicas: 5 } } })
    api.recreate('apps/v1/statefulsets', 'shop', 'web')
    expect(await refusal(scale(context, scaleTo(4)))).toMatchObject({ status: 409, code: 'recreated' })
    expect(await refusal(previewScale(context, scaleTo(4)))).toMatchObject({ status: 409, code: 'recreated' })
    api.remove('apps/v1/statefulsets', 'shop', 'web')
    expect(await refusal(scale(context, scaleTo(4)))).toMatchObject({ status: 404, code: 'not-found' })
    expect(api.writes).toHaveLength(1)
  })

  it('reads again when only the status moved between its reading and its write', async () => {
    let moves = 3
    api.hooks.push((seen) => {
      if (seen.method !== 'PATCH' || moves === 0) return undefined
      moves -= 1
      api.update('apps/v1/statefulsets', 'shop', 'web', (set) => (set.status = { ...set.status, readyReplicas: moves }))
      return undefined
    })
    await scale(context, scaleTo(5))
    expect(replicas()).toBe(5)
    expect(moves).toBe(0)
  })

  it('by two at once: one wins, the other sees the conflict', async () => {
    const results = await Promise.allSettled([scale(context, scaleTo(5)), scale(context, scaleTo(1))])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    const lost = results.find((result) => result.status === 'rejected')
    expect(lost?.reason).toMatchObject({ status: 409, code: 'changed' })
  })

  it('changed between the re-read and the write is refused by the version', async () => {
    let once = true
    api.hooks.push((seen) => {
      if (seen.method !== 'PATCH' || !once) return undefined
      once = false
      api.update('apps/v1/statefulsets', 'shop', 'web', (set) => {
        set.metadata.generation = 5
        set.spec = { ...set.spec, replicas: 7 }
      })
      return undefined
    })
    expect(await refusal(scale(context, scaleTo(5)))).toMatchObject({
      code: 'changed',
      details: { now: { replicas: 7 } },
    })
    expect(replicas()).toBe(7)
  })

  it('typed wrongly is not done', async () => {
    expect(await refusal(scale(context, scaleTo(0, { confirm: 'wep' })))).toMatchObject({ status: 422 })
    expect(proxy.requests.filter(({ method }) => method === 'PATCH')).toEqual([])
    await scale(context, scaleTo(0, { confirm: 'web' }))
    expect(replicas()).toBe(0)
  })
})

describe('a dry run', () => {
  const held = ['a/b']
  const each = [
    ['scale', () => previewScale(context, scaleTo(5)), () => scale(context, scaleTo(5))],
    ['delete-pod', () => previewDeletePod(context, pod(0)), () => deletePod(context, pod(0))],
    ['force-delete-pod', () => previewForceDelete(context, forced(1)), () => forceDeletePod(context, forced(1))],
    [
      'remove-finalizers',
      () => previewRemoveFinalizers(context, { ...pod(2), finalizers: held }),
      () => removeFinalizers(context, { ...pod(2), finalizers: held }),
    ],
  ] as const

  it.each(each)('of %s is the request itself, told to store nothing', async (_, show, act) => {
    loseNode(api, 1)
    api.update('v1/pods', 'shop', 'web-2', ({ metadata }) => {
      metadata.finalizers = held
      metadata.deletionTimestamp = new Date(Date.now() - 60_000).toISOString()
      metadata.deletionGracePeriodSeconds = 0
    })
    await show()
    expect(api.writes).toEqual([])
    await act()
    const [dry, write, ...others] = api.requests
      .filter(({ method }) => method === 'PATCH' || method === 'DELETE')
      .map(({ method, path, query, body }) => ({ method, path, query: Object.fromEntries(query), body }))
    expect(others).toEqual([])
    const body = JSON.parse(write?.body ?? '') as object
    if (write?.method === 'PATCH') {
      expect(dry).toEqual({ ...write, query: { ...write.query, dryRun: 'All' } })
    } else {
      expect({ ...dry, body: null }).toEqual({ ...write, body: null })
      expect(JSON.parse(dry?.body ?? '')).toEqual({ ...body, dryRun: ['All'] })
    }
  })
})

describe('an answer that never comes', () => {
  const isPatch = { when: ({ method }: { method: string }) => method === 'PATCH', times: 1 }

  it.each([
    ['cut-before', false],
    ['cut-during', false],
    ['cut-after', true],
  ] as const)('%s: tells what is known, and writes at most once', async (kind, arrived) => {
    proxy.on({ ...isPatch, fault: { kind } })
    const attempt = scale(context, scaleTo(5))
    if (arrived) expect(await attempt).toMatchObject({ confirmedBy: 'reading' })
    else {
      expect(await refusal(attempt)).toMatchObject({
        status: 504,
        code: 'outcome-unknown',
        details: { now: { replicas: 3, generation: 4 } },
      })
    }
    expect(api.writes).toHaveLength(arrived ? 1 : 0)
    expect(proxy.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(1)
    expect(journal.at(-1)).toMatchObject({ journal: 'result', outcome: arrived ? 'done' : 'unknown' })
  })

  it('a 502 of a proxy in between and a 504 of the server count as no answer', async () => {
    api.hooks.push((seen) => {
      if (seen.method !== 'PATCH') return undefined
      api.update('apps/v1/statefulsets', 'shop', 'web', (set) => {
        set.metadata.generation = 5
        set.spec = { ...set.spec, replicas: 5 }
      })
      return { status: 502, body: 'bad gateway' }
    })
    expect(await scale(context, scaleTo(5))).toMatchObject({ confirmedBy: 'reading' })
  })

  const failing = (answer: Answer) => {
    let fails = true
    api.hooks.push((seen) => (seen.method === 'PATCH' && !seen.query.has('dryRun') && fails ? answer : undefined))
    return () => (fails = false)
  }

  it('is not the same as an error that the API server answers: that is not done, and can be tried again', async () => {
    const mend = failing(status(500, 'InternalError', 'etcdserver: no leader'))
    const press = () => once('answered', {}, () => scale(context, scaleTo(5)))
    const error = await refusal(press())
    expect(error).toMatchObject({ code: 'not-done', details: { now: { replicas: 3 } } })
    expect(error.message).toContain('answered 500')
    expect(journal.at(-1)).toMatchObject({ journal: 'result', outcome: 'refused', code: 'not-done' })
    mend()
    expect(await press()).toMatchObject({ replicas: 5 })
  })

  it('is not the same as a webhook that could not be called: that is a refusal, told at once', async () => {
    const message = 'Internal error occurred: failed calling webhook "policy.example.com": connection refused'
    failing(status(500, 'InternalError', message))
    expect(await refusal(scale(context, scaleTo(5)))).toMatchObject({ code: 'rejected', message })
    expect(proxy.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(1)
  })

  it('to the question who asks does not hold up the write', async () => {
    let told = false
    let toldAtWrite = true
    api.hooks.push(async (seen) => {
      if (seen.method === 'PATCH') toldAtWrite = told
      if (!seen.path.endsWith('/selfsubjectreviews')) return undefined
      await new Promise((resolve) => setTimeout(resolve, 2_500))
      told = true
      return undefined
    })
    await scale(context, scaleTo(5))
    expect(toldAtWrite).toBe(false)
  })

  it('when it cannot be read again either, says so', async () => {
    proxy.on({ ...isPatch, fault: { kind: 'cut-before' } })
    api.hooks.push((seen) => (seen.path.endsWith('/statefulsets/web') && journal.length > 0 ? 'reset' : undefined))
    const error = await refusal(scale(context, scaleTo(5)))
    expect(error).toMatchObject({ code: 'outcome-unknown', details: { known: null } })
    expect(error.message).toContain('could not be read again')
  })

  const shown = ['a/b']
  const each = [
    ['delete-pod', () => deletePod(context, pod(0))],
    ['force-delete-pod', () => forceDeletePod(context, forced(1, 'endpoint-serving', 'many-nodes-silent'))],
    ['remove-finalizers', () => removeFinalizers(context, { ...pod(2), finalizers: shown })],
  ] as const
  const kinds = ['cut-before', 'cut-during', 'cut-after', 'hang-after'] as const

  it.each(each.flatMap(([action, act]) => kinds.map((kind) => [action, kind, act] as const)))(
    '%s, %s: tells what is known, and writes at most once',
    async (_, kind, act) => {
      loseNode(api, 1)
      loseNode(api, 2)
      api.update('v1/pods', 'shop', 'web-2', (held) => {
        held.metadata.finalizers = shown
      })
      const isWrite = ({ method }: { method: string }) => method === 'DELETE' || method === 'PATCH'
      proxy.on({ when: isWrite, times: 1, fault: { kind } })
      const arrived = kind === 'cut-after' || kind === 'hang-after'
      if (arrived) expect(await act()).toMatchObject({ confirmedBy: 'reading' })
      else expect(await refusal(act())).toMatchObject({ status: 504, code: 'outcome-unknown' })
      expect(api.writes).toHaveLength(arrived ? 1 : 0)
      expect(proxy.requests.filter(isWrite)).toHaveLength(1)
    },
  )
})

describe('refusals reach the API server with nothing', () => {
  const writesOf = async (change: (context: ActionContext) => ActionContext) => {
    loseNode(api, 1)
    const other = change(context)
    const errors = await Promise.all([
      refusal(scale(other, scaleTo(5))),
      refusal(deletePod(other, pod(0))),
      refusal(forceDeletePod(other, forced(1))),
      refusal(removeFinalizers(other, pod(1, { finalizers: ['a/b'] }) as never)),
    ])
    expect(api.writes).toEqual([])
    return errors.map(({ status: code, code: word }) => `${code} ${word}`)
  }
  const four = (text: string) => Array.from({ length: 4 }, () => text)

  it('READ_ONLY', async () => {
    const before = api.requests.length
    expect(await writesOf((from) => ({ ...from, settings: { ...from.settings, readOnly: true } }))).toEqual(
      four('403 read-only'),
    )
    expect(api.requests.slice(before).filter(({ path }) => path !== '/version')).toEqual([])
  })

  it('a stale store', async () => {
    proxy.goSilent()
    await until(() => live.connection.state === 'stale')
    expect(await writesOf((from) => from)).toEqual(four('503 stale'))
  })

  it('a plan is made of pods, and of claims where they would be deleted: of none of them when they may be old', async () => {
    const outcomeOf = async (stale: Resource, action: Promise<unknown> = scale(without(stale), scaleTo(1))) => {
      const { status: code, details } = await refusal(action)
      return `${code} ${String(details.kind)}`
    }
    const without = (stale: Resource): ActionContext => {
      const kindStates = () => ({
        ...live.kindStates(),
        [stale]: { state: 'stale' as const, since: '2026-01-01T00:00:00Z', reason: 'the watch was cut' },
      })
      return {
        ...context,
        live: new Proxy(live, { get: (of, key) => (key === 'kindStates' ? kindStates : bound(of, key)) }),
      }
    }
    const bound = (of: LiveCluster, key: string | symbol): unknown => {
      const value: unknown = Reflect.get(of, key, of)
      return typeof value === 'function' ? value.bind(of) : value
    }
    expect(await outcomeOf('pods')).toBe('503 pods')
    expect(await outcomeOf('pods', previewScale(without('pods'), scaleTo(1)))).toBe('503 pods')
    // Its claims are kept whatever happens: what is known of them changes nothing.
    expect((await previewScale(without('persistentvolumeclaims'), scaleTo(1))).plan.ending).toEqual([])
    api.update('apps/v1/statefulsets', 'shop', 'web', (held) => {
      held.spec = {
        ...held.spec,
        persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Retain' },
      }
    })
    await until(() => live.objects('shop', 'web')?.set.spec.whenScaled === 'Delete')
    expect(await outcomeOf('persistentvolumeclaims')).toBe('503 persistentvolumeclaims')
    expect(api.writes).toEqual([])
  })

  it('RBAC, with the missing rule', async () => {
    api.allows = () => false
    expect(await writesOf((from) => from)).toEqual(four('403 forbidden'))
    expect(await refusal(deletePod(context, pod(0)))).toMatchObject({
      details: { rule: 'delete pods (namespace shop)' },
    })
  })

  it('a journal that cannot be written', async () => {
    restoreJournal()
    restoreJournal = journalTo(() => {
      throw new Error('EPIPE')
    })
    api.update('v1/pods', 'shop', 'web-2', (held) => {
      held.metadata.finalizers = ['a/b']
    })
    const errors = await Promise.all([refusal(scale(context, scaleTo(5))), refusal(deletePod(context, pod(0)))])
    expect(errors.map(({ status: code, code: word }) => `${code} ${word}`)).toEqual([
      '503 no-journal',
      '503 no-journal',
    ])
    expect(api.writes).toEqual([])
  })
})

describe('delete', () => {
  it('shows what comes back, deletes with the uid and without a policy, and leaves claims alone', async () => {
    const preview = await previewDeletePod(context, pod(1))
    expect(preview).toMatchObject({ plan: { comesBack: true, graceSeconds: 30, ordinal: 1 }, dryRun: { ok: true } })
    await deletePod(context, pod(1))
    expect(api.writes).toHaveLength(1)
    expect(JSON.parse(api.writes[0]?.body ?? '')).toEqual({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'pod-uid-1' },
    })
    expect(await refusal(deletePod(context, pod(1)))).toMatchObject({ status: 422, code: 'already-terminating' })
    expect(api.writes.every(({ path }) => !path.includes('persistentvolume'))).toBe(true)
  })

  it.each([
    ['between the look and the click', 'before'],
    ['between the re-read and the DELETE', 'during'],
  ] as const)('of a pod made again %s never hits the new one (200 times)', async (_, when) => {
    let arm = false
    api.hooks.push((seen) => {
      const isDelete = seen.method === 'DELETE' && !seen.body.includes('dryRun')
      if (isDelete && arm && when === 'during') api.recreate('v1/pods', 'shop', 'web-1')
      return undefined
    })
    for (let round = 0; round < 200; round += 1) {
      const uid = api.get('v1/pods', 'shop', 'web-1')?.metadata.uid ?? ''
      arm = true
      if (when === 'before') api.recreate('v1/pods', 'shop', 'web-1')
      const error = await refusal(deletePod(context, pod(1, { uid })))
      expect(error).toMatchObject({ status: 409, code: 'recreated' })
      const now = api.get('v1/pods', 'shop', 'web-1')
      expect(now?.metadata.uid).not.toBe(uid)
      expect(now?.metadata.deletionTimestamp).toBeUndefined()
    }
  })
})

describe('force delete', () => {
  it('is not offered for a healthy pod', async () => {
    expect(await refusal(forceDeletePod(context, forced(0)))).toMatchObject({ status: 422, code: 'not-offered' })
    expect((await previewForceDelete(context, forced(0))).evidence.offered).not.toBe(true)
    expect(api.writes).toEqual([])
  })

  it('collects the evidence, deletes with grace 0 and the uid, journals it, and marks the ordinal', async () => {
    loseNode(api, 1)
    const preview = await previewForceDelete(context, forced(1))
    expect(preview.evidence).toMatchObject({
      offered: true,
      verdict: 'unknown',
      primary: 'wait-for-node',
      contradictions: [],
    })
    expect(preview.evidence.items.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['node-silent', 'lease-old', 'overdue', 'probe-silent', 'silent-nodes']),
    )
    expect(preview).toMatchObject({ owner: { set: 'web', ordinal: 1 }, node: { bootID: 'boot-1' } })
    await forceDeletePod(context, forced(1))
    expect(JSON.parse(api.writes[0]?.body ?? '')).toMatchObject({
      gracePeriodSeconds: 0,
      preconditions: { uid: 'pod-uid-1' },
    })
    expect(api.get('v1/pods', 'shop', 'web-1')).toBeUndefined()
    expect(journal[0]?.evidence).toMatchObject({ evidence: { verdict: 'unknown' }, acknowledged: [] })
    expect(live.lostPods()).toMatchObject([{ set: 'web', ordinal: 1, node: 'node-1', bootID: 'boot-1' }])

    const state = () => live.set('shop', 'web')?.ordinals.find(({ ordinal }) => ordinal === 1)?.state
    putPod(api, 1)
    api.update('v1/pods', 'shop', 'web-1', (again) => {
      again.metadata.uid = 'pod-uid-new'
      again.spec = { ...again.spec, nodeName: 'node-0' }
    })
    await until(() => state() === 'twin-risk')
    api.update('v1/nodes', '', 'node-1', (node) => {
      node.status = { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { bootID: 'boot-1' } }
    })
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(state()).toBe('twin-risk')
    api.update('v1/nodes', '', 'node-1', (node) => {
      node.status = { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { bootID: 'boot-1b' } }
    })
    await until(() => state() === 'ok')
  })

  it('is stopped by a contradiction that was not shown, and done when it was written out', async () => {
    loseNode(api, 1)
    port = { status: 200, body: 'hello' }
    const error = await refusal(forceDeletePod(context, forced(1)))
    expect(error).toMatchObject({ status: 409, code: 'evidence-changed', details: { unseen: ['probe-answers'] } })
    expect(api.writes).toEqual([])
    await forceDeletePod(context, forced(1, 'probe-answers'))
    expect(api.get('v1/pods', 'shop', 'web-1')).toBeUndefined()
  })

  it('counts an answer that is not HTTP as one, and a forbidden question as none', async () => {
    loseNode(api, 1)
    const probe = async () =>
      (await previewForceDelete(context, forced(1))).evidence.items.find(({ code }) => code.startsWith('probe'))?.code
    port = status(
      503,
      'ServiceUnavailable',
      'error trying to reach service: net/http: HTTP/1.x transport connection broken: malformed HTTP response "x"',
    )
    expect(await probe()).toBe('probe-answers')
    port = status(403, 'Forbidden', 'pods "web-1:8080" is forbidden')
    expect(await probe()).toBe('probe-not-asked')
  })

  it('takes a refusal of the pod’s own address for a sign of life, and one of the API server’s way there for none', async () => {
    loseNode(api, 1)
    const refusing = async (address: string) => {
      port = status(
        503,
        'ServiceUnavailable',
        `error trying to reach service: dial tcp ${address}: connect: connection refused`,
      )
      const { evidence } = await previewForceDelete(context, forced(1))
      return [evidence.verdict, evidence.items.find(({ code }) => code.startsWith('probe'))?.code]
    }
    expect(await refusing('10.0.0.2:8080')).toEqual(['contradicted', 'probe-refused'])
    expect(await refusing('10.96.0.7:8132')).toEqual(['unknown', 'probe-silent'])
    expect(await refusing('10.0.0.2:80800')).toEqual(['unknown', 'probe-silent'])
  })

  it('of a pod made again at any moment never hits the new one (200 times)', async () => {
    let delay = 0
    let victim = ''
    const outcomes: string[] = []
    api.hooks.push(async (seen) => {
      if (seen.method === 'DELETE' && !seen.body.includes('dryRun') && victim !== '') {
        victim = ''
        await new Promise((resolve) => setTimeout(resolve, delay))
        api.recreate('v1/pods', 'shop', 'web-1')
      }
      return undefined
    })
    for (let round = 0; round < 200; round += 1) {
      loseNode(api, 1)
      const uid = api.get('v1/pods', 'shop', 'web-1')?.metadata.uid ?? ''
      delay = round % 3
      if (round % 2 === 0) victim = uid
      const attempt = forceDeletePod(context, { ...forced(1), uid }).then(
        () => 'done',
        (error: ActionError) => error.code,
      )
      if (round % 2 === 1) {
        await new Promise((resolve) => setTimeout(resolve, round % 7))
        if (api.get('v1/pods', 'shop', 'web-1')?.metadata.uid === uid) api.recreate('v1/pods', 'shop', 'web-1')
      }
      outcomes.push(await attempt)
      const now = api.get('v1/pods', 'shop', 'web-1')
      expect(now?.metadata.uid).not.toBe(uid)
      // Only the one that was looked at may be gone, and then nobody has made another yet.
      if (outcomes.at(-1) === 'done') putPod(api, 1)
      else expect(now?.metadata.deletionTimestamp).toBeUndefined()
    }
    expect(new Set(outcomes)).toContain('recreated')
    expect(outcomes.filter((outcome) => !/^(recreated|not-offered|done)$/.test(outcome))).toEqual([])
    expect(api.writes.every(({ body }) => body.includes('"preconditions":{"uid":'))).toBe(true)
  })

  it('that finalizers survive says so, and the last step removes exactly those that were shown', async () => {
    api.update('v1/pods', 'shop', 'web-1', (held) => {
      held.metadata.finalizers = ['example.com/backup', 'example.com/audit']
    })
    loseNode(api, 1)
    const shown = ['example.com/backup', 'example.com/audit']
    expect(await forceDeletePod(context, forced(1))).toMatchObject({ keptBy: shown })
    expect(api.get('v1/pods', 'shop', 'web-1')?.metadata.deletionGracePeriodSeconds).toBe(0)
    const body = { ...pod(1), finalizers: shown }
    expect(await previewRemoveFinalizers(context, body)).toMatchObject({ finalizers: shown, dryRun: { ok: true } })
    await removeFinalizers(context, body)
    expect(api.get('v1/pods', 'shop', 'web-1')).toBeUndefined()
    expect(JSON.parse(api.writes.at(-1)?.body ?? '')).toEqual([
      { op: 'test', path: '/metadata/uid', value: 'pod-uid-1' },
      { op: 'test', path: '/metadata/finalizers', value: shown },
      { op: 'remove', path: '/metadata/finalizers' },
    ])
  })
})

describe('finalizers', () => {
  const hold = (finalizers: string[]) =>
    api.update('v1/pods', 'shop', 'web-1', (held) => {
      held.metadata.finalizers = finalizers
    })
  const body = { ...pod(1), finalizers: ['a/one', 'a/two'] }

  it('of a pod that is not being deleted, or has time left, are not touched', async () => {
    hold(['a/one', 'a/two'])
    expect(await refusal(removeFinalizers(context, body))).toMatchObject({ status: 422, code: 'not-terminating' })
    loseNode(api, 1, -20)
    expect(await refusal(removeFinalizers(context, body))).toMatchObject({ status: 422, code: 'not-terminating' })
    expect(api.writes).toEqual([])
  })

  it.each([
    ['reordered', ['a/two', 'a/one']],
    ['one more', ['a/one', 'a/two', 'a/three']],
    ['one less', ['a/one']],
  ])('%s before or during the patch: nothing is removed', async (_, now) => {
    hold(['a/one', 'a/two'])
    loseNode(api, 1)
    let during = true
    api.hooks.push((seen) => {
      if (seen.method === 'PATCH' && during) {
        during = false
        hold(now)
      }
      return undefined
    })
    expect(await refusal(removeFinalizers(context, body))).toMatchObject({
      status: 409,
      code: 'finalizers-changed',
      details: { now },
    })
    expect(await refusal(removeFinalizers(context, body))).toMatchObject({ status: 409, code: 'finalizers-changed' })
    expect(api.get('v1/pods', 'shop', 'web-1')?.metadata.finalizers).toEqual(now)
  })
})

describe('a claim that goes with what is asked for', () => {
  /** The claim of ordinal 1, given to its pod by a scale-down. */
  const giveClaimToPod = async () => {
    api.put('v1/persistentvolumeclaims', {
      metadata: {
        name: 'data-web-1',
        namespace: 'shop',
        uid: 'claim-1',
        labels: { app: 'web' },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'web-1', uid: 'pod-uid-1', controller: true }],
      },
      spec: { volumeName: 'pv-1', resources: { requests: { storage: '1Gi' } } },
      status: { phase: 'Bound', capacity: { storage: '1Gi' } },
    })
    await until(() => (live.objects('shop', 'web')?.claims.length ?? 0) > 0)
  }
  const hold = () => {
    api.update('v1/pods', 'shop', 'web-1', ({ metadata }) => {
      metadata.finalizers = ['example.com/hold']
      metadata.deletionTimestamp = new Date(Date.now() - 60_000).toISOString()
      metadata.deletionGracePeriodSeconds = 0
    })
  }
  const finalizers = { finalizers: ['example.com/hold'] }
  const told = { claims: [{ name: 'data-web-1', fate: 'deleted', mayEnd: true }], confirm: ['claims-deleted'] }
  const missing = {
    status: 422,
    code: 'not-confirmed',
    details: { missing: ['claims-deleted'], claims: ['data-web-1'] },
  }

  it('is told and asked for before a pod is deleted', async () => {
    await giveClaimToPod()
    expect((await previewDeletePod(context, pod(1))).plan).toMatchObject(told)
    expect(await refusal(deletePod(context, pod(1)))).toMatchObject(missing)
    expect(api.writes).toEqual([])
    await deletePod(context, pod(1, { confirm: 'web-1' }))
    expect(api.writes).toHaveLength(1)
  })

  it('is told and asked for before a pod is deleted by force', async () => {
    await giveClaimToPod()
    loseNode(api, 1)
    expect(await previewForceDelete(context, forced(1))).toMatchObject(told)
    expect(await refusal(forceDeletePod(context, forced(1)))).toMatchObject(missing)
    expect(api.writes).toEqual([])
    await forceDeletePod(context, { ...forced(1), confirm: 'web-1' })
    expect(api.writes).toHaveLength(1)
  })

  it('is told and asked for before the finalizers that hold its pod are taken away', async () => {
    await giveClaimToPod()
    hold()
    expect(await previewRemoveFinalizers(context, { ...pod(1), ...finalizers })).toMatchObject(told)
    expect(await refusal(removeFinalizers(context, { ...pod(1), ...finalizers }))).toMatchObject(missing)
    expect(api.writes).toEqual([])
    await removeFinalizers(context, { ...pod(1, { confirm: 'web-1' }), ...finalizers })
    expect(api.writes).toHaveLength(1)
  })

  it('is told and asked for before a scale, also of a pod that is leaving already', async () => {
    await giveClaimToPod()
    api.update('apps/v1/statefulsets', 'shop', 'web', (set) => {
      set.spec = {
        ...set.spec,
        replicas: 2,
        persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Retain' },
      }
    })
    hold()
    await until(() => live.objects('shop', 'web')?.set.spec.whenScaled === 'Delete')
    await until(() => live.object('pods', 'shop', 'web-1')?.metadata.deletionTimestamp !== null)
    const preview = await previewScale(context, scaleTo(1))
    expect(preview.plan).toMatchObject({ confirm: ['claims-deleted'], ending: [{ name: 'data-web-1' }] })
    expect(await refusal(scale(context, scaleTo(1)))).toMatchObject(missing)
    expect(api.writes).toEqual([])
    await scale(context, scaleTo(1, { confirm: 'web' }))
    expect(replicas()).toBe(1)
  })

  it('is not asked for where the pod takes nothing along', async () => {
    api.put('v1/persistentvolumeclaims', {
      metadata: { name: 'data-web-1', namespace: 'shop', uid: 'claim-1', labels: { app: 'web' } },
      spec: { volumeName: 'pv-1', resources: { requests: { storage: '1Gi' } } },
      status: { phase: 'Bound' },
    })
    await until(() => (live.objects('shop', 'web')?.claims.length ?? 0) > 0)
    expect((await previewDeletePod(context, pod(1))).plan).toMatchObject({ claims: [{ fate: 'stays' }], confirm: [] })
    await deletePod(context, pod(1))
    expect(api.writes).toHaveLength(1)
  })
})
