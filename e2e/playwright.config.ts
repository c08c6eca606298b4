import { defineConfig } from '@playwright/test'
import { browserOfVariable, launchOptions } from './browser/browser'
import { projects } from './stories/target'

/**
 * What the real control plane is asked, by the way into it. Looks, keys and languages do not depend on the cluster:
 * they are told on the demo. The tags of a story:
 * - `@demo-only`: nothing in it depends on the cluster.
 * - `@once`: the way into the cluster changes nothing in it, so one way is enough.
 * - `@package`: it is told of the installed package too (`npm run test:package`).
 * - `@alone`: it takes the API server away from every other story, so no other runs beside it. The demo keeps nothing
 *   over a restart: there a proxy that breaks stands in for it.
 */
const chosen = {
  kubeconfig: { testMatch: /(story|actions|outage|peers|storm)\.spec\.ts/, grepInvert: /@demo-only|@alone/ },
  'kubectl-proxy': { testMatch: /(story|actions|peers)\.spec\.ts/, grepInvert: /@demo-only|@alone|@once/ },
  alone: { grep: /@alone/ },
  demo: { grepInvert: /@alone/ },
}

const browser = browserOfVariable()
if (browser === null) throw new Error('Run the stories with "npm run test:stories": it finds the browser for them.')

/** The browser stories. `npm run test:stories` and `npm run test:cluster` choose the projects. */
export default defineConfig({
  testDir: './stories',
  outputDir: '../test-results',
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  // Each worker of the demo has a cluster of its own; on the real control plane each has nodes of its own.
  workers: 2,
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
  projects: projects.map((name) => ({ name, ...chosen[name] })),
})
