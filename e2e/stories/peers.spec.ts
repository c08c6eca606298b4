import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { expect, row, test } from './fixtures'

const kubia = readFileSync(path.resolve(import.meta.dirname, '../../examples/kubia.yaml'), 'utf8')
const greeting = 'Hey there! This greeting was submitted to kubia-0.'

/** Opens the console on an ordinal. */
async function openConsole(page: Page, url: string, ordinal: number) {
  await page.goto(`${url}?ordinal=${ordinal}&open=ask`)
  await expect(page.getByLabel('Method')).toBeVisible()
}

test('a greeting that was posted to kubia-0 is there after its pod was replaced, and the Service asks them all', async ({
  cluster,
  namespace,
  page,
  setPage,
}) => {
  test.slow()
  await cluster.apply(namespace, kubia)
  await cluster.untilReady(namespace, ['kubia-0', 'kubia-1', 'kubia-2'])
  await openConsole(page, setPage('kubia'), 0)
  const answer = page.getByLabel('Answer of kubia-0', { exact: true })

  // A choice that is made before the page has come alive is no choice yet.
  await expect(async () => {
    await page.getByLabel('Method').selectOption('POST')
    await expect(page.getByLabel('Body')).toBeVisible({ timeout: 1_000 })
  }).toPass({ timeout: 60_000 })
  await page.getByLabel('Body').fill(greeting)
  await page.getByRole('button', { name: 'Send POST…' }).click()
  await page.getByRole('button', { name: 'Send POST', exact: true }).click()
  await expect(answer).toContainText('Stored on kubia-0')

  await page.getByLabel('Method').selectOption('GET')
  await page.getByRole('button', { name: 'Send GET' }).click()
  await expect(answer).toContainText(greeting)

  const before = await row(page, 0).getAttribute('data-pod-uid')
  await cluster.deletePod(namespace, 'kubia-0')
  await expect
    .poll(() => row(page, 0).getAttribute('data-pod-uid'), { timeout: 90_000 })
    .not.toMatch(new RegExp(`^(${before}|)$`))
  await expect(row(page, 0)).toHaveAttribute('data-state', 'ok', { timeout: 90_000 })
  // The console belongs to the pod: a new one has a new console.
  await expect(answer).toHaveCount(0)
  await page.getByRole('button', { name: 'Send GET' }).click()
  await expect(answer).toContainText(greeting)

  await page.goto(`${setPage('kubia')}?tab=peers`)
  for (const ordinal of [0, 1, 2])
    await expect(page.locator(`[data-peer="${ordinal}"]`)).toHaveAttribute('data-verdict', 'agree', { timeout: 90_000 })
  await expect(page.locator('[data-srv]')).toContainText(`kubia-0.kubia.${namespace}.svc.cluster.local.`)

  await page.getByRole('button', { name: 'Ask every ordinal' }).click()
  for (const pod of ['kubia-0', 'kubia-1', 'kubia-2'])
    await expect(page.locator(`[data-asked="${pod}"]`)).toContainText(`You've hit ${pod}`)

  await page.getByRole('button', { name: 'Ask the Service 10 times' }).click()
  const shares = page.getByRole('list', { name: 'Who answered for kubia' })
  await expect(shares).toBeVisible()
  const said = await shares.getByRole('listitem').allInnerTexts()
  const counts = said.map((text) => /^(kubia-[012])\s+(\d+) times?$/.exec(text.replaceAll('\n', ' '))?.[2] ?? 'nobody')
  expect(
    counts.map(Number).reduce((sum, one) => sum + one, 0),
    said.join(', '),
  ).toBe(10)
})

test('a pod that is not ready is not published, and the page says why', async ({
  cluster,
  namespace,
  page,
  setPage,
}) => {
  await cluster.apply(namespace, kubia)
  await cluster.untilReady(namespace, ['kubia-0', 'kubia-1', 'kubia-2'])
  await page.goto(`${setPage('kubia')}?tab=peers`)
  const peer = page.locator('[data-peer="1"]')
  await expect(peer).toHaveAttribute('data-verdict', 'agree', { timeout: 90_000 })
  await cluster.levers.podBehaviour(namespace, 'kubia-1', 'unready')
  await expect(peer).toHaveAttribute('data-because', 'not-ready', { timeout: 90_000 })
  await expect(peer).toContainText('no such name')
  await expect(page.locator('[data-problem="hides-unready"]')).toBeVisible()
})
