import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collections, putNodes, putPod, putSet } from '@/test/fixtures/example-cluster'
import { expired, FaultProxy, tooManyRequests } from '@/test/fixtures/fault-proxy'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { connect } from '@/lib/cluster/connect'
import { serverVersion } from '@/lib/cluster/version'
import { readSettings } from '@/lib/settings'
import { LiveCluster } from './live-cluster'

/** Whatever happens to the connection, at rest the store holds what the API server holds. */

type Scene = { api: ScriptedApi; proxy: FaultProxy }
const names = ['a', 'b', 'a-1'] as const
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const change = fc.record({ set: fc.constantFrom(...names), ordinal: fc.nat(3) })
const step = fc.oneof(
  { weight: 4, arbitrary: change.map(({ set, ordinal }) => ({ what: 'put' as const, set, ordinal })) },
  { weight: 3, arbitrary: change.map(({ set, ordinal }) => ({ what: 'remove' as const, set, ordinal })) },
  { weight: 2, arbitrary: change.map(({ set, ordinal }) => ({ what: 'recreate' as const, set, ordinal })) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('remove-set' as const), set: fc.constantFrom(...names) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('put-set' as const), set: fc.constantFrom(...names) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom('reset', 'end', 'stall', 'compact', 'gone', 'busy', 'silent', 'garbage', 'pause'),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

async function take({ api, proxy }: Scene, now: Step) {
  switch (now.what) {
    case 'put':
      putPod(api, now.set, now.ordinal, { uid: 'owner' })
      break
    case 'remove':
      api.remove(collections.pods, 'default', `${now.set}-${now.ordinal}`)
      break
    case 'recreate':
      if (api.get(collections.pods, 'default', `${now.set}-${now.ordinal}`)) {
        api.recreate(collections.pods, 'default', `${now.set}-${now.ordinal}`)
      }
      break
    case 'put-set':
      putSet(api, now.set, { replicas: 2 })
      break
    case 'remove-set':
      api.remove(collections.statefulsets, 'default', now.set)
      break
    case 'reset':
      proxy.cutStreams()
      break
    case 'end':
      api.endWatches()
      break
    case 'stall':
      proxy.stallStreams(({ url }) => url.includes('/pods?'))
      break
    case 'compact':
      api.compact()
      break
    case 'gone':
      proxy.on({ when: ({ url }) => url.includes('/pods?'), times: 1, fault: expired })
      break
    case 'busy':
      proxy.on({ when: ({ url }) => url.includes('/pods?'), times: 1, fault: tooManyRequests(1) })
      break
    case 'garbage':
      api.say(collections.pods, '{"type":"MODIFIED","object":{"kind":"Pod"}}\nnot json\n')
      break
    case 'silent':
      proxy.goSilent()
      await wait(350)
      proxy.heal()
      break
    case 'pause':
      await wait(60)
      break
  }
}

/** What the API server has, and what the store has, in the same form. */
const truth = ({ api }: Scene) =>
  Object.fromEntries(
    names.flatMap((set) => {
      const object = api.get(collections.statefulsets, 'default', set)
      if (!object) return []
      const pods = [0, 1, 2, 3].map(
        (ordinal) => api.get(collections.pods, 'default', `${set}-${ordinal}`)?.metadata.uid ?? null,
      )
      return [[set, { uid: object.metadata.uid, pods }]]
    }),
  )
const belief = (live: LiveCluster) =>
  Object.fromEntries(
    names.flatMap((set) => {
      const summary = live.overview().summaries.find(({ name }) => name === set)
      if (!summary) return []
      const pods = [0, 1, 2, 3].map(
        (ordinal) => live.object('pods', 'default', `${set}-${ordinal}`)?.metadata.uid ?? null,
      )
      return [[set, { uid: summary.uid, pods }]]
    }),
  )

describe('any sequence of changes and faults', () => {
  it('ends with what the API server has', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const api = await new ScriptedApi().start()
        const proxy = await new FaultProxy(api.url).start()
        const scene = { api, proxy }
        putNodes(api)
        putSet(api, 'a', { replicas: 2 })
        const connection = connect(new URL(proxy.url).host, readSettings({ ORDINAL_SERVER: proxy.url }))
        const live = new LiveCluster(connection, {
          namespaces: [],
          askVersion: (to, signal) => serverVersion(to, { signal }),
          silenceMs: 400,
          healthEveryMs: 300,
          healthTimeoutMs: 250,
        })
        try {
          await live.ready
          for (const now of steps) await take(scene, now)
          proxy.heal()
          const begun = performance.now()
          const right = () => JSON.stringify(belief(live)) === JSON.stringify(truth(scene))
          while (!right() && performance.now() - begun < 35_000) await wait(20)
          expect(belief(live)).toEqual(truth(scene))
        } finally {
          live.stop()
          await proxy.stop()
          await api.stop()
        }
      }),
      { numRuns: 25, endOnFailure: true },
    )
  }, 120_000)
})
