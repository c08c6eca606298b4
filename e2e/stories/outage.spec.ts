import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { attachControlPlane } from '@/tools/control-plane/attached'
import { expired, FaultProxy, tooManyRequests } from '@/test/fixtures/fault-proxy'
import { readApi, startOrdinal, type Ordinal } from '@/e2e/ordinal'
import { api } from '@/lib/contract/routes'
import { expect, row, test } from './fixtures'
import { journalOf } from './journal'

/** The address of the set's page in an Ordinal that has one cluster. */
async function kubiaPage(ordinal: Ordinal, namespace: string) {
  const { default: id } = await readApi(ordinal, api.clusters())
  return `${ordinal.url}/clusters/${id}/namespaces/${namespace}/statefulsets/kubia`
}

const pill = (page: Page) => page.locator('[data-connection]').first()

/** Waits until the page says that it is not live, and answers after how many seconds it did. */
async function notLiveAfter(page: Page, begun: number): Promise<number> {
  await expect(pill(page)).not.toHaveAttribute('data-connection', 'live', { timeout: 30_000 })
  return (Date.now() - begun) / 1000
}

test(
  'the API server is killed and restarted: the page says so, and everything is right again by itself',
  { tag: '@alone' },
  async ({ cluster, namespace, ordinal, page, setPage, quiet }) => {
    quiet.ignore.push(/Failed to load resource/)
    void ordinal
    const controlPlane = await attachControlPlane()
    await cluster.apply(namespace, 'kubia.yaml')
    await cluster.untilReady(namespace, ['kubia-0', 'kubia-1', 'kubia-2'])
    await page.goto(setPage('kubia'))
    await expect(row(page, 2)).toHaveAttribute('data-state', 'ok')
    await expect(pill(page)).toHaveAttribute('data-connection', 'live')

    const killed = Date.now()
    await controlPlane.killApiServer()
    try {
      expect(await notLiveAfter(page, killed), 'seconds until the page says that it is not live').toBeLessThan(15)
      // What is shown stays in sight, as what it was.
      await expect(row(page, 2)).toBeVisible()
    } finally {
      await controlPlane.startApiServer()
    }
    const back = Date.now()
    // While the page could not see it, the set changed.
    await cluster.scale(namespace, 'kubia', 2)
    await expect(pill(page)).toHaveAttribute('data-connection', 'live', { timeout: 35_000 })
    await expect(row(page, 2)).toHaveAttribute('data-state', 'ghost', { timeout: 35_000 })
    expect((Date.now() - back) / 1000, 'seconds until everything is right again').toBeLessThan(35)
  },
)

const outages = [
  {
    name: 'connections are reset and refused',
    begin: (proxy: FaultProxy) => proxy.stop(),
    end: async (proxy: FaultProxy) => void (await proxy.start()),
    silent: true,
  },
  {
    name: 'connections are half-open',
    begin: async (proxy: FaultProxy) => proxy.goSilent(),
    end: async (proxy: FaultProxy) => proxy.heal(),
    silent: true,
  },
  {
    name: 'every request is answered with 429 and Retry-After',
    begin: async (proxy: FaultProxy) => {
      proxy.on({ fault: tooManyRequests(2) })
      proxy.cutStreams()
    },
    end: async (proxy: FaultProxy) => proxy.heal(),
    silent: true,
  },
  {
    name: 'every watch is answered with 410',
    begin: async (proxy: FaultProxy) => {
      proxy.on({ when: (request) => request.url.includes('watch='), times: 20, fault: expired })
      proxy.cutStreams()
    },
    end: async () => {},
    silent: false,
  },
]

for (const outage of outages)
  test(`${outage.name}: the page says so within 15 seconds and is right again within 35`, async ({
    cluster,
    namespace,
    page,
    target,
    quiet,
  }) => {
    quiet.ignore.push(/Failed to load resource/)
    await cluster.apply(namespace, 'kubia.yaml')
    await cluster.untilReady(namespace, ['kubia-0', 'kubia-1', 'kubia-2'])
    const proxy = await new FaultProxy(target.levers.api).start()
    const ordinal = await startOrdinal({ ORDINAL_SERVER: proxy.url })
    try {
      await page.goto(await kubiaPage(ordinal, namespace))
      await expect(row(page, 2)).toHaveAttribute('data-state', 'ok')
      await expect(pill(page)).toHaveAttribute('data-connection', 'live')
      const begun = Date.now()
      await outage.begin(proxy)
      if (outage.silent)
        expect(await notLiveAfter(page, begun), 'seconds until the page says that it is not live').toBeLessThan(15)
      await cluster.scale(namespace, 'kubia', 2)
      await sleep(3000)
      await outage.end(proxy)
      const ended = Date.now()
      await expect(row(page, 2)).toHaveAttribute('data-state', 'ghost', { timeout: 60_000 })
      await expect(pill(page)).toHaveAttribute('data-connection', 'live', { timeout: 35_000 })
      expect((Date.now() - ended) / 1000, 'seconds until everything is right again').toBeLessThan(35)
    } finally {
      await ordinal.stop()
      await proxy.stop()
    }
  })

const cuts = [
  { kind: 'cut-before', written: false, name: 'before it reaches the API server' },
  { kind: 'cut-after', written: true, name: 'before the answer comes back' },
] as const

for (const { kind, written, name } of cuts)
  test(`the connection breaks ${name}: the page tells what became of the scale, and nothing is written twice`, async ({
    cluster,
    namespace,
    page,
    target,
    quiet,
  }) => {
    quiet.ignore.push(/Failed to load resource/)
    await cluster.apply(namespace, 'kubia.yaml')
    await cluster.untilReady(namespace, ['kubia-0', 'kubia-1', 'kubia-2'])
    const proxy = await new FaultProxy(target.levers.api).start()
    const ordinal = await startOrdinal({ ORDINAL_SERVER: proxy.url })
    const isWrite = ({ method, url }: { method: string; url: string }) => method === 'PATCH' && !url.includes('dryRun')
    const replicas = async () => (await cluster.set(namespace, 'kubia'))?.spec?.replicas
    try {
      await page.goto(await kubiaPage(ordinal, namespace))
      await expect(row(page, 2)).toHaveAttribute('data-state', 'ok')
      await page.locator('[data-action="scale"]').click()
      const dialog = page.getByRole('dialog')
      await dialog.locator('input[inputmode="numeric"]').fill('2')
      proxy.on({ when: isWrite, times: 1, fault: { kind } })
      await expect(page.locator('[data-confirm]')).toBeEnabled()
      await page.locator('[data-confirm]').click()
      if (written) {
        await expect(page.locator('[data-progress="in-effect"]')).toBeVisible({ timeout: 60_000 })
        expect(await replicas()).toBe(2)
      } else {
        await expect(dialog.locator('[data-failure="outcome-unknown"]')).toBeVisible({ timeout: 30_000 })
        await expect(dialog.getByText('asks for 3 replicas')).toBeVisible()
        expect(await replicas()).toBe(3)
        await dialog.getByRole('button', { name: 'Look again' }).click()
        await expect(page.locator('[data-confirm]')).toBeEnabled()
      }
      expect(proxy.requests.filter(isWrite), 'sent once').toHaveLength(1)
      const results = journalOf(ordinal, namespace).filter((line) => line.journal === 'result')
      expect(results).toMatchObject([
        written ? { outcome: 'done', confirmedBy: 'reading' } : { outcome: 'unknown', code: 'outcome-unknown' },
      ])
    } finally {
      await ordinal.stop()
      await proxy.stop()
    }
  })

test('what the API server refuses in a dry run cannot be pressed, and says why', async ({
  cluster,
  namespace,
  page,
  target,
  quiet,
}) => {
  quiet.ignore.push(/Failed to load resource/)
  await cluster.apply(namespace, 'kubia.yaml')
  await cluster.untilReady(namespace, ['kubia-0', 'kubia-1', 'kubia-2'])
  const proxy = await new FaultProxy(target.levers.api).start()
  const ordinal = await startOrdinal({ ORDINAL_SERVER: proxy.url })
  const message = 'admission webhook "quorum.example.com" denied the request: two of three must stay'
  const body = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code: 403 })
  const headers = { 'content-type': 'application/json' }
  proxy.on({ when: ({ url }) => url.includes('dryRun'), fault: { kind: 'answer', status: 403, headers, body } })
  try {
    await page.goto(await kubiaPage(ordinal, namespace))
    await expect(row(page, 2)).toHaveAttribute('data-state', 'ok')
    await page.locator('[data-action="scale"]').click()
    await page.getByRole('dialog').locator('input[inputmode="numeric"]').fill('2')
    await expect(page.getByText(message)).toBeVisible()
    await expect(page.locator('[data-confirm]')).toHaveAttribute('aria-disabled', 'true')
    await expect(page.getByText('the API server refuses it', { exact: true })).toBeVisible()
    proxy.heal()
    await expect(page.locator('[data-confirm]')).not.toHaveAttribute('aria-disabled', 'true')
  } finally {
    await ordinal.stop()
    await proxy.stop()
  }
})
