import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { parse, stringify } from 'yaml'
import { readApi, startOrdinal, type Ordinal } from '@/e2e/ordinal'
import { api } from '@/lib/contract/routes'
import { seededRandom } from '@/test/fixtures/random'
import type { Cluster } from './cluster'
import { expect, test } from './fixtures'
import { differing, whatIsShown } from './shown'
import type { Target } from './target'

/**
 * A storm: random operations on the sets of a cluster, while the tabs of a browser go back and forth, sleep, are opened
 * and closed, and log in again. At random moments what one of them shows must equal the same page loaded anew.
 * `npm run test:random` looks at 500 moments; the stories at a part of them. The seed is ORDINAL_SEED.
 */
const seed = Number(process.env.ORDINAL_SEED ?? 12)
const moments = Number(process.env.ORDINAL_MOMENTS ?? 20)
const mostTabs = 10
/** What the page has not got by then it will never get. */
const patienceMs = 20_000
const names = ['alpha', 'beta', 'gamma'] as const

// A film of ten tabs costs more than the storm, and shows less than the words that differ.
test.use({ trace: 'off', screenshot: 'off' })

/** A small set; its pods leave a silent node after a few seconds. */
const manifest = (name: string) => `
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
  replicas: 2
  podManagementPolicy: ${name === 'beta' ? 'Parallel' : 'OrderedReady'}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 1
      tolerations:
        - { key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 5 }
        - { key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 5 }
      containers: [{ name: main, image: example/main }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }
`

test(
  `whatever happens, a page shows what it would show loaded anew (${moments} moments, seed ${seed})`,
  {
    tag: '@once',
  },
  async ({ browser, cluster, namespace, target }) => {
    test.setTimeout(120_000 + moments * 10_000)
    const login = await loginFor(target)
    const ordinal = await startOrdinal(login.env)
    const storm = await Storm.begin({ browser, cluster, namespace, ordinal, login, kind: target.levers.kind })
    const wrong: string[] = []
    try {
      for (let moment = 1; moment <= moments; moment += 1) {
        const steps = await storm.steps()
        const found = await storm.look()
        if (found.length > 0) wrong.push(`moment ${moment}, after ${steps.join(', ')}:`, ...found)
      }
      expect(wrong).toEqual([])
    } finally {
      await storm.end()
      await ordinal.stop()
      await login.end()
    }
  },
)

type Login = { env: Record<string, string>; again: () => Promise<void>; end: () => Promise<void> }

/** A way into the cluster whose credentials change while pages are open; the demo asks for none. */
async function loginFor(target: Target): Promise<Login> {
  const source = target.env.KUBECONFIG
  if (source === undefined) return { env: target.env, again: async () => {}, end: async () => {} }
  type Kubeconfig = { contexts: { name: string; context: { user: string } }[] }
  const config = parse(await readFile(source, 'utf8')) as Kubeconfig
  const folder = await mkdtemp(path.join(tmpdir(), 'ordinal-storm-'))
  const file = path.join(folder, 'kubeconfig')
  const context = config.contexts.find(({ name }) => name === target.context)?.context
  if (!context) throw new Error(`no context ${target.context} in ${source}`)
  await writeFile(file, stringify(config), { mode: 0o600 })
  return {
    env: { ...target.env, KUBECONFIG: file },
    again: async () => {
      context.user = context.user === 'admin' ? 'certificate' : 'admin'
      await writeFile(file, stringify(config))
    },
    end: () => rm(folder, { recursive: true, force: true }),
  }
}

type Scene = {
  browser: Browser
  cluster: Cluster
  namespace: string
  ordinal: Ordinal
  login: Login
  kind: 'real' | 'demo'
}

class Storm {
  readonly #scene: Scene
  readonly #id: string
  readonly #nodes: readonly string[]
  readonly #random = seededRandom(seed)
  /** The browser under the storm, and another in which pages are loaded anew. */
  readonly #own: BrowserContext
  readonly #other: BrowserContext
  readonly #anew: Page
  readonly #tabs: Page[] = []
  readonly #asleep = new Set<Page>()
  readonly #down = new Set<string>()

  private constructor(
    scene: Scene,
    id: string,
    nodes: readonly string[],
    own: BrowserContext,
    other: BrowserContext,
    anew: Page,
  ) {
    this.#scene = scene
    this.#id = id
    this.#nodes = nodes
    this.#own = own
    this.#other = other
    this.#anew = anew
  }

  static async begin(scene: Scene): Promise<Storm> {
    const { browser, cluster, namespace, ordinal } = scene
    for (const name of names) await cluster.apply(namespace, manifest(name))
    const { clusters, default: first } = await readApi(ordinal, api.clusters())
    const id = clusters.find(({ name }) => name === 'ordinal')?.id ?? first ?? ''
    const look = { viewport: { width: 1280, height: 600 }, reducedMotion: 'reduce' } as const
    const [own, other] = [await browser.newContext(look), await browser.newContext(look)]
    const nodes = cluster.levers.nodes ?? (await cluster.nodes())
    const storm = new Storm(scene, id, nodes, own, other, await other.newPage())
    await storm.#open()
    return storm
  }

  async end() {
    for (const node of this.#down) await this.#scene.cluster.levers.recoverNode(node)
    await this.#own.close()
    await this.#other.close()
  }

  /** One to three things that happen before the next look. */
  async steps(): Promise<string[]> {
    const done: string[] = []
    for (let left = 1 + this.#below(3); left > 0; left -= 1) {
      done.push(await (this.#random() < 0.6 ? this.#operate() : this.#turn()))
      await sleep(this.#below(400))
    }
    return done
  }

  /** The differences between a tab and the same page loaded anew, when they stay. */
  async look(): Promise<string[]> {
    const tab = this.#pick(this.#tabs)
    await this.#wake(tab)
    const begun = performance.now()
    for (;;) {
      const before = await whatIsShown(tab)
      await this.#anew.goto(tab.url())
      await this.#anew.locator('main [data-set], main [data-ordinal], main h1').first().waitFor()
      const anew = await whatIsShown(this.#anew)
      // A page that broke on both sides is no agreement.
      expect(anew, tab.url()).toHaveProperty('title')
      // The cluster goes on between two readings: the tab may be a moment before the other page, or after it.
      const found = differing(await whatIsShown(tab), anew)
      if (found.length === 0 || differing(before, anew).length === 0) return []
      if (performance.now() - begun > patienceMs) return found
      await sleep(250)
    }
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  #pick<T>(from: readonly T[]): T {
    const found = from[this.#below(from.length)]
    if (found === undefined) throw new Error('nothing to pick from')
    return found
  }

  /** Somebody does something to the cluster. */
  async #operate(): Promise<string> {
    const { cluster, namespace } = this.#scene
    const name = this.#pick(names)
    const roll = this.#random()
    if (roll < 0.35) {
      const replicas = this.#below(4)
      await cluster.scale(namespace, name, replicas)
      return `scale ${name} to ${replicas}`
    }
    if (roll < 0.8) {
      const pods = (await cluster.pods(namespace)).map(({ metadata }) => metadata.name).toSorted()
      if (pods.length === 0) return 'no pod'
      const pod = this.#pick(pods)
      if (roll < 0.65) {
        const force = roll < 0.5
        // It may have gone meanwhile.
        await cluster.deletePod(namespace, pod, { force }).catch(() => {})
        return `delete ${pod}${force ? ' by force' : ''}`
      }
      await cluster.levers.podBehaviour(namespace, pod, 'crash').catch(() => {})
      return `crash ${pod}`
    }
    if (roll < 0.9) {
      const [down] = this.#down
      if (down !== undefined) {
        this.#down.delete(down)
        await cluster.levers.recoverNode(down)
        return `${down} comes back`
      }
      const node = this.#pick(this.#nodes)
      this.#down.add(node)
      await cluster.levers.failNode(node)
      return `${node} goes silent`
    }
    await cluster.deleteSet(namespace, name)
    await cluster.apply(namespace, manifest(name))
    return `make ${name} again`
  }

  /** Somebody does something with the browser. */
  async #turn(): Promise<string> {
    const tab = this.#pick(this.#tabs)
    const roll = this.#random()
    if (roll < 0.15 && this.#tabs.length < mostTabs) {
      await this.#open()
      return `open tab ${this.#tabs.length}`
    }
    if (roll < 0.2 && this.#tabs.length > 1) {
      this.#asleep.delete(tab)
      this.#tabs.splice(this.#tabs.indexOf(tab), 1)
      await tab.close()
      return 'close a tab'
    }
    if (roll < 0.25) {
      while (this.#tabs.length < mostTabs) await this.#open()
      return 'ten tabs'
    }
    if (roll < 0.45) {
      await this.#sleep(tab)
      return 'a tab sleeps'
    }
    if (roll < 0.5) {
      await this.#scene.login.again()
      return 'log in again'
    }
    await this.#wake(tab)
    if (roll < 0.75) {
      await this.#follow(tab)
      return 'follow a link'
    }
    await tab.goBack()
    if (!tab.url().startsWith(this.#scene.ordinal.url)) await tab.goto(this.#addressOf(this.#below(4)))
    return 'go back'
  }

  #addressOf(which: number): string {
    const { ordinal, namespace } = this.#scene
    const cluster = `${ordinal.url}/clusters/${this.#id}`
    const name = names[which]
    return name === undefined
      ? `${cluster}?namespace=${namespace}`
      : `${cluster}/namespaces/${namespace}/statefulsets/${name}`
  }

  async #open() {
    const tab = await this.#own.newPage()
    this.#tabs.push(tab)
    await tab.goto(this.#addressOf(this.#below(4)))
  }

  /** From the overview to a set, from a set to the overview, within the page. */
  async #follow(tab: Page) {
    const set = tab.locator(`[data-set^="${this.#scene.namespace}/"] a`)
    const up = tab.locator('header a', { hasText: this.#scene.namespace })
    const links = (await set.count()) > 0 ? set : up
    if ((await links.count()) === 0) return
    const before = tab.url()
    await links.first().click()
    await tab.waitForURL((url) => url.href !== before)
  }

  /** A tab out of sight whose machine sleeps: nothing in it runs, and what was sent to it is lost or waits. */
  async #sleep(tab: Page) {
    await this.#setHidden(tab, true)
    await this.#setState(tab, 'frozen')
    this.#asleep.add(tab)
  }

  async #wake(tab: Page) {
    if (!this.#asleep.delete(tab)) return
    await this.#setState(tab, 'active')
    await this.#setHidden(tab, false)
  }

  async #setState(tab: Page, state: 'frozen' | 'active') {
    const session = await this.#own.newCDPSession(tab)
    await session.send('Page.setWebLifecycleState', { state })
    await session.detach()
  }

  /** A browser without windows shows every tab; this one says that it is out of sight. */
  async #setHidden(tab: Page, hidden: boolean) {
    await tab.evaluate((isHidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden })
      Object.defineProperty(document, 'visibilityState', {
        configurable: true,
        get: () => (isHidden ? 'hidden' : 'visible'),
      })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  }
}
