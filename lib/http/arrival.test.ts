import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clusterOf, onwards } from '@/lib/contract/onwards'
import { arrivalOf, detourOf } from './arrival'

const host = '127.0.0.1:3000'
const headers = (given: Record<string, string>) => (name: string) => ({ host, ...given })[name] ?? null
const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const page = '/clusters/prod/namespaces/shop/statefulsets/web?ordinal=2'
const detour = (url: string, given: Record<string, string>, open: readonly string[] = []) =>
  detourOf(url, headers(given), (cluster) => open.includes(cluster))

describe('who asks', () => {
  it.each([
    ['a page of ours', { 'sec-fetch-site': 'same-origin' }, 'own'],
    ['a typed address or a bookmark', { 'sec-fetch-site': 'none' }, 'nobody'],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 'another-site'],
    ['a server on another port of this machine', { 'sec-fetch-site': 'same-site' }, 'another-site'],
    ['a value that Fetch Metadata has not today', { 'sec-fetch-site': 'new-word' }, 'another-site'],
    ['a program', {}, 'nobody'],
    ['an old browser, from our page', { referer: `http://${host}/clusters/prod` }, 'own'],
    [
      'an old browser, from our page, by a name in capitals',
      { host: 'LOCALHOST:3000', referer: 'http://localhost:3000/' },
      'own',
    ],
    ['an old browser, from a page elsewhere', { referer: 'https://blog.test/a' }, 'another-site'],
    ['an old browser, from a frame without an origin', { origin: 'null' }, 'another-site'],
    ['both, and the page lies', { 'sec-fetch-site': 'cross-site', referer: `http://${host}/` }, 'another-site'],
  ] as const)('%s', (_who, given, expected) => {
    expect(arrivalOf(headers(given))).toBe(expected)
  })
})

describe('a link of another web site to a page of a cluster', () => {
  it('leads to the page that asks, with the way on and the language of the link', () => {
    expect(detour(page, link)).toEqual({ status: 303, location: `/open?to=${encodeURIComponent(page)}` })
    expect(detour('/clusters/prod?lang=zh-CN', link)).toMatchObject({ location: expect.stringMatching(/&lang=zh-CN$/) })
  })

  it('goes on where the cluster is open already', () => {
    expect(detour(page, link, ['prod'])).toBeNull()
    expect(detour(page, link, ['other'])).not.toBeNull()
  })

  it('by any other spelling of the address leads there as well', () => {
    for (const url of ['/clusters/prod/', '/%63lusters/prod', '/clusters/pr%6Fd/runbooks', '/clusters/prod?_rsc=1']) {
      expect(detour(url, link), url).toMatchObject({ status: 303 })
    }
  })

  it('does not disturb what opens nothing', () => {
    for (const url of [
      '/',
      '/open?to=x',
      '/icon.svg',
      '/_next/static/x.js',
      '/clusters',
      '/clusters/',
      '/api/health',
    ]) {
      expect(detour(url, link), url).toBeNull()
    }
  })
})

describe('what a browser fetches ahead', () => {
  it.each([
    ['a prefetch of a typed address', { 'sec-fetch-site': 'none', 'sec-purpose': 'prefetch' }],
    ['a prerender', { 'sec-fetch-site': 'none', 'sec-purpose': 'prefetch;prerender' }],
    ['a prefetch of our own page', { 'sec-fetch-site': 'same-origin', 'sec-purpose': 'prefetch' }],
    ['an older word for it', { purpose: 'prefetch' }],
    ['Firefox before it sent Sec-Purpose', { 'x-moz': 'prefetch' }],
    ['a preview of a Safari tab', { 'x-purpose': 'preview' }],
    ['our own router', { 'sec-fetch-site': 'same-origin', 'next-router-prefetch': '1', rsc: '1' }],
    ['another site', { ...link, 'sec-purpose': 'prefetch' }],
  ])('opens nothing: %s', (_what, given) => {
    expect(detour(page, given)).toEqual({ status: 204 })
    expect(detour('/api/clusters/prod/statefulsets', given, ['prod'])).toEqual({ status: 204 })
    expect(detour('/api/ready', given)).toEqual({ status: 204 })
    expect(detour(page, given, ['prod'])).toBeNull()
    expect(detour('/icon.svg', given)).toBeNull()
  })
})

describe('the way on', () => {
  it('is a page of a cluster of this server, and nothing else', () => {
    expect(onwards(page)).toEqual({ cluster: 'prod', path: page })
    for (const to of [
      undefined,
      '',
      ['/clusters/a', '/clusters/b'],
      '/',
      '/clusters',
      '/clusters/',
      '//evil.test/clusters/a',
      'https://evil.test/clusters/a',
      'javascript:alert(1)//clusters/a',
      '/clusters//evil.test',
      '/clusters/\\evil.test',
      '/clusters/a\n',
      '/api/clusters/a',
      '/clusters/%',
    ]) {
      expect(onwards(to), String(to)).toBeNull()
    }
  })

  it('from wherever somebody comes, another site never reaches a cluster that is not open, and its own page always can', () => {
    const segment = fc.stringMatching(/^[a-z0-9%-]{1,12}$/)
    const rest = fc.array(segment, { maxLength: 4 })
    fc.assert(
      fc.property(segment, rest, fc.constantFrom('', '?a=1', '?lang=en'), (cluster, more, query) => {
        const url = `/${['clusters', cluster, ...more].join('/')}${query}`
        if (clusterOf(url) === null) return
        for (const site of ['cross-site', 'same-site', 'x']) {
          const answer = detour(url, { ...link, 'sec-fetch-site': site })
          expect(answer?.status).toBe(303)
          const to = new URL(answer?.status === 303 ? answer.location : '', `http://${host}`).searchParams.get('to')
          expect(onwards(to)).toMatchObject({ path: url })
          expect(new URL(to ?? '', `http://${host}`).origin).toBe(`http://${host}`)
        }
        for (const site of ['same-origin', 'none']) expect(detour(url, { ...link, 'sec-fetch-site': site })).toBeNull()
      }),
    )
  })
})
