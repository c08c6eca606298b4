import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ordinal, startOrdinal } from '@/e2e/ordinal'

/**
 * What web sites that are open in the same browser can cause: contexts whose credential plugin writes a line each time
 * it runs. A line is what must not be there.
 */

const directory = mkdtempSync(path.join(tmpdir(), 'ordinal-another-site-'))
const runs = path.join(directory, 'runs')
let ordinal: Ordinal

const context = (name: string) => `
- { name: ${name}, context: { cluster: ${name}, user: ${name} } }`
const cluster = (name: string) => `
- { name: ${name}, cluster: { server: 'https://127.0.0.1:1' } }`
const user = (name: string) => `
- name: ${name}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      interactiveMode: Never
      command: /bin/sh
      args: ['-c', 'echo ${name} >> ${runs}; exit 1']`

beforeAll(async () => {
  const names = ['first', 'prod', 'seen']
  const all = (of: (name: string) => string) => names.map(of).join('')
  const file = path.join(directory, 'config')
  writeFileSync(runs, '')
  writeFileSync(
    file,
    `apiVersion: v1\nkind: Config\ncurrent-context: first\nclusters:${all(cluster)}\ncontexts:${all(context)}\nusers:${all(user)}\n`,
  )
  ordinal = await startOrdinal({ KUBECONFIG: file })
})
afterAll(async () => {
  await ordinal.stop()
  rmSync(directory, { recursive: true, force: true })
})

const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
type Answer = { status: number; location: string | undefined; text: string }
/** By hand: `fetch` of Node says `Sec-Fetch-Mode: cors`, whatever it is told. */
const get = (url: string, headers: Record<string, string> = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const asked = request(ordinal.url + url, { headers: { accept: 'text/html', ...headers } }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => (text += chunk))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, location: answer.headers.location, text }))
    })
    asked.on('error', reject)
    asked.end()
  })
/** How often the plugin of a context has run. The door opens its default cluster by itself, to say what it found. */
const ran = (name: string) =>
  readFileSync(runs, 'utf8')
    .split('\n')
    .filter((line) => line === name).length
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 1500))
const page = '/clusters/prod/namespaces/shop/statefulsets/web'

describe('no cluster is opened, and no plugin runs', () => {
  it('by a link of another site, however it is spelled', async () => {
    for (const site of ['cross-site', 'same-site']) {
      for (const url of ['/clusters/prod', '/clusters/prod/', page, '/clusters/prod/runbooks', '/%63lusters/prod']) {
        const answer = await get(url, { ...link, 'sec-fetch-site': site })
        expect(answer.status, url).toBe(303)
        expect(answer.location).toBe(`/open?to=${encodeURIComponent(url)}`)
      }
    }
    await aMoment()
    expect(ran('prod')).toBe(0)
  })

  it('by the page that asks, which names the cluster and leads there', async () => {
    const { text: html } = await get(`/open?to=${encodeURIComponent(page)}`, link)
    expect(html).toContain('Open prod')
    expect(html).toContain('https://127.0.0.1:1')
    expect(html).toContain(`href="${page}"`)
    for (const to of ['https://evil.test/clusters/prod', '//evil.test', 'javascript:alert(1)', '/clusters/none']) {
      const strange = await get(`/open?to=${encodeURIComponent(to)}`, link)
      expect(strange.status).toBe(404)
      expect(strange.text).not.toContain(`href="${to}"`)
    }
    await aMoment()
    expect(ran('prod')).toBe(0)
  })

  it('by the first page, which sends on to the cluster that was looked at last', async () => {
    const answer = await get('/', { ...link, cookie: 'ordinal-cluster=prod' })
    expect(answer.status).toBe(307)
    expect(answer.location).toBe('/clusters/prod')
    await aMoment()
    expect(ran('prod')).toBe(0)
  })

  it('by images, frames and scripts of another site, in any browser', async () => {
    for (const [mode, dest] of [
      ['no-cors', 'image'],
      ['navigate', 'iframe'],
      ['cors', 'empty'],
    ]) {
      const asked = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode ?? '', 'sec-fetch-dest': dest ?? '' }
      expect((await get(page, asked)).status).toBe(403)
    }
    for (const headers of [{ referer: 'https://blog.test/' }, { origin: 'null' }] as Record<string, string>[]) {
      expect((await get(page, headers)).status).toBe(303)
      expect((await get('/api/clusters/prod/statefulsets', headers)).status).toBe(403)
    }
    await aMoment()
    expect(ran('prod')).toBe(0)
  })

  it('by what a browser, or our own router, fetches ahead', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'none', 'sec-purpose': 'prefetch;prerender' },
      { 'sec-fetch-site': 'same-origin', 'next-router-prefetch': '1', rsc: '1' },
    ] as Record<string, string>[]) {
      for (const url of [page, '/clusters/prod', '/api/clusters/prod/statefulsets']) {
        expect((await get(url, headers)).status).toBe(204)
      }
    }
    await aMoment()
    expect(ran('prod')).toBe(0)
  })
})

describe('a person gets in', () => {
  it.each([
    ['by the click on the page that asks', { ...link, 'sec-fetch-site': 'same-origin' }],
    ['by a typed address or a bookmark', { ...link, 'sec-fetch-site': 'none' }],
  ])('%s', async (_how, headers) => {
    const before = ran('seen')
    const answer = await get('/clusters/seen', headers)
    expect(answer.status).toBe(200)
    // A plugin that failed a moment ago is not run again for the second who looks.
    expect(ran('seen')).toBe(Math.max(1, before))
    // Now it is open, and a link from elsewhere leads straight to it.
    expect((await get('/clusters/seen', link)).status).toBe(200)
  })
})
