/**
 * `npm run pictures [folder]`: takes the README's pictures from the running app, on a demo cluster of its own, at
 * 1440 and 390 pixels, light and dark, in English and Chinese. Without a folder it writes the few that the documents
 * show, into docs/images.
 */
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { api } from '@/lib/contract/routes'
import { launchOptions } from './browser/browser'
import { findBrowser } from './browser/find-browser'
import { readApi, startOrdinal } from './ordinal'
import { Cluster } from './stories/cluster'
import { openTarget } from './stories/target'

const everything = process.argv[2]
const folder = everything ?? path.resolve(import.meta.dirname, '../docs/images')
await mkdir(folder, { recursive: true })

const target = await openTarget(process.env.ORDINAL_CONTROL_PLANE ? 'kubeconfig' : 'demo')
const ordinal = await startOrdinal(target.env)
const cluster = new Cluster(target.levers)
const browser = await chromium.launch(launchOptions(await findBrowser((line) => console.error(line))))

async function shoot(page: Page, name: string) {
  await page.waitForTimeout(1200)
  await page.screenshot({ path: path.join(folder, `${name}.png`) })
  console.log(`${name}.png`)
}

try {
  const answer = await readApi(ordinal, api.clusters())
  const id = target.context ? answer.clusters.find((one) => one.name === target.context)?.id : answer.default
  const home = `${ordinal.url}/clusters/${id}`
  const namespace = 'pictures'
  await cluster.createNamespace(namespace)
  await cluster.apply(namespace, 'kubia.yaml')
  await cluster.untilReady(namespace, ['kubia-0', 'kubia-1', 'kubia-2'])
  await cluster.scale(namespace, 'kubia', 4)
  await cluster.untilReady(namespace, ['kubia-3'])
  await cluster.scale(namespace, 'kubia', 3)
  const node = (await cluster.pod(namespace, 'kubia-1'))?.spec.nodeName ?? ''
  await cluster.levers.failNode(node)
  await new Promise((resolve) => setTimeout(resolve, 30_000))
  const set = `${home}/namespaces/${namespace}/statefulsets/kubia`
  const looks = everything
    ? ['en', 'zh-CN'].flatMap((lang) =>
        ['light', 'dark'].flatMap((theme) => [1440, 390].map((width) => ({ lang, theme, width, only: null }))),
      )
    : [
        { lang: 'en', theme: 'light', width: 1440, only: 'set' },
        { lang: 'en', theme: 'dark', width: 1440, only: 'overview' },
        { lang: 'zh-CN', theme: 'light', width: 1440, only: 'ordinal' },
      ]
  for (const { lang, theme, width, only } of looks) {
    const page = await browser.newPage({ viewport: { width, height: width === 390 ? 844 : 900 } })
    for (const [name, url] of [
      ['overview', home],
      ['set', set],
      ['ordinal', `${set}?ordinal=1`],
      ['runbooks', `${home}/runbooks`],
    ] as const) {
      if (only !== null && name !== only) continue
      const separator = url.includes('?') ? '&' : '?'
      await page.goto(`${url}${separator}lang=${lang}&theme=${theme}`)
      await shoot(page, `${name}-${lang}-${theme}-${width}`)
    }
    await page.close()
  }
  await cluster.levers.recoverNode(node)
  await cluster.deleteNamespace(namespace)
} finally {
  await browser.close()
  await ordinal.stop()
  await target.close()
}
