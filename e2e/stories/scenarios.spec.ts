import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { readApi, startOrdinal } from '@/e2e/ordinal'
import { api } from '@/lib/contract/routes'
import { expect, row, test } from './fixtures'
import { startDemo } from './target'

/**
 * The scenarios of the demo cluster, played to the end by a person who decides by hand: with Ordinal's own buttons where
 * it has one, with the levers, and with the button of the card for what only kubectl does. No word of any language is
 * looked for, so that the same hands play all of them.
 */

/** The hands of a person on the page of the set. */
class Hands {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async start(scenario: string) {
    await this.page.locator('[data-opens="scenarios"]').click()
    await this.page.locator(`[data-start="${scenario}"]`).click()
    await expect(this.#card(scenario)).toBeVisible({ timeout: 60_000 })
  }

  async isAsked(turn: string) {
    await expect(this.page.locator(`[data-turn="${turn}"]`)).toBeVisible({ timeout: 120_000 })
  }

  async isDone(scenario: string) {
    await expect(this.#card(scenario)).toHaveAttribute('data-scenario-state', 'done', { timeout: 120_000 })
  }

  async scale(replicas: number, { guided = false } = {}) {
    await this.page.locator('[data-action="scale"]').click()
    const dialog = this.page.getByRole('dialog')
    await dialog.locator('input[inputmode="numeric"]').fill(String(replicas))
    await expect(dialog.locator('[aria-busy="false"]')).toBeVisible()
    if (!guided) {
      const once = dialog.locator('label', { has: this.page.locator('input[name="scale-mode"]') }).last()
      if (await once.isVisible()) await once.click()
    }
    await this.#confirm()
  }

  async deletePod(ordinal: number) {
    // A toast about what was asked before may lie over the row.
    const toasts = this.page.locator('section[aria-live] button:has(svg)')
    while ((await toasts.count()) > 0) await toasts.first().click()
    await this.page.locator(`[data-menu="${ordinal}"]`).click()
    await this.page.locator('[data-action="delete-pod"] [role="menuitem"]').click()
    await this.#confirm()
  }

  async removeFinalizers(ordinal: number) {
    await this.#openAsShown(ordinal, 'remove-finalizers')
    await this.page.getByRole('dialog').locator('input[type="text"]').fill(`kubia-${ordinal}`)
    await this.#confirm()
    await this.page.keyboard.press('Escape')
  }

  /** By way of the evidence, which has to be collected first. */
  async forceDelete(ordinal: number) {
    await this.#openAsShown(ordinal, 'force-delete-pod')
    const dialog = this.page.getByRole('dialog')
    await expect(dialog.locator('[data-verdict="unknown"]')).toBeVisible({ timeout: 120_000 })
    // What stands out is the safer way; the plain one before it goes on.
    await dialog.locator('[data-primary]').locator('xpath=preceding::button[1]').click()
    await dialog.locator('input[type="text"]').fill(`kubia-${ordinal}`)
    await this.#confirm()
    await this.page.keyboard.press('Escape')
  }

  /** Undoes a lever, or all of them, in the panel that the card shows the way to. */
  async undo(lever: string) {
    await this.page.locator('[data-show="levers"]').first().click()
    await this.page.locator(`[data-undo="${lever}"]`).click()
    await expect(this.page.locator('[data-in-force]')).toHaveCount(0)
    await this.page.keyboard.press('Escape')
  }

  /** For what Ordinal has no button: the card does it. */
  async choose(way: string) {
    await this.page.locator(`[data-choose="${way}"]`).click()
  }

  #card(scenario: string) {
    return this.page.locator(`section[data-scenario="${scenario}"]`)
  }

  /** The ordinal opens where the card says; its action is there as soon as it may be needed. */
  async #openAsShown(ordinal: number, action: string) {
    await this.page.locator('[data-show="ordinal"]').click()
    await this.page.locator(`[data-drawer="${ordinal}"] [data-action="${action}"]`).click({ timeout: 60_000 })
  }

  async #confirm() {
    const confirm = this.page.locator('[data-confirm]')
    await expect(confirm).not.toHaveAttribute('aria-disabled', 'true', { timeout: 30_000 })
    await confirm.click()
    await expect(this.page.locator('[data-progress]').first()).toBeVisible({ timeout: 30_000 })
    await this.page.keyboard.press('Escape')
  }
}

type Played = { scenario: string; by: (hands: Hands) => Promise<void> }

/** Which way is taken, and in which order, differs from language to language. */
const english: Played[][] = [
  [
    {
      scenario: 'node-lost',
      by: async (hands) => {
        await hands.isAsked('hangs')
        await hands.forceDelete(1)
        await hands.isAsked('bring-back')
        await expect(row(hands.page, 1)).toHaveAttribute('data-state', 'twin-risk', { timeout: 60_000 })
        await hands.undo('silent')
      },
    },
  ],
  [
    { scenario: 'storm', by: (hands) => hands.isAsked('mend').then(() => mendAll(hands)) },
    { scenario: 'ordered-start', by: (hands) => hands.isAsked('delete-one').then(() => hands.deletePod(1)) },
  ],
  [
    { scenario: 'canary', by: (hands) => hands.isAsked('go-on').then(() => hands.choose('continue')) },
    { scenario: 'missing-service', by: (hands) => hands.isAsked('bring-service').then(() => hands.undo('service')) },
    { scenario: 'peers-not-ready', by: (hands) => hands.isAsked('break-circle').then(() => hands.choose('publish')) },
  ],
  [
    {
      scenario: 'scale-down-up',
      by: async (hands) => {
        await hands.isAsked('down')
        await hands.scale(1)
        await hands.isAsked('up')
        await hands.scale(3)
      },
    },
    {
      scenario: 'bad-image',
      by: async (hands) => {
        await hands.isAsked('revert')
        await hands.undo('image')
        await hands.isAsked('free')
        await hands.deletePod(2)
      },
    },
    { scenario: 'stuck-finalizer', by: (hands) => hands.isAsked('let-go').then(() => hands.removeFinalizers(2)) },
    { scenario: 'old-claim', by: (hands) => hands.isAsked('wake').then(() => hands.scale(3)) },
  ],
]
const chinese: Played[][] = [
  [
    { scenario: 'node-lost', by: (hands) => hands.isAsked('hangs').then(() => hands.undo('silent')) },
    { scenario: 'missing-service', by: (hands) => hands.isAsked('bring-service').then(() => hands.choose('service')) },
  ],
  [
    { scenario: 'storm', by: (hands) => hands.isAsked('mend').then(() => mendAll(hands)) },
    { scenario: 'ordered-start', by: (hands) => hands.isAsked('delete-one').then(() => hands.deletePod(0)) },
  ],
  [
    { scenario: 'canary', by: (hands) => hands.isAsked('go-on').then(() => hands.choose('take-back')) },
    { scenario: 'peers-not-ready', by: (hands) => hands.isAsked('break-circle').then(() => hands.choose('publish')) },
    { scenario: 'stuck-finalizer', by: (hands) => hands.isAsked('let-go').then(() => hands.removeFinalizers(2)) },
  ],
  [
    {
      scenario: 'bad-image',
      by: async (hands) => {
        await hands.isAsked('revert')
        await hands.deletePod(2)
        await expect(hands.page.locator('[data-sentence="same-again"]')).toBeVisible({ timeout: 60_000 })
        await hands.undo('image')
        await hands.isAsked('free')
        await hands.deletePod(2)
      },
    },
    {
      scenario: 'scale-down-up',
      by: async (hands) => {
        await hands.isAsked('down')
        await hands.scale(2, { guided: true })
        await hands.isAsked('up')
        await hands.scale(3)
      },
    },
    {
      scenario: 'old-claim',
      by: async (hands) => {
        await hands.isAsked('wake')
        await hands.choose('fresh')
        await hands.isAsked('grow')
        await hands.scale(3)
      },
    },
  ],
]

async function mendAll(hands: Hands) {
  await hands.page.locator('[data-show="levers"]').first().click()
  const undo = hands.page.locator('[data-undo]')
  await expect(undo.first()).toBeVisible()
  // "All" stands first where there is more than one.
  await undo.first().click()
  await expect(hands.page.locator('[data-in-force]')).toHaveCount(0)
  await hands.page.keyboard.press('Escape')
}

/** One Ordinal over as many demo clusters as lanes, so that scenarios play beside each other. */
async function withLanes(count: number, work: (pages: string[]) => Promise<void>) {
  const demos = await Promise.all(
    Array.from({ length: count }, () => startDemo(['--empty', '--reading-seconds', '1', '--seed', '5'])),
  )
  const folder = await mkdtemp(path.join(tmpdir(), 'ordinal-lanes-'))
  const kubeconfig = path.join(folder, 'config')
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: demos.map(({ url }, lane) => ({ name: `lane-${lane}`, cluster: { server: url } })),
      users: [{ name: 'nobody', user: {} }],
      contexts: demos.map((_, lane) => ({
        name: `lane-${lane}`,
        context: { cluster: `lane-${lane}`, user: 'nobody' },
      })),
    }),
  )
  const ordinal = await startOrdinal({ KUBECONFIG: kubeconfig })
  try {
    const { clusters } = await readApi(ordinal, api.clusters())
    await work(
      demos.map((_, lane) => {
        const id = clusters.find(({ name }) => name === `lane-${lane}`)?.id ?? ''
        return `${ordinal.url}/clusters/${id}/namespaces/scenario/statefulsets/kubia`
      }),
    )
  } finally {
    await ordinal.stop()
    await Promise.all(demos.map(({ close }) => close()))
    await rm(folder, { recursive: true, force: true })
  }
}

async function playLane(browser: Browser, url: string, language: string, played: readonly Played[]) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(`${url}?lang=${language}`)
  await expect(page.locator('html')).toHaveAttribute('lang', language)
  const hands = new Hands(page)
  for (const { scenario, by } of played) {
    await test.step(`${scenario}, ${language}`, async () => {
      await hands.start(scenario)
      await by(hands)
      await hands.isDone(scenario)
    })
  }
  expect(complaints, 'the console stays clean').toEqual([])
  await page.close()
}

for (const [language, lanes] of [
  ['en', english],
  ['zh-CN', chinese],
] as const)
  test(
    `every scenario is played to its end by hand, each decision made by a person: ${language}`,
    { tag: '@demo-only' },
    async ({ browser }) => {
      test.slow()
      expect(lanes.flat()).toHaveLength(10)
      await withLanes(lanes.length, async (pages) => {
        const all = lanes.map((played, lane) => playLane(browser, pages[lane] ?? '', language, played))
        await Promise.all(all)
      })
    },
  )

test(
  'a scenario that is stopped keeps its set; cleared away, its page says so and offers it again',
  { tag: '@demo-only' },
  async ({ browser }) => {
    await withLanes(1, async ([url = '']) => {
      const page = await browser.newPage()
      await page.goto(url)
      await expect(page.locator('[data-stage="empty"]')).toBeVisible()
      const hands = new Hands(page)
      await hands.start('missing-service')
      await hands.isAsked('bring-service')
      await page.locator('[data-order="stop"]').click()
      await expect(page.locator('section[data-scenario-state="stopped"]')).toBeVisible()
      for (const ordinal of [0, 1, 2]) await expect(row(page, ordinal)).toBeVisible()
      await page.locator('[data-order="clear"]').click()
      await expect(page.locator('[data-stage="cleared"]')).toBeVisible()
      await expect(page.locator('[data-scenario]')).toHaveCount(0)
      await page.locator('[data-stage="cleared"] button').first().click()
      await hands.isAsked('bring-service')
      // On a page that has nothing to do with it, one line; and none of it when it is over.
      await page.goto(url.replace(/\/namespaces.*/, ''))
      const line = page.locator('[data-scenario="missing-service"]')
      expect((await line.boundingBox())?.height).toBeLessThan(40)
      await page.setViewportSize({ width: 390, height: 844 })
      await page.goto(url)
      const first = await row(page, 0).boundingBox()
      const bar = await page.locator('nav').last().boundingBox()
      expect((first?.y ?? Infinity) + (first?.height ?? 0), 'on a phone the first row is in sight').toBeLessThan(
        bar?.y ?? 0,
      )
      await page.close()
    })
  },
)
