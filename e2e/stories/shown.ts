import type { Page } from '@playwright/test'

/** What a page shows, in words: the address, then each part by its name. */
type Shown = Record<string, string>

/**
 * Reads what a person sees on the overview or on a set's page. Ages are left to their times, since they count on; which
 * row stands first on the overview depends on what was there when somebody began to read, so rows are told by name.
 */
export async function whatIsShown(page: Page): Promise<Shown> {
  return page.evaluate(() => {
    const main = document.querySelector('main')
    const shown: Record<string, string> = { address: location.pathname }
    if (!main) return shown
    const clocks = /\d+ (?:s|min|h|d)\b(?: \d+ (?:s|min|h)\b)?/g
    const words = (element: Element) => {
      const copy = element.cloneNode(true) as Element
      for (const time of copy.querySelectorAll('time')) time.textContent = `<${time.getAttribute('datetime') ?? ''}>`
      // What leaves the line sinks for a moment.
      for (const leaving of copy.querySelectorAll('.animate-leave')) leaving.remove()
      return (copy.textContent ?? '').replace(clocks, '#').replace(/\s+/g, ' ').trim()
    }
    const put = (name: string, element: Element | null) => {
      if (element) shown[name] = words(element)
    }
    put('title', main.querySelector('h1'))
    put('sentence', main.querySelector('header p'))
    for (const row of main.querySelectorAll<HTMLElement>('[data-set]')) {
      const strip = row.querySelector('[role=img]')?.getAttribute('aria-label') ?? ''
      shown[`set ${row.dataset.set}`] = `${words(row)} | ${strip}`
    }
    for (const row of main.querySelectorAll<HTMLElement>('[data-cause]')) put(`cause ${row.dataset.cause}`, row)
    put('facts', main.querySelector('header ul'))
    for (const part of main.querySelectorAll('[role=status]')) shown.status = `${shown.status ?? ''} ${words(part)}`
    for (const row of main.querySelectorAll<HTMLElement>('[data-ordinal][data-state]')) {
      const { ordinal, state, podStatus, podUid } = row.dataset
      shown[`ordinal ${ordinal}`] = `${state} ${podStatus} ${podUid} | ${words(row)}`
    }
    return shown
  })
}

/** How two readings differ, part by part; empty when they are the same. */
export function differing(shown: Shown, anew: Shown): string[] {
  return [...new Set([...Object.keys(shown), ...Object.keys(anew)])]
    .filter((part) => shown[part] !== anew[part])
    .map((part) => `${part}: shown ${shown[part] ?? 'not at all'}; anew ${anew[part] ?? 'not at all'}`)
}
