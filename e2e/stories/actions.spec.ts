import { readFileSync } from 'node:fs'
import path from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { readApi, startOrdinal } from '@/e2e/ordinal'
import { api } from '@/lib/contract/routes'
import type { Cluster } from './cluster'
import { expect, row, test } from './fixtures'
import { journalOf } from './journal'
import { kubiaThatTolerates } from './kubia'
import { TableWatch } from './table-watch'

const kubia = readFileSync(path.resolve(import.meta.dirname, '../../examples/kubia.yaml'), 'utf8')
const three = ['kubia-0', 'kubia-1', 'kubia-2']

async function openKubia(cluster: Cluster, namespace: string, page: Page, url: string, yaml = kubia) {
  await cluster.apply(namespace, yaml)
  await cluster.untilReady(namespace, three)
  await page.goto(url)
  for (const ordinal of [0, 1, 2])
    await expect(row(page, ordinal)).toHaveAttribute('data-state', 'ok', { timeout: 60_000 })
}

const dialogOf = (page: Page) => page.getByRole('dialog')
const confirmOf = (page: Page) => page.locator('[data-confirm]')
const inEffect = (page: Page) => page.locator('[data-progress="in-effect"]')

async function openScale(page: Page, replicas: number): Promise<Locator> {
  await page.locator('[data-action="scale"]').click()
  const dialog = dialogOf(page)
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await dialog.locator('input[inputmode="numeric"]').fill(String(replicas))
  await expect(dialog.locator('[aria-busy="false"]')).toBeVisible()
  return dialog
}

/** The steps that a preview shows, in order: `delete 2`. */
const stepsOf = (dialog: Locator) =>
  dialog.locator('[data-step]').evaluateAll((steps) => steps.map((step) => step.getAttribute('data-step')))
const fatesOf = (dialog: Locator) =>
  dialog.locator('[data-fate]').evaluateAll((claims) => claims.map((claim) => claim.getAttribute('data-fate')))

async function openDrawer(page: Page, ordinal: number) {
  await page.locator(`[data-open-ordinal="${ordinal}"]`).click()
  return page.locator(`[data-drawer="${ordinal}"]`)
}

async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze()
  return violations
    .filter((each) => each.impact === 'serious' || each.impact === 'critical')
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(' | ')}`)
}

test('scaling down and up from the page does what the preview said, in the order it said, and is journaled', async ({
  cluster,
  namespace,
  ordinal,
  page,
  setPage,
  target,
}) => {
  test.slow()
  await openKubia(cluster, namespace, page, setPage('kubia'))
  const identity = async () =>
    (await cluster.claims(namespace))
      .map((claim) => `${claim.metadata.name} ${claim.metadata.uid} ${claim.spec.volumeName}`)
      .toSorted()
  const before = await identity()
  const watch = await TableWatch.open(target.levers.api, namespace)
  const gone = (name: string) => watch.lines.find((line) => line.name === name && line.gone)?.at ?? Infinity

  let dialog = await openScale(page, 1)
  await dialog.getByText('All at once').click()
  expect(await stepsOf(dialog)).toEqual(['delete 2', 'delete 1'])
  expect(await fatesOf(dialog)).toEqual(['kept', 'kept'])
  await expect(dialog.getByText(/kubectl .*scale statefulset\/kubia --current-replicas=3 --replicas=1/)).toBeVisible()
  expect(await seriousFindings(page)).toEqual([])
  await confirmOf(page).click()
  await expect(inEffect(page)).toBeVisible({ timeout: 90_000 })
  await expect(dialog.locator('[data-step][data-done]')).toHaveCount(2)
  const leaving = watch.lines.find((line) => line.name === 'kubia-1' && line.status === 'Terminating')?.at ?? Infinity
  expect(gone('kubia-2'), '2 was gone before 1 began to go').toBeLessThanOrEqual(leaving)
  expect((await cluster.pods(namespace)).map((pod) => pod.metadata.name)).toEqual(['kubia-0'])
  expect(await identity(), 'every claim is still there').toEqual(before)
  await dialog.getByRole('contentinfo').or(dialog).getByRole('button', { name: 'Close' }).last().click()

  const upFrom = watch.lines.length
  dialog = await openScale(page, 3)
  expect(await stepsOf(dialog)).toEqual(['create 1', 'create 2'])
  expect(await fatesOf(dialog), 'the old claims wake up').toEqual(['wakes', 'wakes'])
  await confirmOf(page).click()
  await expect(inEffect(page)).toBeVisible({ timeout: 120_000 })
  const since = watch.lines.slice(upFrom)
  const ready1 = since.find((line) => line.name === 'kubia-1' && line.ready === '1/1')?.at ?? Infinity
  const seen2 = since.find((line) => line.name === 'kubia-2' && !line.gone)?.at ?? -Infinity
  expect(seen2, '2 was created when 1 was ready').toBeGreaterThanOrEqual(ready1)
  expect(await identity(), 'with the same claims').toEqual(before)

  const journal = journalOf(ordinal, namespace)
  expect(journal.map((line) => `${line.action} ${line.journal} ${line.outcome ?? ''}`.trim())).toEqual([
    'scale intent',
    'scale result done',
    'scale intent',
    'scale result done',
  ])
  expect(journal[0]?.evidence).toMatchObject({ replicas: { from: 3 } })
  watch.close()
})

test(
  'guided, it takes one ordinal and asks before the next; closing the dialog leaves nothing half done',
  { tag: '@once' },
  async ({ cluster, namespace, page, setPage }) => {
    await openKubia(cluster, namespace, page, setPage('kubia'))
    const dialog = await openScale(page, 1)
    await expect(confirmOf(page)).toHaveText('Remove kubia-2, then ask')
    await confirmOf(page).click()
    await expect(dialog.getByText('kubia-2 is gone.')).toBeVisible({ timeout: 60_000 })
    expect((await cluster.set(namespace, 'kubia'))?.spec?.replicas).toBe(2)
    await expect(confirmOf(page)).toHaveText('Scale to 1')
    await dialog.getByRole('button', { name: 'Stop here' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(row(page, 2)).toHaveAttribute('data-state', 'ghost')
    await expect(row(page, 1)).toHaveAttribute('data-state', 'ok')
  },
)

test(
  'to zero asks for the name of the set; claims that go are named, and are gone afterwards',
  { tag: '@once' },
  async ({ cluster, namespace, page, setPage }) => {
    const yaml = kubia.replace(
      'replicas: 3',
      'replicas: 3\n  persistentVolumeClaimRetentionPolicy: { whenScaled: Delete }',
    )
    await openKubia(cluster, namespace, page, setPage('kubia'), yaml)
    const dialog = await openScale(page, 0)
    await dialog.getByText('All at once').click()
    expect(await fatesOf(dialog)).toEqual(['deleted', 'deleted', 'deleted'])
    await expect(confirmOf(page)).toHaveAttribute('aria-disabled', 'true')
    await expect(dialog.getByText(/data-kubia-2, data-kubia-1, data-kubia-0/)).toBeVisible()
    const field = dialog.getByLabel(/type the name of the set/)
    await field.fill('kubi')
    await expect(confirmOf(page)).toHaveAttribute('aria-disabled', 'true')
    await field.fill('kubia')
    await field.press('Enter')
    expect((await cluster.set(namespace, 'kubia'))?.spec?.replicas, 'Enter confirms nothing').toBe(3)
    await confirmOf(page).click()
    await expect(inEffect(page)).toBeVisible({ timeout: 120_000 })
    await expect.poll(() => cluster.claims(namespace), { timeout: 90_000 }).toEqual([])
  },
)

test('a pod deleted gracefully from its row comes back on the same claim', async ({
  cluster,
  namespace,
  ordinal,
  page,
  setPage,
}) => {
  await openKubia(cluster, namespace, page, setPage('kubia'))
  const old = await cluster.pod(namespace, 'kubia-1')
  const claim = (await cluster.claims(namespace)).find((one) => one.metadata.name === 'data-kubia-1')
  await page.locator('[data-menu="1"]').click()
  await expect(page.getByRole('menuitem')).toHaveText(['Delete pod…'])
  await page.getByRole('menuitem', { name: 'Delete pod…' }).click()
  const dialog = dialogOf(page)
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await expect(dialog.getByText('is created again')).toBeVisible()
  expect(await fatesOf(dialog)).toEqual(['stays'])
  expect(await seriousFindings(page)).toEqual([])
  await confirmOf(page).click()
  await expect(inEffect(page)).toBeVisible({ timeout: 90_000 })
  for (const of of ['gone', 'created', 'placed', 'ready'])
    await expect(dialog.locator(`[data-of="${of}"]`)).toHaveAttribute('data-check', 'fine')
  const back = await cluster.pod(namespace, 'kubia-1')
  expect(back?.metadata.uid).not.toBe(old?.metadata.uid)
  const after = (await cluster.claims(namespace)).find((one) => one.metadata.name === 'data-kubia-1')
  expect(after?.spec.volumeName).toBe(claim?.spec.volumeName)
  const [intent, result] = journalOf(ordinal, namespace)
  expect(intent).toMatchObject({ action: 'delete-pod', name: 'kubia-1', uid: old?.metadata.uid })
  expect(result).toMatchObject({ journal: 'result', outcome: 'done' })
})

test('a pod on a lost node is force-deleted on the evidence, its ordinal comes back elsewhere and stays marked', async ({
  cluster,
  namespace,
  ordinal,
  page,
  setPage,
}) => {
  test.slow()
  await openKubia(cluster, namespace, page, setPage('kubia'), kubiaThatTolerates(5))
  const lost = await cluster.pod(namespace, 'kubia-1')
  const node = lost?.spec.nodeName ?? ''
  await cluster.levers.failNode(node, { machine: true })
  try {
    await expect(row(page, 1)).toHaveAttribute('data-state', 'stuck', { timeout: 120_000 })
    const drawer = await openDrawer(page, 1)
    await expect(drawer.locator('[data-action="delete-pod"]')).toHaveAttribute('aria-disabled', 'true')
    await drawer.locator('[data-action="force-delete-pod"]').click()
    const dialog = dialogOf(page)
    await expect(dialog.getByRole('button', { name: 'Close' }).last()).toBeFocused()
    // The lease has to stand still, and the Service has to have noticed: the evidence goes on being collected.
    await expect(dialog.locator('[data-verdict="unknown"]')).toBeVisible({ timeout: 120_000 })
    for (const code of ['node-silent', 'lease-still', 'overdue', 'probe-silent'])
      await expect(dialog.locator(`[data-evidence="${code}"]`)).toHaveAttribute('data-speaks', 'open', {
        timeout: 60_000,
      })
    await expect(dialog.locator('[data-safer]').first()).toHaveAttribute('data-safer', 'wait-for-node')
    expect(await seriousFindings(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await expect(confirmOf(page)).toHaveAttribute('aria-disabled', 'true')
    await dialog.getByLabel(/type the name of the pod/).fill('kubia-1')
    expect(await seriousFindings(page)).toEqual([])
    await confirmOf(page).focus()
    await page.keyboard.press('Enter')
    await expect(dialog.getByText('Enter does not confirm')).toBeVisible()
    expect((await cluster.pod(namespace, 'kubia-1'))?.metadata.uid).toBe(lost?.metadata.uid)
    await page.keyboard.press('Space')
    await expect(inEffect(page)).toBeVisible({ timeout: 120_000 })
    const back = await cluster.pod(namespace, 'kubia-1')
    expect(back?.metadata.uid).not.toBe(lost?.metadata.uid)
    expect(back?.spec.nodeName).not.toBe(node)
    await dialog.getByRole('button', { name: 'Close' }).last().click()
    await expect(row(page, 1)).toHaveAttribute('data-state', 'twin-risk')
    const intent = journalOf(ordinal, namespace).find((line) => line.action === 'force-delete-pod')
    expect(intent?.uid).toBe(lost?.metadata.uid)
    expect(intent?.request?.body).toMatchObject({ gracePeriodSeconds: 0, preconditions: { uid: lost?.metadata.uid } })
    expect(JSON.stringify(intent?.evidence)).toContain('node-silent')
  } finally {
    await cluster.levers.recoverNode(node, { reboot: true })
  }
  await expect(row(page, 1)).toHaveAttribute('data-state', 'ok', { timeout: 90_000 })
})

test('where evidence contradicts, a second sentence that names it has to be typed', async ({
  cluster,
  namespace,
  page,
  setPage,
}) => {
  await openKubia(cluster, namespace, page, setPage('kubia'))
  await cluster.levers.podBehaviour(namespace, 'kubia-1', 'manual')
  await cluster.deletePod(namespace, 'kubia-1')
  const drawer = await openDrawer(page, 1)
  await drawer.locator('[data-action="force-delete-pod"]').click({ timeout: 90_000 })
  const dialog = dialogOf(page)
  await expect(dialog.locator('[data-verdict="contradicted"]')).toBeVisible({ timeout: 30_000 })
  await expect(dialog.locator('[data-evidence="node-ready"]')).toHaveAttribute('data-speaks', 'against')
  // Until the lease has been seen to move, the sentence to type says less, and what is typed would be too little.
  await expect(dialog.locator('[data-evidence="lease-moves"]')).toBeVisible({ timeout: 60_000 })
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await dialog.getByLabel(/type the name of the pod/).fill('kubia-1')
  await expect(confirmOf(page)).toHaveAttribute('aria-disabled', 'true')
  const words =
    (await dialog.locator('label', { hasText: 'To go on all the same' }).locator('strong').textContent()) ?? ''
  expect(words).toContain('its node is ready')
  await dialog.getByLabel(/To go on all the same/).fill(words)
  await expect(confirmOf(page)).not.toHaveAttribute('aria-disabled', 'true')
  const uid = (await cluster.pod(namespace, 'kubia-1'))?.metadata.uid
  await confirmOf(page).click()
  await expect(dialog.locator('[data-of="created"]')).toHaveAttribute('data-check', 'fine', { timeout: 60_000 })
  await cluster.untilReady(namespace, ['kubia-1'])
  expect((await cluster.pod(namespace, 'kubia-1'))?.metadata.uid).not.toBe(uid)
})

test('finalizers are the last step: exactly those that were shown, and none when the list changed', async ({
  cluster,
  namespace,
  ordinal,
  page,
  setPage,
  quiet,
}) => {
  // The answer to a list that has changed, which the browser reports too.
  quiet.ignore.push(/Failed to load resource.*409/)
  await openKubia(cluster, namespace, page, setPage('kubia'))
  await cluster.patchPod(namespace, 'kubia-2', { metadata: { finalizers: ['example.com/hold'] } })
  const held = (await cluster.pod(namespace, 'kubia-2'))?.metadata.uid
  await cluster.deletePod(namespace, 'kubia-2', { force: true })
  const drawer = await openDrawer(page, 2)
  await expect(drawer.locator('[data-action="force-delete-pod"]'), 'it would change nothing').toHaveCount(0)
  await drawer.locator('[data-action="remove-finalizers"]').click({ timeout: 60_000 })
  const dialog = dialogOf(page)
  await expect(dialog.locator('[data-finalizer]')).toHaveText(['example.com/hold'])
  expect(await seriousFindings(page)).toEqual([])
  // The API server lets a list of a terminating pod only grow smaller, so the other order comes from a second pod.
  await dialog.getByLabel(/type the name of the pod/).fill('kubia-2')
  await confirmOf(page).click()
  await expect(inEffect(page)).toBeVisible({ timeout: 90_000 })
  expect((await cluster.pod(namespace, 'kubia-2'))?.metadata.uid).not.toBe(held)
  expect(journalOf(ordinal, namespace).at(-1)).toMatchObject({ action: 'remove-finalizers', outcome: 'done' })
  await dialog.getByRole('button', { name: 'Close' }).last().click()

  await cluster.patchPod(namespace, 'kubia-2', { metadata: { finalizers: ['example.com/a', 'example.com/b'] } })
  const second = (await cluster.pod(namespace, 'kubia-2'))?.metadata.uid
  await cluster.deletePod(namespace, 'kubia-2', { force: true })
  await drawer.locator('[data-action="remove-finalizers"]').click({ timeout: 60_000 })
  await expect(dialog.locator('[data-finalizer]')).toHaveText(['example.com/a', 'example.com/b'])
  await dialog.getByLabel(/type the name of the pod/).fill('kubia-2')
  await cluster.patchPod(namespace, 'kubia-2', { metadata: { finalizers: ['example.com/b'] } })
  await expect(dialog.getByRole('alert')).toContainText('example.com/b')
  await expect(confirmOf(page)).toHaveAttribute('aria-disabled', 'true')
  const after = await cluster.pod(namespace, 'kubia-2')
  expect(after?.metadata.uid).toBe(second)
  expect(after?.metadata.finalizers).toEqual(['example.com/b'])
  await cluster.patchPod(namespace, 'kubia-2', { metadata: { finalizers: null } })
})

test(
  'a double click and a repeated request write once',
  { tag: '@once' },
  async ({ cluster, clusterId, namespace, ordinal, page, setPage }) => {
    await openKubia(cluster, namespace, page, setPage('kubia'))
    const before = await cluster.set(namespace, 'kubia')
    await openScale(page, 4)
    await confirmOf(page).dblclick()
    await expect(inEffect(page)).toBeVisible({ timeout: 90_000 })
    const scaled = () => journalOf(ordinal, namespace).filter((line) => line.journal === 'intent')
    expect(scaled()).toHaveLength(1)
    const generation = (await cluster.set(namespace, 'kubia'))?.metadata.generation ?? 0
    expect(generation).toBe((before?.metadata.generation ?? 0) + 1)

    const url = ordinal.url + api.action(clusterId, 'scale')
    const body = {
      namespace,
      name: 'kubia',
      uid: before?.metadata.uid,
      generation,
      replicas: 3,
      idempotencyKey: 'twice-12345678',
    }
    const ids = await page.evaluate(
      async ([url, body]) => {
        const post = () =>
          fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).then(
            async (response) => ((await response.json()) as { id: string }).id,
          )
        return Promise.all([post(), post(), post()])
      },
      [url, JSON.stringify(body)] as const,
    )
    expect(new Set(ids).size).toBe(1)
    expect(scaled()).toHaveLength(2)
    expect((await cluster.set(namespace, 'kubia'))?.metadata.generation).toBe(generation + 1)
  },
)

test(
  'two browsers scale at once: one wins, the other sees the conflict and a new preview',
  { tag: '@once' },
  async ({ browser, cluster, namespace, ordinal, page, quiet, setPage }) => {
    quiet.ignore.push(/409/)
    await openKubia(cluster, namespace, page, setPage('kubia'))
    const other = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
    await other.goto(setPage('kubia'))
    await openScale(page, 2)
    await openScale(other, 4)
    // Pressed as they are: one that is off by then, because its page has seen the other's change, does nothing.
    const press = (button: HTMLElement) => button.click()
    await Promise.all([confirmOf(page).evaluate(press), confirmOf(other).evaluate(press)])
    await expect(page.locator('[data-progress]').or(dialogOf(page).getByRole('alert')).first()).toBeVisible()
    await expect(other.locator('[data-progress]').or(dialogOf(other).getByRole('alert')).first()).toBeVisible()
    const done = journalOf(ordinal, namespace).filter((line) => line.outcome === 'done')
    expect(done, 'exactly one was written').toHaveLength(1)
    const lost = (await page.locator('[data-progress]').count()) > 0 ? other : page
    await expect(dialogOf(lost).getByRole('alert')).toContainText('was changed while you looked at it')
    await expect(confirmOf(lost)).toHaveAttribute('aria-disabled', 'true')
    await dialogOf(lost).getByRole('button', { name: 'Use the new preview' }).click()
    await expect(confirmOf(lost)).not.toHaveAttribute('aria-disabled', 'true', { timeout: 30_000 })
    await expect(inEffect(lost === page ? other : page)).toBeVisible({ timeout: 90_000 })
    await other.context().close()
  },
)

test(
  'the scale dialog by keyboard alone, in both languages and on a phone',
  { tag: '@demo-only' },
  async ({ cluster, namespace, page, setPage }) => {
    await openKubia(cluster, namespace, page, setPage('kubia'))
    await page.locator('[data-action="scale"]').focus()
    await page.keyboard.press('Enter')
    const dialog = dialogOf(page)
    await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
    const handle = dialog.getByRole('slider')
    for (let presses = 0; presses < 20 && !(await handle.evaluate((it) => it === document.activeElement)); presses += 1)
      await page.keyboard.press('Tab')
    await expect(handle).toBeFocused()
    await page.keyboard.press('ArrowLeft')
    await expect(handle).toHaveAttribute('aria-valuenow', '2')
    await expect(dialog.locator('[data-step="delete 2"]')).toBeVisible()
    for (
      let presses = 0;
      presses < 20 && !(await confirmOf(page).evaluate((it) => it === document.activeElement));
      presses += 1
    )
      await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect((await cluster.set(namespace, 'kubia'))?.spec?.replicas, 'Enter confirms nothing').toBe(3)
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    await expect(page.locator('[data-action="scale"]')).toBeFocused()
    await page.locator('[data-menu="0"]').click()
    await page.getByRole('menuitem', { name: 'Delete pod…' }).click()
    await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(page.locator('[data-menu="0"]'), 'the focus is back where it came from').toBeFocused()

    for (const language of ['en', 'zh-CN'])
      for (const theme of ['light', 'dark']) {
        await page.setViewportSize({ width: 390, height: 844 })
        await page.goto(`${setPage('kubia')}?lang=${language}&theme=${theme}`)
        await page.locator('[data-action="scale"]').click()
        await dialog.locator('input[inputmode="numeric"]').fill('1')
        await expect(dialog.locator('[aria-busy="false"]')).toBeVisible()
        expect(await seriousFindings(page), `${language} ${theme}`).toEqual([])
        const overflow = await dialog.evaluate((it) => it.scrollWidth - it.clientWidth)
        expect(overflow, 'nothing sticks out at the right').toBeLessThanOrEqual(0)
      }
  },
)

test(
  'what may not be done is there, off, and says why',
  { tag: '@once' },
  async ({ cluster, namespace, ordinal, page, setPage, target }) => {
    await openKubia(cluster, namespace, page, setPage('kubia'))
    const readOnly = await startOrdinal({ ...target.env, READ_ONLY: '1' })
    try {
      await page.goto(setPage('kubia').replace(ordinal.url, readOnly.url))
      const scale = page.locator('[data-action="scale"]')
      await expect(scale).toHaveAttribute('aria-disabled', 'true', { timeout: 30_000 })
      await expect(page.getByText('READ_ONLY=1')).toBeVisible()
      await page.goto('about:blank')
    } finally {
      await readOnly.stop()
    }
    if (!target.context) return
    const { clusters } = await readApi(ordinal, api.clusters())
    const viewer = clusters.find((each) => each.name === 'viewer')?.id ?? ''
    await page.goto(setPage('kubia').replace(/\/clusters\/[^/]+/, `/clusters/${viewer}`))
    await expect(page.getByText(/no permission: .*statefulsets\/scale/)).toBeVisible({ timeout: 30_000 })
    await expect(page.locator('[data-action="scale"]')).toHaveAttribute('aria-disabled', 'true')
  },
)
