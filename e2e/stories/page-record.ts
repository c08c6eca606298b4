import type { Page } from '@playwright/test'
import { lasting } from './table-watch'

/** What a reader saw, row by row: every change of an ordinal's state and of the STATUS word on the page, in time. */
export type Seen = { at: number; ordinal: number; state: string; status: string }

/**
 * Records every change of the ladder's rows from now on, inside the page, so that nothing between two looks of the
 * test is missed. A reload would lose the record: that it is still there at the end proves that there was none.
 */
export async function recordLadder(page: Page): Promise<void> {
  await page.evaluate(() => {
    const target = window as unknown as { ordinalSeen: Seen[] }
    type Seen = { at: number; ordinal: number; state: string; status: string }
    const seen: Seen[] = (target.ordinalSeen = [])
    const last = new Map<number, string>()
    const look = () => {
      const present = new Set<number>()
      for (const row of document.querySelectorAll<HTMLElement>('[data-ordinal][data-state]')) {
        const ordinal = Number(row.dataset.ordinal)
        present.add(ordinal)
        const state = row.dataset.state ?? ''
        const status = row.dataset.podStatus || '-'
        const key = `${state} ${status}`
        if (last.get(ordinal) === key) continue
        last.set(ordinal, key)
        seen.push({ at: Date.now(), ordinal, state, status })
      }
      for (const ordinal of last.keys())
        if (!present.has(ordinal) && last.get(ordinal) !== 'none -') {
          last.set(ordinal, 'none -')
          seen.push({ at: Date.now(), ordinal, state: 'none', status: '-' })
        }
    }
    look()
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true })
  })
}

async function seen(page: Page): Promise<Seen[]> {
  return page.evaluate(() => (window as unknown as { ordinalSeen: Seen[] }).ordinalSeen)
}

/** The STATUS words that an ordinal showed, in order; `-` is "no pod". */
export async function wordsSeen(page: Page, ordinal: number): Promise<string[]> {
  return lasting(
    (await seen(page))
      .filter((entry) => entry.ordinal === ordinal)
      .map((entry) => ({ at: entry.at, word: entry.status })),
    0,
  )
}

/** The states that an ordinal showed, in order. */
export async function statesSeen(page: Page, ordinal: number): Promise<string[]> {
  return lasting(
    (await seen(page))
      .filter((entry) => entry.ordinal === ordinal)
      .map((entry) => ({ at: entry.at, word: entry.state })),
    0,
  )
}
