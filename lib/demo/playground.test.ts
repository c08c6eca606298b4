import { afterEach, beforeEach, expect, it } from 'vitest'
import { createDemoCluster, type DemoCluster } from './cluster'
import { Playground } from './playground'
import { seededRandom } from './random'
import { machines } from './seed'

let cluster: DemoCluster
let playground: Playground | undefined
let url: string
let failures: unknown[]
beforeEach(async () => {
  failures = []
  cluster = createDemoCluster({
    speed: 20,
    machines,
    extra: (of) => {
      playground = new Playground(of, {
        empty: false,
        random: seededRandom(1),
        onError: (error) => failures.push(error),
      })
      return playground.handle
    },
  })
  playground?.start()
  url = await cluster.listen()
})
afterEach(async () => {
  playground?.stop()
  await cluster.stop()
})

const headers = { 'content-type': 'application/json' }
const post = async (path: string, body: unknown) => {
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(response.ok, `${path} ${response.status}`).toBe(true)
}
const names = async (path: string) => {
  const { items } = (await (await fetch(url + path)).json()) as {
    items: { metadata: { namespace?: string; name: string } }[]
  }
  return items.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`).toSorted()
}

it('a reset takes away what people made, mends the machines, and brings the examples back', async () => {
  const sets = '/apis/apps/v1/statefulsets'
  const examples = await names(sets)
  expect(examples.length).toBeGreaterThan(5)
  const labels = { app: 'mine' }
  await post('/apis/apps/v1/namespaces/default/statefulsets', {
    metadata: { name: 'mine' },
    spec: {
      serviceName: 'mine',
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, finalizers: ['example.com/stays'] },
        spec: { containers: [{ name: 'main', image: 'luksa/kubia-pet' }] },
      },
    },
  })
  const gone = await fetch(`${url}/apis/apps/v1/namespaces/shop/statefulsets/postgres`, { method: 'DELETE' })
  expect(gone.ok).toBe(true)
  await post('/ordinal.demo/levers', { lever: 'off', name: 'worker-1' })
  expect(await names(sets)).not.toEqual(examples)

  await post('/ordinal.demo/scenarios', { reset: true })
  expect(await names(sets)).toEqual(examples)
  expect(cluster.fleet.machines().every(({ outage }) => outage === null)).toBe(true)
  expect((await names('/api/v1/pods')).filter((name) => name.includes('/mine-'))).toEqual([])
  expect(failures).toEqual([])
}, 60_000)
