import { screen } from '@testing-library/react'
import { beforeEach, describe, expect, test } from 'vitest'
import { at, exampleObjects, exampleSet } from '@/test/fixtures/example-objects'
import { exampleView } from '@/test/fixtures/example-answers'
import { renderPage } from '@/test/fixtures/rendered-page'
import { refused, ScriptedServer } from '@/test/fixtures/scripted-server'
import type { PeersAnswer } from '@/lib/contract/peers'
import { PeersTab } from './peers-tab'

type Peer = PeersAnswer['peers'][number]
const base = 'web.default.svc.cluster.local'

function peer(ordinal: number, verdict: Partial<Peer['verdict']> = {}, more: Partial<Peer> = {}): Peer {
  const address = `10.244.0.${ordinal + 10}`
  return {
    ordinal,
    pod: `web-${ordinal}`,
    inRange: true,
    expected: {
      name: `web-${ordinal}.${base}`,
      addresses: [address],
      because: null,
      srv: [{ priority: 0, weight: 33, port: 8080, target: `web-${ordinal}.${base}` }],
    },
    slice: { addresses: [address], ready: true, serving: true, terminating: false },
    dns: { rcode: 'NOERROR', addresses: [address], ttl: 30, ms: 2, at: at(-3), srv: true },
    verdict: { code: 'agree', because: null, left: null, others: [], ...verdict },
    app: null,
    ...more,
  }
}

function answerOf(peers: Peer[], more: Partial<PeersAnswer> = {}): PeersAnswer {
  return {
    namespace: 'default',
    name: 'web',
    service: {
      name: 'web',
      exists: true,
      headless: true,
      publishNotReadyAddresses: false,
      ports: [{ name: 'http', port: 80, targetPort: '8080', protocol: 'TCP' }],
      problems: [],
    },
    zone: 'cluster.local',
    search: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    asked: {
      from: 'port-forward',
      server: '10.244.0.3:53',
      pod: 'kube-system/coredns-1',
      at: at(-3),
      pending: 0,
      problem: null,
    },
    app: null,
    peers,
    answers: [
      {
        question: { name: base, type: 'SRV' },
        rcode: 'NOERROR',
        records: peers.map(({ expected }) => ({
          type: 'SRV' as const,
          name: base,
          ttl: 30,
          data: { priority: 0, weight: 33, port: 8080, target: expected.name },
        })),
        additionals: [],
        negativeTtl: null,
        ms: 2,
      },
    ],
    unknown: {},
    ...more,
  }
}

let server: ScriptedServer
beforeEach(() => {
  server = new ScriptedServer()
})

const tab = <PeersTab cluster="demo" view={exampleView(exampleObjects(exampleSet()))} />
const row = async (ordinal: number) => {
  await screen.findAllByRole('table')
  return document.querySelector(`[data-peer="${ordinal}"]`)?.textContent ?? ''
}

describe('the peers of a set', () => {
  test('stand one ordinal beside the other: expected, sliced, answered, and one verdict', async () => {
    server.answers('/peers', answerOf([peer(0), peer(1)]))
    renderPage(tab)
    expect(await row(0)).toMatch(
      /web-0\.web.*SRV 0 33 8080.*10\.244\.0\.10.*ready.*10\.244\.0\.10.*30 s to live.*All agree/,
    )
    expect(document.body.textContent).toContain(
      'asked 3 s ago at 10.244.0.3:53, through a port-forward to kube-system/coredns-1',
    )
  })

  test('say in words what is wrong with each', async () => {
    const nothing = { rcode: 'NXDOMAIN', addresses: [], ttl: 17, ms: 1, at: at(-3), srv: false }
    server.answers(
      '/peers',
      answerOf([
        peer(0, { code: 'behind', because: 'dns', left: 12 }),
        peer(1, { code: 'not-published', because: 'not-ready' }, { dns: nothing }),
        peer(2, { code: 'no-such-name' }, { dns: nothing }),
        peer(3, { code: 'duplicated', others: [0] }),
        peer(4, { code: 'unknown', because: 'pending' }, { dns: null }),
      ]),
    )
    renderPage(tab)
    expect(await row(0)).toContain('DNS is behindright again in about 12 s')
    expect(await row(1)).toMatch(/no such name.*remembered for up to 17 s.*Not publishedthe pod is not ready/)
    expect(await row(2)).toContain('No such namethe pod is ready, and DNS does not know it')
    expect(await row(3)).toContain('Duplicated0 has the same address')
    expect(await row(4)).toMatch(/not asked yet.*Not knownDNS was not asked for it yet/)
  })

  test('are copied as dig prints them', async () => {
    server.answers('/peers', answerOf([peer(0), peer(1)]))
    renderPage(tab)
    await row(0)
    expect(document.querySelector('[data-srv]')?.textContent).toBe(
      `${base}. 30 IN SRV 0 33 8080 web-0.${base}.${base}. 30 IN SRV 0 33 8080 web-1.${base}.`,
    )
  })

  test('show the other columns where DNS may not be asked, with the rule that is missing', async () => {
    const rule = 'create pods/portforward (namespace kube-system)'
    server.answers(
      '/peers',
      answerOf([peer(0, { code: 'unknown', because: 'dns' }, { dns: null })], {
        answers: [],
        asked: {
          from: null,
          server: null,
          pod: null,
          at: null,
          pending: 0,
          problem: { code: 'forbidden', message: 'no', rule },
        },
      }),
    )
    renderPage(tab)
    await row(0)
    expect(document.querySelector('[data-dns-problem]')?.textContent).toContain(rule)
    expect(await row(0)).toContain('10.244.0.10')
  })

  test('are asked for anew when a person wants it', async () => {
    server.answers('/peers', answerOf([peer(0)]))
    const { user } = renderPage(tab)
    await row(0)
    await user.click(screen.getByRole('button', { name: 'Ask again' }))
    expect(server.requests.map(({ query }) => query)).toEqual(['', '?again=true'])
  })

  test('of a large set are those that do not agree, and all when asked for', async () => {
    const peers = Array.from({ length: 60 }, (_, ordinal) =>
      peer(ordinal, ordinal === 7 ? { code: 'no-such-name' } : {}),
    )
    server.answers('/peers', answerOf(peers))
    const { user } = renderPage(tab)
    await row(7)
    expect(document.querySelectorAll('[data-peer]')).toHaveLength(1)
    expect(screen.getByText(/59 more ordinals, on which all agree/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Show all' }))
    expect(document.querySelectorAll('[data-peer]')).toHaveLength(60)
  })

  test('show what the application says of its own peers, and who sees whom, where the set names a place to ask', async () => {
    const app = (sees: number[] | null) => ({ says: 'leader', sees, problem: sees === null ? '503 no route' : null })
    const peers = [peer(0, {}, { app: app([1]) }), peer(1, {}, { app: app([]) }), peer(2, {}, { app: app(null) })]
    server.answers('/peers', answerOf(peers, { app: { port: 8080, path: '/peers' } }))
    renderPage(tab)
    expect(await row(0)).toContain('leadernames 1 other ordinal')
    expect(await row(1)).toContain('names no other ordinal')
    expect(await row(2)).toContain('not readable503 no route')
    const seen = [...document.querySelectorAll<HTMLElement>('[data-sees]')].map(({ dataset }) => dataset.sees)
    expect(seen).toEqual([
      '0 0 self',
      '0 1 sees',
      '0 2 not',
      '1 0 not',
      '1 1 self',
      '1 2 not',
      '2 0 unknown',
      '2 1 unknown',
      '2 2 self',
    ])
  })

  test('of a set without ordinals are none, and that is said', async () => {
    server.answers('/peers', answerOf([]))
    renderPage(tab)
    expect(await screen.findByText('The set has no ordinals: nothing was asked.')).toBeTruthy()
  })

  test('are not shown when the server refuses, and its words are', async () => {
    server.answers('/peers', refused(403, 'forbidden', 'The rule that is missing: list statefulsets.apps (cluster).'))
    renderPage(tab)
    expect((await screen.findByRole('alert')).textContent).toContain('list statefulsets.apps')
  })

  test('have their problems named beside the Service', async () => {
    const service = { ...answerOf([]).service, problems: ['hides-unready' as const, 'no-ports' as const] }
    server.answers('/peers', answerOf([peer(0)], { service }))
    renderPage(tab, 'zh-CN')
    await screen.findAllByRole('table')
    expect(screen.getByText(/不发布未就绪的地址/)).toBeTruthy()
    expect(document.querySelectorAll('[data-problem]')).toHaveLength(2)
  })
})
