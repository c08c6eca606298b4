import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { ClusterError } from '@/lib/cluster/errors'
import type { Page } from '@/lib/cluster/list'
import type { WatchEvent } from '@/lib/cluster/watch'
import type { Pod } from '@/lib/statefulset/model/objects'
import { examplePod, exampleSet } from '@/test/fixtures/example-objects'
import type { Source } from './reflector'
import { reflectResource } from './resource-reflector'
import { Store } from './store'

/** Pods of two namespaces behind lists and watches that may be allowed, denied, delayed and cut, each on its own. */
type Scope = 'cluster' | 'a' | 'b'
type Verb = 'list' | 'watch'

class World {
  readonly pods = new Map<string, Pod>()
  readonly denied = new Set<string>()
  /** Objects that the server sends in a form that cannot be read. */
  readonly odd = new Set<string>()
  #version = 1
  #history: { version: number; type: 'ADDED' | 'MODIFIED' | 'DELETED'; pod: Pod }[] = []
  #oldest = 0
  readonly #open = new Set<{ scope: Scope; end: (error?: Error) => void; wake: () => void }>()
  readonly #set = exampleSet()

  put(namespace: string, ordinal: number) {
    const key = `${namespace}/web-${ordinal}`
    const before = this.pods.get(key)
    this.#version += 1
    const pod = examplePod(this.#set, ordinal)
    const uid = before?.metadata.uid ?? `uid-${this.#version}`
    const metadata = { ...pod.metadata, namespace, uid, resourceVersion: String(this.#version) }
    this.#tell(before ? 'MODIFIED' : 'ADDED', { ...pod, metadata })
    this.pods.set(key, { ...pod, metadata })
  }

  remove(namespace: string, ordinal: number) {
    const key = `${namespace}/web-${ordinal}`
    const pod = this.pods.get(key)
    if (!pod) return
    this.pods.delete(key)
    this.#version += 1
    this.#tell('DELETED', { ...pod, metadata: { ...pod.metadata, resourceVersion: String(this.#version) } })
  }

  compact() {
    this.#oldest = this.#version
    this.#history = []
  }

  /** Ends open watches; those of a denied scope always end so when the rights go. */
  cut(scope: Scope) {
    for (const each of this.#open) if (each.scope === scope) each.end(error('lost'))
  }

  source(namespace: string | null): Source<'pods'> {
    const scope: Scope = namespace === 'a' || namespace === 'b' ? namespace : 'cluster'
    const inScope = (pod: Pod) => namespace === null || pod.metadata.namespace === namespace
    const refuse = (verb: Verb) => {
      if (this.denied.has(`${verb} ${scope}`)) throw error('forbidden')
    }
    return {
      list: async () => {
        await turn()
        refuse('list')
        const found = [...this.pods.values()].filter(inScope)
        const page: Page<'pods'> = {
          items: found.filter((pod) => !this.#isOdd(pod)),
          unreadable: found
            .filter((pod) => this.#isOdd(pod))
            .map(({ metadata }) => ({ metadata, reason: odd(metadata) })),
          resourceVersion: String(this.#version),
          skipped: [],
        }
        await turn()
        return page
      },
      watch: (options) => this.#watch(scope, inScope, refuse, options),
    }
  }

  async *#watch(
    scope: Scope,
    inScope: (pod: Pod) => boolean,
    refuse: (verb: Verb) => void,
    options: Parameters<Source<'pods'>['watch']>[0],
  ): AsyncGenerator<WatchEvent<'pods'>> {
    await turn()
    refuse('watch')
    let at = Number(options.resourceVersion)
    if (at < this.#oldest) throw error('gone')
    options.onActivity()
    let failure: Error | null = null
    let over = false
    let wake = () => {}
    const stream = {
      scope,
      end: (cause?: Error) => {
        over = true
        failure = cause ?? null
        wake()
      },
      wake: () => wake(),
    }
    this.#open.add(stream)
    options.signal.addEventListener('abort', () => stream.end(error('aborted')))
    try {
      while (!over) {
        // What was forgotten cannot be told any more, and nothing after it may be told as if it had been.
        if (this.#oldest > at) throw error('gone')
        const next = this.#history.find(({ version, pod }) => version > at && inScope(pod))
        if (!next) {
          await new Promise<void>((resolve) => (wake = resolve))
          continue
        }
        at = next.version
        const { pod, type } = next
        const resourceVersion = pod.metadata.resourceVersion
        if (type === 'DELETED') yield { type, object: { metadata: pod.metadata }, resourceVersion }
        else if (this.#isOdd(pod)) {
          yield { type: 'UNREADABLE', object: { metadata: pod.metadata, reason: odd(pod.metadata) }, resourceVersion }
        } else yield { type, object: pod, resourceVersion }
        await turn()
      }
      if (failure) throw failure
    } finally {
      this.#open.delete(stream)
    }
  }

  #isOdd({ metadata }: Pod) {
    return this.odd.has(`${metadata.namespace}/${metadata.name}`)
  }

  #tell(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: Pod) {
    this.#history.push({ version: this.#version, type, pod })
    for (const { wake } of this.#open) wake()
  }
}

const error = (code: 'forbidden' | 'gone' | 'lost' | 'aborted') => new ClusterError(code, code, { tried: 'test' })
/** Why an object cannot be read; it names the uid, so that a test sees which object is meant. */
const odd = ({ uid }: Pod['metadata']) => `odd ${uid}`
/** Lets what waits go on, in an order that the fake clock decides. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1))

function follow(world: World, namespaces: readonly string[] = ['a', 'b'], everywhere = true) {
  const store = new Store(() => {})
  const reflector = reflectResource<'pods'>({
    kind: 'pods',
    resource: 'pods',
    scope: { everywhere, namespaces },
    source: (namespace) => world.source(namespace),
    sink: store,
    onChange: () => {},
  })
  const sees = (key: string) => {
    const [namespace = '', name = ''] = key.split('/')
    return store.get('pods', namespace, name) !== undefined || store.unreadable('pods', key) !== null
  }
  /** The very object is shown, not an earlier one of its name. */
  const seesObject = (key: string, metadata: Pod['metadata']) => {
    const [namespace = '', name = ''] = key.split('/')
    const shown = store.get('pods', namespace, name)?.metadata.uid
    return shown === metadata.uid || store.unreadable('pods', key) === odd(metadata)
  }
  return { store, reflector, sees, seesObject }
}

const namespace = fc.constantFrom('a', 'b')
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('put' as const), namespace, ordinal: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('remove' as const), namespace, ordinal: fc.nat(2) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom('grant' as const, 'deny' as const),
      verb: fc.constantFrom<Verb>('list', 'watch'),
      scope: fc.constantFrom<Scope>('cluster', 'a', 'b'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('cut' as const), scope: fc.constantFrom<Scope>('cluster', 'a', 'b') }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('compact' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('odd' as const), namespace, ordinal: fc.nat(2) }) },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('wait' as const), ms: fc.constantFrom(1, 3, 900, 5000, 70_000) }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function take(world: World, now: Step) {
  switch (now.what) {
    case 'put':
      return world.put(now.namespace, now.ordinal)
    case 'remove':
      return world.remove(now.namespace, now.ordinal)
    case 'grant':
      return void world.denied.delete(`${now.verb} ${now.scope}`)
    case 'deny':
      world.denied.add(`${now.verb} ${now.scope}`)
      return world.cut(now.scope)
    case 'cut':
      return world.cut(now.scope)
    case 'compact':
      return world.compact()
    case 'odd': {
      const key = `${now.namespace}/web-${now.ordinal}`
      if (!world.odd.delete(key)) world.odd.add(key)
      return world.put(now.namespace, now.ordinal)
    }
  }
}

describe('whatever is granted, denied, cut and forgotten, and in whatever order', () => {
  it('a pod that exists and was seen is never absent: it is shown, or its namespace is unknown', async () => {
    vi.useFakeTimers()
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          const world = new World()
          for (const ordinal of [0, 1, 2]) for (const each of ['a', 'b']) world.put(each, ordinal)
          const { reflector, sees, seesObject } = follow(world)
          /** By name, the uid of the pod that exists and was shown: a pod made anew has not been shown by its old one. */
          const shown = new Map<string, string>()
          const check = () => {
            for (const key of shown.keys()) if (!world.pods.has(key)) shown.delete(key)
            for (const [key, { metadata }] of world.pods) {
              if (reflector.unknown(key.slice(0, 1)) !== null) continue
              if (seesObject(key, metadata)) shown.set(key, metadata.uid)
              else if (shown.get(key) === metadata.uid) throw new Error(`${key} exists, was shown, and is absent`)
            }
          }
          try {
            for (const now of steps) {
              take(world, now)
              if (now.what !== 'wait') {
                check()
                continue
              }
              for (let left = now.ms; left > 0; left -= left > 50 ? 50 : 1) {
                await vi.advanceTimersByTimeAsync(left > 50 ? 50 : 1)
                check()
              }
            }
            world.denied.clear()
            for (let round = 0; round < 400; round += 1) await vi.advanceTimersByTimeAsync(1000)
            expect(reflector.report()).toMatchObject({ state: 'live' })
            for (const each of ['a', 'b']) {
              expect(reflector.unknown(each)).toBeNull()
              for (const ordinal of [0, 1, 2]) {
                const key = `${each}/web-${ordinal}`
                expect([key, sees(key)]).toEqual([key, world.pods.has(key)])
              }
            }
          } finally {
            reflector.stop()
            await vi.advanceTimersByTimeAsync(10)
          }
        }),
        { numRuns: 300 },
      )
    } finally {
      vi.useRealTimers()
    }
  }, 120_000)
})

describe('rights that are not whole', () => {
  const settle = async (ms: number) => {
    for (let at = 0; at < ms; at += 50) await vi.advanceTimersByTimeAsync(50)
  }

  it('listing everywhere without watching leaves alone what a namespace follows, at every retry', async () => {
    vi.useFakeTimers()
    try {
      const world = new World()
      for (const each of ['a', 'b']) world.put(each, 0)
      world.denied.add('watch cluster')
      const { reflector, sees } = follow(world, ['a'])
      await settle(1000)
      for (let round = 0; round < 3000; round += 1) {
        await vi.advanceTimersByTimeAsync(50)
        expect([sees('a/web-0'), reflector.unknown('a')]).toEqual([true, null])
        expect(reflector.unknown('b')).toBe('watch pods (cluster)')
      }
      expect(reflector.report()).toMatchObject({
        state: 'live',
        only: { namespaces: ['a'], rule: 'watch pods (cluster)' },
      })
      reflector.stop()
    } finally {
      vi.useRealTimers()
    }
  })

  it('where nothing may be watched it is listed now and then, with the missing rule by name, steadily', async () => {
    vi.useFakeTimers()
    try {
      const world = new World()
      world.put('a', 0)
      for (const scope of ['cluster', 'a', 'b']) world.denied.add(`watch ${scope}`)
      const { reflector, sees } = follow(world, [])
      await settle(500)
      world.put('a', 1)
      for (let round = 0; round < 1200; round += 1) {
        await vi.advanceTimersByTimeAsync(50)
        expect([sees('a/web-0'), reflector.unknown('a')]).toEqual([true, 'watch pods (cluster)'])
        expect(reflector.report()).toMatchObject({ state: 'stale', rule: 'watch pods (cluster)' })
      }
      expect(sees('a/web-1')).toBe(true)
      world.denied.clear()
      await settle(60_000)
      expect([reflector.report().state, reflector.unknown('a')]).toEqual(['live', null])
      reflector.stop()
    } finally {
      vi.useRealTimers()
    }
  })

  it('namespaces that were chosen are the only ones that are asked for', async () => {
    vi.useFakeTimers()
    try {
      const world = new World()
      for (const each of ['a', 'b']) world.put(each, 0)
      world.denied.add('list cluster')
      const { reflector, sees } = follow(world, ['b'], false)
      await settle(500)
      expect([sees('a/web-0'), sees('b/web-0')]).toEqual([false, true])
      expect(reflector.unknown('b')).toBeNull()
      expect(reflector.unknown('a')).toBe('pods is not looked for in namespace a')
      expect(reflector.report()).toEqual({ state: 'live', only: { namespaces: ['b'], rule: null } })
      expect(reflector.settled()).toBe(true)
      reflector.stop()
    } finally {
      vi.useRealTimers()
    }
  })
})
