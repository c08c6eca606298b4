import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import type { Cluster } from './cluster'
import { expect, row, test } from './fixtures'
import { kubiaThatTolerates } from './kubia'
import { recordLadder, statesSeen, wordsSeen } from './page-record'
import { inOrder, TableWatch } from './table-watch'

const kubia = readFileSync(path.resolve(import.meta.dirname, '../../examples/kubia.yaml'), 'utf8')

/** Each STATUS word that the API server printed for at least a second was on the page, in the same order. */
async function expectAllSeen(page: Page, watch: TableWatch, ordinals: readonly number[]) {
  for (const ordinal of ordinals) {
    const truth = watch.words(`kubia-${ordinal}`)
    const seen = await wordsSeen(page, ordinal)
    expect(inOrder(truth, seen), `kubia-${ordinal}: API server ${truth.join(' → ')}; page ${seen.join(' → ')}`).toBe(
      true,
    )
  }
}

async function startKubia(cluster: Cluster, namespace: string, page: Page, url: string) {
  await cluster.apply(namespace, kubia)
  await cluster.untilReady(namespace, ['kubia-0', 'kubia-1', 'kubia-2'])
  await page.goto(url)
  for (const ordinal of [0, 1, 2]) await expect(row(page, ordinal)).toHaveAttribute('data-state', 'ok')
}

test(
  'three replicas start in order, each with its claim',
  { tag: '@package' },
  async ({ cluster, namespace, page, setPage, target }) => {
    const watch = await TableWatch.open(target.levers.api, namespace)
    // The page is open before any pod is: the set exists with no replicas yet.
    await cluster.apply(namespace, kubia.replace('replicas: 3', 'replicas: 0'))
    await page.goto(setPage('kubia'))
    await expect(page.getByRole('heading', { level: 1 })).toContainText('kubia')
    await recordLadder(page)
    await cluster.scale(namespace, 'kubia', 3)
    for (const ordinal of [0, 1, 2]) {
      await expect(row(page, ordinal)).toHaveAttribute('data-state', 'ok', { timeout: 60_000 })
      // While this one was starting, no higher ordinal had a pod before it was ready.
      await expect(row(page, ordinal)).toContainText(`data-kubia-${ordinal}`)
    }
    await expectAllSeen(page, watch, [0, 1, 2])
    const firstReady = (ordinal: number) =>
      watch.lines.find((line) => line.name === `kubia-${ordinal}` && line.ready === '1/1')?.at ?? Infinity
    const firstSeen = (ordinal: number) => watch.lines.find((line) => line.name === `kubia-${ordinal}`)?.at ?? Infinity
    expect(firstSeen(1)).toBeGreaterThanOrEqual(firstReady(0))
    expect(firstSeen(2)).toBeGreaterThanOrEqual(firstReady(1))
    watch.close()
  },
)

test(
  'scaling to 1 removes 2, then 1, and keeps the claims in sight; scaling up binds the same claims',
  { tag: '@package' },
  async ({ cluster, namespace, page, setPage, target }) => {
    await startKubia(cluster, namespace, page, setPage('kubia'))
    const before = await cluster.claims(namespace)
    const watch = await TableWatch.open(target.levers.api, namespace)
    await recordLadder(page)

    await cluster.scale(namespace, 'kubia', 1)
    await expect(row(page, 2)).toHaveAttribute('data-state', 'ghost', { timeout: 60_000 })
    await expect(row(page, 1)).toHaveAttribute('data-state', 'ghost', { timeout: 60_000 })
    await expect(row(page, 2)).toContainText('data-kubia-2')
    await expect(row(page, 1)).toContainText('data-kubia-1')
    const gone = (name: string) => watch.lines.find((line) => line.name === name && line.gone)?.at ?? Infinity
    const leaving = watch.lines.find((line) => line.name === 'kubia-1' && line.status === 'Terminating')?.at ?? Infinity
    expect(gone('kubia-2'), '2 was gone before 1 began to go').toBeLessThanOrEqual(leaving)

    await cluster.scale(namespace, 'kubia', 3)
    for (const ordinal of [1, 2])
      await expect(row(page, ordinal)).toHaveAttribute('data-state', 'ok', { timeout: 60_000 })
    await expectAllSeen(page, watch, [1, 2])
    const after = await cluster.claims(namespace)
    const identity = (claims: typeof before) =>
      claims.map((claim) => `${claim.metadata.name} ${claim.metadata.uid} ${claim.spec.volumeName}`).toSorted()
    expect(identity(after)).toEqual(identity(before))
    watch.close()
  },
)

test('a node is lost and comes back in time: its row goes silent, then is ready again', async ({
  cluster,
  namespace,
  page,
  setPage,
}) => {
  test.slow()
  // Longer than the node is away.
  await cluster.apply(namespace, kubiaThatTolerates(300))
  await cluster.untilReady(namespace, ['kubia-0', 'kubia-1', 'kubia-2'])
  await page.goto(setPage('kubia'))
  await expect(row(page, 1)).toHaveAttribute('data-state', 'ok', { timeout: 60_000 })
  const node = (await cluster.pod(namespace, 'kubia-1'))?.spec.nodeName ?? ''
  const uid = (await cluster.pod(namespace, 'kubia-1'))?.metadata.uid
  await recordLadder(page)

  await cluster.levers.failNode(node)
  try {
    await expect(row(page, 1)).toHaveAttribute('data-state', 'suspect', { timeout: 90_000 })
    await expect(row(page, 1)).toContainText(node)
  } finally {
    await cluster.levers.recoverNode(node)
  }
  await expect(row(page, 1)).toHaveAttribute('data-state', 'ok', { timeout: 90_000 })
  expect((await cluster.pod(namespace, 'kubia-1'))?.metadata.uid, 'it is the same pod').toBe(uid)
  expect(inOrder(['ok', 'suspect', 'ok'], await statesSeen(page, 1))).toBe(true)
})

test('a node is lost for longer: Terminating for ever, a plain delete changes nothing, a forced one brings the ordinal back elsewhere', async ({
  cluster,
  namespace,
  page,
  setPage,
  target,
}) => {
  test.slow()
  await cluster.apply(namespace, kubiaThatTolerates(8))
  await cluster.untilReady(namespace, ['kubia-0', 'kubia-1', 'kubia-2'])
  await page.goto(setPage('kubia'))
  await expect(row(page, 1)).toHaveAttribute('data-state', 'ok', { timeout: 60_000 })
  const lost = await cluster.pod(namespace, 'kubia-1')
  const node = lost?.spec.nodeName ?? ''
  const claim = (await cluster.claims(namespace)).find((one) => one.metadata.name === 'data-kubia-1')
  const watch = await TableWatch.open(target.levers.api, namespace)
  await recordLadder(page)

  await cluster.levers.failNode(node)
  try {
    await expect(row(page, 1)).toHaveAttribute('data-state', 'suspect', { timeout: 90_000 })
    await expect(row(page, 1)).toHaveAttribute('data-pod-status', 'Terminating', { timeout: 90_000 })
    await expect(row(page, 1)).toHaveAttribute('data-state', 'stuck', { timeout: 90_000 })

    await cluster.deletePod(namespace, 'kubia-1')
    await page.waitForTimeout(3000)
    await expect(row(page, 1)).toHaveAttribute('data-state', 'stuck')
    expect((await cluster.pod(namespace, 'kubia-1'))?.metadata.uid).toBe(lost?.metadata.uid)

    await cluster.deletePod(namespace, 'kubia-1', { force: true })
    await cluster.untilReady(namespace, ['kubia-1'])
    const back = await cluster.pod(namespace, 'kubia-1')
    expect(back?.metadata.uid).not.toBe(lost?.metadata.uid)
    expect(back?.spec.nodeName).not.toBe(node)
    await expect(row(page, 1)).toHaveAttribute('data-pod-uid', back?.metadata.uid ?? '')
    await expect(row(page, 1)).toContainText(back?.spec.nodeName ?? '')
    const claimNow = (await cluster.claims(namespace)).find((one) => one.metadata.name === 'data-kubia-1')
    expect(claimNow?.spec.volumeName, 'on the same disk').toBe(claim?.spec.volumeName)
    await expectAllSeen(page, watch, [1])
  } finally {
    await cluster.levers.recoverNode(node)
    watch.close()
  }
})

test('a finalizer holds a pod until it is removed', async ({ cluster, namespace, page, setPage, target }) => {
  await startKubia(cluster, namespace, page, setPage('kubia'))
  await cluster.patchPod(namespace, 'kubia-2', { metadata: { finalizers: ['example.com/hold'] } })
  const watch = await TableWatch.open(target.levers.api, namespace)
  await recordLadder(page)
  const held = (await cluster.pod(namespace, 'kubia-2'))?.metadata.uid
  await cluster.deletePod(namespace, 'kubia-2', { force: true })
  // Its container stops; the object stays, and kubectl then prints how the container ended rather than Terminating.
  await expect(row(page, 2)).toHaveAttribute('data-state', 'stuck', { timeout: 90_000 })
  expect((await cluster.pod(namespace, 'kubia-2'))?.metadata.uid).toBe(held)
  await cluster.patchPod(namespace, 'kubia-2', { metadata: { finalizers: null } })
  await expect(row(page, 2)).toHaveAttribute('data-state', 'ok', { timeout: 60_000 })
  expect((await cluster.pod(namespace, 'kubia-2'))?.metadata.uid).not.toBe(held)
  await expectAllSeen(page, watch, [2])
  watch.close()
})
