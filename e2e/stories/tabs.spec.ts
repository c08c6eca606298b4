import type { Page, Request } from '@playwright/test'
import { expect, row, test } from './fixtures'

/** A set of one pod, without claims. */
const small = (name: string) => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { clusterIP: None, selector: { app: ${name} }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: ${name} }
spec:
  serviceName: ${name}
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{ name: main, image: example/main }]
`

/** The event streams that the pages of a browser have open now. A page that is closed does not tell how its own ended. */
function openStreams(page: Page): () => Request[] {
  const open = new Set<Request>()
  const isStream = (request: Request) => new URL(request.url()).pathname === '/api/live'
  const context = page.context()
  context.on('request', (request) => {
    if (isStream(request)) open.add(request)
  })
  context.on('requestfinished', (request) => void open.delete(request))
  context.on('requestfailed', (request) => void open.delete(request))
  return () => [...open].filter((request) => !request.frame().page().isClosed())
}

test('ten tabs on ten sets are live by one stream, and an action in the tenth answers', async ({
  cluster,
  namespace,
  page,
  setPage,
}) => {
  const names = Array.from({ length: 10 }, (_, index) => `set-${index}`)
  for (const name of names) await cluster.apply(namespace, small(name))
  const streams = openStreams(page)
  const pages = [page]
  while (pages.length < names.length) pages.push(await page.context().newPage())
  for (const [index, each] of pages.entries()) {
    await each.goto(setPage(names[index] ?? ''))
    await expect(each.locator('[data-connection]').first()).toHaveAttribute('data-connection', 'live')
  }
  // A page is live from its first paint on, a moment before its set is among those of the stream.
  const watched = () =>
    streams().map((each) => {
      const topics = new URL(each.url()).searchParams.get('watch')?.split(',') ?? []
      return topics.map((topic) => topic.replace(/.*\/|@.*/g, '')).sort()
    })
  await expect.poll(watched).toEqual([names])

  // Each hears of its own set.
  for (const name of names) await cluster.scale(namespace, name, 2)
  for (const each of pages) await expect(row(each, 1)).toBeVisible()

  const last = pages.at(-1) ?? page
  const answered = last.waitForResponse((response) => response.url().includes('preview=true'))
  await last.locator('[data-action="scale"]').click()
  await last.getByRole('dialog').locator('input[inputmode="numeric"]').fill('3')
  expect((await answered).ok()).toBe(true)

  // The tab that leads goes; the others stay live, and what it looked at is left.
  await last.close()
  await cluster.scale(namespace, 'set-0', 1)
  await expect(row(page, 1)).toHaveCount(0)
  await expect.poll(() => streams().length).toBe(1)
  await expect
    .poll(() => streams().map((each) => new URL(each.url()).searchParams.get('watch')?.includes('set-9')))
    .toEqual([false])
})

test('Back shows the present, not what was painted before', async ({ cluster, namespace, page, setPage }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await cluster.apply(namespace, small('kubia'))
  await page.goto(setPage('kubia'))
  await expect(page.locator('[data-connection]').first()).toHaveAttribute('data-connection', 'live')
  await page.getByRole('link', { name: namespace, exact: true }).click()
  await expect(page.locator(`[data-set="${namespace}/kubia"]`)).toBeVisible()
  await cluster.scale(namespace, 'kubia', 2)
  await expect(page.locator(`[data-set="${namespace}/kubia"]`)).toContainText('2/2')
  await page.goBack()
  await expect(row(page, 1)).toHaveAttribute('data-state', 'ok')
})
