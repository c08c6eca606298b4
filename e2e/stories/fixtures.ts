import { randomBytes } from 'node:crypto'
import { test as base, expect, type ConsoleMessage, type Page } from '@playwright/test'
import { readApi, startOrdinal, type Ordinal } from '@/e2e/ordinal'
import { api } from '@/lib/contract/routes'
import { Cluster } from './cluster'
import { openTarget, type Target } from './target'

/**
 * Every story has a cluster of the project's kind, an Ordinal that is connected to it, a namespace of its own and a
 * page whose console must stay clean.
 */
type WorkerFixtures = { target: Target; ordinal: Ordinal; clusterId: string }
type TestFixtures = {
  cluster: Cluster
  namespace: string
  setPage: (set: string) => string
  quiet: { ignore: RegExp[] }
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  target: [
    async ({}, use, workerInfo) => {
      const share = { index: workerInfo.parallelIndex, of: workerInfo.config.workers }
      const target = await openTarget(workerInfo.project.name, share)
      await use(target)
      await target.close()
    },
    { scope: 'worker', timeout: 600_000 },
  ],
  ordinal: [
    async ({ target }, use) => {
      const ordinal = await startOrdinal(target.env)
      await use(ordinal)
      const took = await ordinal.stop()
      expect(took, 'Ordinal ends within five seconds of SIGTERM').toBeLessThan(5000)
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  clusterId: [
    async ({ ordinal, target }, use) => {
      const { clusters, default: first } = await readApi(ordinal, api.clusters())
      const wanted = target.context
        ? clusters.find((cluster) => cluster.name === target.context)
        : clusters.find((cluster) => cluster.id === first)
      if (!wanted) throw new Error(`no cluster named ${target.context} in ${JSON.stringify(clusters)}`)
      await use(wanted.id)
    },
    { scope: 'worker' },
  ],
  cluster: async ({ target }, use) => {
    const cluster = new Cluster(target.levers)
    await use(cluster)
    cluster.close()
  },
  namespace: async ({ cluster }, use) => {
    const name = `story-${randomBytes(3).toString('hex')}`
    await cluster.createNamespace(name)
    await use(name)
    await cluster.deleteNamespace(name)
  },
  setPage: async ({ ordinal, clusterId, namespace }, use) => {
    await use((set) => `${ordinal.url}/clusters/${clusterId}/namespaces/${namespace}/statefulsets/${set}`)
  },
  quiet: async ({}, use) => {
    await use({ ignore: [] })
  },
  page: async ({ page, quiet }, use) => {
    const complaints: string[] = []
    const complain = (text: string) => {
      if (!quiet.ignore.some((pattern) => pattern.test(text))) complaints.push(text)
    }
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error' || message.type() === 'warning') complain(`${message.type()}: ${message.text()}`)
    })
    page.on('pageerror', (error: Error) => complain(`exception: ${error.message}`))
    await use(page)
    expect(complaints, 'the console stays clean').toEqual([])
  },
})
export { expect }

/** One row of the ladder. */
export function row(page: Page, ordinal: number) {
  return page.locator(`[data-ordinal="${ordinal}"][data-state]`)
}
