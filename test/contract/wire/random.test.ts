import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '@/lib/demo/random'
import { Client, type Answer, type Json } from './client'
import { digest } from './digest'
import { config, set } from './manifests'
import { owners } from './owners'
import { openTarget, targetNames, type Target } from './target'

/**
 * Random writes of a few managers to the demo and to a running control plane: after each the objects and their owners are the
 * same. ORDINAL_CONTRACT_SEED begins elsewhere.
 */

const FIRST_SEED = Number(process.env.ORDINAL_CONTRACT_SEED ?? 1)
const OBJECTS = 12
const STEPS = 8
const both = targetNames().length === 2

type Chance = ReturnType<typeof chance>

function chance(seed: number) {
  const random = seededRandom(seed)
  const maybe = (share: number) => random() < share
  const pick = <T>(...list: T[]): T => list[Math.floor(random() * list.length)] as T
  const some = <T>(...list: T[]): T[] => list.filter(() => maybe(0.5))
  /** The fields when it so happens. */
  const at = (share: number, fields: () => Json): Json => (maybe(share) ? fields() : {})
  const values = (...names: string[]): Json => Object.fromEntries(some(...names).map((name) => [name, pick('1', '2')]))
  return { maybe, pick, some, at, values }
}

const metadata = ({ at, some, values }: Chance, name: string): Json => ({
  name,
  ...at(0.4, () => ({ labels: values('l', 'm') })),
  ...at(0.3, () => ({ annotations: values('n', 'o') })),
  ...at(0.2, () => ({ finalizers: some('wire.example/a', 'wire.example/b', 'wire.example/c') })),
})

const settings = (by: Chance, name: string): Json => ({
  ...config(name),
  metadata: metadata(by, name),
  data: by.values('a', 'b', 'c'),
})

const container = ({ at, pick, some }: Chance, name: string): Json => ({
  name,
  ...at(0.8, () => ({ image: pick('a:1', 'a:2') })),
  ...at(0.4, () => ({ env: some('A', 'B', 'C').map((one) => ({ name: one, value: pick('1', '2') })) })),
  ...at(0.3, () => ({
    ports: some(80, 81).map((containerPort) => ({ containerPort, ...at(0.3, () => ({ protocol: 'UDP' })) })),
  })),
  ...at(0.2, () => ({ args: [pick('x', 'y')] })),
  ...at(0.2, () => ({ resources: { limits: { cpu: pick('1', '2', '1000m') } } })),
  ...at(0.2, () => ({ readinessProbe: { httpGet: { path: pick('/', '/b'), port: 80 } } })),
})

/** A set, or a part of one. */
function stateful(by: Chance, name: string, whole: boolean): Json {
  const { at, pick, some, maybe } = by
  const often = whole ? 1 : 0.5
  const names = [...(whole || maybe(0.5) ? ['main'] : []), ...some('side', 'third')]
  const template = () => ({
    metadata: at(often, () => ({ labels: { app: name, ...at(0.3, () => ({ more: pick('1', '2') })) } })),
    spec: {
      ...(whole ? { schedulerName: 'nobody' } : {}),
      ...at(0.3, () => ({ nodeSelector: { [pick('a', 'b')]: '1' } })),
      ...at(0.3, () => ({ volumes: some('v', 'w').map((one) => ({ name: one, emptyDir: {} })) })),
      containers: (maybe(0.5) ? names : names.reverse()).map((one) => container(by, one)),
    },
  })
  return {
    ...set(name),
    metadata: metadata(by, name),
    spec: {
      ...at(often, () => ({ serviceName: 'kubia', selector: { matchLabels: { app: name } } })),
      ...at(0.5, () => ({ replicas: pick(0, 1, 2) })),
      ...at(0.3, () => ({ minReadySeconds: pick(1, 2) })),
      ...at(0.3, () => ({
        updateStrategy: { type: 'RollingUpdate', ...at(0.5, () => ({ rollingUpdate: { partition: pick(0, 1) } })) },
      })),
      ...at(whole ? 1 : 0.7, () => ({ template: template() })),
    },
  }
}

/** One write, the same for each cluster. */
function write(by: Chance, resource: string, name: string, first: boolean): (api: Client) => Promise<Answer> {
  const { pick, maybe } = by
  const ways = ['apply', 'apply', 'apply', 'merge', 'strategic-merge', 'clear'] as const
  const way = first
    ? pick('create', 'apply')
    : pick(...ways, ...(resource === 'statefulsets' ? (['scale'] as const) : []))
  const manager = pick('one', 'two', 'kubectl')
  const force = maybe(0.5) ? '&force=true' : ''
  const whole = first || maybe(0.3)
  const body = resource === 'statefulsets' ? stateful(by, name, whole) : settings(by, name)
  const { name: _, finalizers: _1, ...meta } = body['metadata'] as Json
  const patch = { ...body, metadata: meta, ...(maybe(0.2) && body['data'] ? { data: { a: null, b: '3' } } : {}) }
  const replicas = pick(0, 1, 2)
  return (api) => {
    const path = (...rest: string[]) => `${api.at(resource, name, ...rest)}?fieldManager=${manager}`
    if (way === 'create') return api.post(`${api.at(resource)}?fieldManager=${manager}`, body)
    if (way === 'apply') return api.apply(path() + force, body)
    if (way === 'scale') return api.patch(path('scale'), 'merge', { spec: { replicas } })
    if (way === 'clear') return api.patch(path(), 'merge', { metadata: { annotations: null, finalizers: null } })
    return api.patch(path(), way, patch)
  }
}

/** What has become of it. Causes come in any order; the words of other refusals are compared elsewhere. */
async function outcome(api: Client, resource: string, name: string, answer: Answer): Promise<unknown> {
  if (answer.code === 409) return [409, answer.at('message')]
  if (answer.code >= 300) return answer.code
  const now = await api.get(api.at(resource, name))
  const annotations = Object.keys((now.at('metadata.annotations') as Json | undefined) ?? {})
  const looked = ['data', 'spec', 'metadata.labels', 'metadata.finalizers'].map((path) => now.at(path) ?? 'none')
  return [answer.code, looked, annotations.sort(), owners(now)]
}

describe.skipIf(!both)('random writes to the demo and the real cluster', () => {
  let targets: Target[]
  let clients: Client[]
  const namespace = `wire-random-${process.pid}`

  beforeAll(async () => {
    targets = await Promise.all([openTarget('demo'), openTarget('real')])
    clients = targets.map((target) => new Client(target, namespace, 'random'))
    for (const api of clients) {
      await api.post('/api/v1/namespaces', { metadata: { name: namespace } })
      while ((await api.get(api.at('serviceaccounts', 'default'))).code !== 200) await sleep(100)
    }
  })
  afterAll(async () => {
    for (const api of clients) await api.delete(`/api/v1/namespaces/${namespace}`)
    for (const target of targets) await target.close()
  })

  const seeds = Array.from({ length: OBJECTS }, (_, index) => FIRST_SEED + index)
  test.each(seeds)('seed %i', async (seed) => {
    const by = chance(seed)
    const resource = by.maybe(0.7) ? 'statefulsets' : 'configmaps'
    const name = `random-${seed}`
    for (let step = 0; step < STEPS; step++) {
      const ask = write(by, resource, name, step === 0)
      const [demo, real] = await Promise.all(
        clients.map(async (api) => digest(await outcome(api, resource, name, await ask(api)), namespace)),
      )
      expect(demo, `step ${step}`).toEqual(real)
    }
    for (const api of clients) await api.patch(api.at(resource, name), 'merge', { metadata: { finalizers: null } })
  })
})
