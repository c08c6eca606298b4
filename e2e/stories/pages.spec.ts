import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, row, test } from './fixtures'

/** What axe calls serious or critical, in words. */
async function seriousFindings(page: Page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze()
  return violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map(
      (violation) =>
        `${violation.id}: ${violation.nodes
          .map((node) => node.target.join(' '))
          .slice(0, 5)
          .join(' | ')}`,
    )
}

for (const language of ['en', 'zh-CN'])
  for (const theme of ['light', 'dark'])
    for (const width of [1440, 390])
      test(`overview and set page are accessible and do not scroll sideways: ${language}, ${theme}, ${width} px`, async ({
        cluster,
        clusterId,
        namespace,
        ordinal,
        page,
        setPage,
      }) => {
        await page.setViewportSize({ width, height: 900 })
        await cluster.apply(namespace, 'kubia.yaml')
        await cluster.untilReady(namespace, ['kubia-0', 'kubia-1', 'kubia-2'])
        for (const url of [`${ordinal.url}/clusters/${clusterId}`, setPage('kubia')]) {
          await page.goto(`${url}?lang=${language}&theme=${theme}`)
          await expect(page.locator('html')).toHaveAttribute('lang', language)
          await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
          if (url === setPage('kubia')) await expect(row(page, 2)).toBeVisible()
          expect(await seriousFindings(page)).toEqual([])
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
          expect(overflow, 'nothing sticks out at the right').toBeLessThanOrEqual(0)
        }
      })

test('the overview shows a new set without a reload, filters it by text, and keeps the filter in the URL', async ({
  cluster,
  clusterId,
  namespace,
  ordinal,
  page,
}) => {
  await page.goto(`${ordinal.url}/clusters/${clusterId}`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.evaluate(() => ((window as unknown as { stayed: boolean }).stayed = true))
  await page.getByRole('searchbox').fill(namespace)
  await expect(page).toHaveURL(new RegExp(`q=${namespace}`))
  await cluster.apply(namespace, 'kubia.yaml')
  const line = page.locator(`[data-set="${namespace}/kubia"]`)
  await expect(line).toBeVisible()
  await expect(line).toContainText('3/3', { timeout: 90_000 })
  await expect(page.locator('[data-set]')).toHaveCount(1)
  expect(await page.evaluate(() => (window as unknown as { stayed?: boolean }).stayed)).toBe(true)
  await line.getByRole('link').first().click()
  await expect(page).toHaveURL(new RegExp(`/namespaces/${namespace}/statefulsets/kubia`))
  await expect(row(page, 0)).toHaveAttribute('data-state', 'ok')
})

test('a set that does not exist is a page that says so', { tag: '@package' }, async ({ page, setPage, quiet }) => {
  quiet.ignore.push(/404/)
  await page.goto(setPage('no-such-set'))
  await expect(page.getByText('no-such-set').first()).toBeVisible()
})

test('Back closes what was opened beside the set, and only then leaves it; a phone leads back to its namespace', async ({
  cluster,
  clusterId,
  namespace,
  ordinal,
  page,
  setPage,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await cluster.apply(namespace, 'kubia.yaml')
  await page.goto(setPage('kubia'))
  await page.locator('[data-open-ordinal="0"]').click()
  await expect(page.locator('[data-drawer="0"]')).toBeVisible()
  await page.goBack()
  await expect(page.locator('[data-drawer]')).toHaveCount(0)
  await expect(page).toHaveURL(setPage('kubia'))
  await page.getByRole('link', { name: namespace, exact: true }).click()
  await expect(page).toHaveURL(`${ordinal.url}/clusters/${clusterId}?namespace=${namespace}`)
})
