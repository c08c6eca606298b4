import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { type Browser, launchOptions, quietArguments } from './browser'
import { browserOfDebian } from './debian'
import { browserOfPackage } from './npm-package'

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
]

/**
 * A browser for the stories: the one that `CHROMIUM` names, else the first that starts of those on the machine and
 * Playwright's own, else one that is fetched into the cache folder. Throws with what a person can do when there is none.
 */
export async function findBrowser(say: (line: string) => void): Promise<Browser> {
  const named = process.env.CHROMIUM
  if (named) {
    const browser = installed(named)
    const problem = await whyNotStarting(browser)
    if (problem !== null) throw new Error(`CHROMIUM names ${named}, which does not start: ${problem}`)
    return browser
  }
  for (const program of [...usualPlaces, chromium.executablePath()]) {
    if (!existsSync(program)) continue
    const problem = await whyNotStarting(installed(program))
    if (problem === null) return installed(program)
    say(`${program} does not start: ${problem}`)
  }
  const fetched = await fetchBrowser(say)
  const problem = await whyNotStarting(fetched)
  if (problem === null) return fetched
  throw new Error(`The fetched browser ${fetched.program} does not start: ${problem}`)
}

async function fetchBrowser(say: (line: string) => void): Promise<Browser> {
  if (process.platform === 'linux' && process.arch === 'x64') return browserOfPackage(say)
  if (process.platform === 'linux' && process.arch === 'arm64') return browserOfDebian(say)
  throw new Error(
    'No Chromium was found that starts. Get one with "npx playwright install chromium", install Chromium, Chrome or ' +
      'Edge, or name a program in CHROMIUM.',
  )
}

function installed(program: string): Browser {
  return { program, args: quietArguments, env: {} }
}

/** Draws one page and reads it back: that a file exists proves nothing, and a browser without fonts dies at a form. */
export async function whyNotStarting(browser: Browser): Promise<string | null> {
  try {
    const started = await chromium.launch({ ...launchOptions(browser), timeout: 60_000 })
    try {
      const page = await started.newPage()
      await page.goto('data:text/html,<title>it starts</title><input value=x><select><option>x</select>')
      await page.screenshot()
      return (await page.title()) === 'it starts' ? null : 'it shows no page'
    } finally {
      await started.close()
    }
  } catch (error) {
    const lines = String(error instanceof Error ? error.message : error).split('\n')
    return lines.find((line) => /error while loading|cannot open|not found/.test(line))?.trim() ?? lines[0] ?? ''
  }
}
