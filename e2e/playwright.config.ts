import { defineConfig } from '@playwright/test'
import { browserOfVariable, launchOptions } from './browser/browser'
import { projects } from './stories/target'

/**
 * What the real control plane is asked, by the way into it. Looks, keys and languages do not depend on the cluster:
 * they are told on the demo.
 */
const chosen = {
  kubeconfig: { testMatch: /(story|actions|outage)\.spec\.ts/, grepInvert: /keyboard alone/ },
  'kubectl-proxy': {
    testMatch: /(story|actions)\.spec\.ts/,
    grepInvert: /keyboard alone|two browsers|double click|guided|to zero|off, and says why/,
  },
}

const browser = browserOfVariable()
if (browser === null) throw new Error('Run the stories with "npm run test:stories": it finds the browser for them.')

/** The browser stories. `npm run test:stories` and `npm run test:cluster` choose the projects. */
export default defineConfig({
  testDir: './stories',
  outputDir: '../test-results',
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  // The stories on the real control plane share its nodes; each worker of the demo has a cluster of its own.
  workers: process.env.ORDINAL_CONTROL_PLANE ? 1 : 2,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    launchOptions: launchOptions(browser),
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: projects.map((name) => ({ name, ...(name === 'demo' ? {} : chosen[name]) })),
})
