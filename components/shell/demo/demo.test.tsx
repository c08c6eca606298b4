import { screen, waitFor, within } from '@testing-library/react'
import type { ReactElement, ReactNode } from 'react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { ReadOnlyProvider } from '@/components/shell/read-only'
import type { DemoAnswer, DemoPlaying } from '@/lib/contract/demo'
import { renderPage } from '@/test/fixtures/rendered-page'
import { ScriptedServer } from '@/test/fixtures/scripted-server'
import { DemoBanner } from './banner'
import { Caption } from './caption'
import { EmptyStage } from './empty-stage'

const here = vi.hoisted(() => ({ path: '' }))
vi.mock('next/navigation', () => ({ usePathname: () => here.path }))

const stage = { namespace: 'scenario', statefulSet: 'kubia' }
const ofStage = '/clusters/demo/namespaces/scenario/statefulsets/kubia'
const elsewhere = '/clusters/demo/namespaces/shop/statefulsets/postgres'
const playing = (changes: Partial<DemoPlaying> = {}): DemoPlaying => ({
  id: 'node-lost',
  step: 5,
  steps: 9,
  say: { key: 'marked' },
  state: 'waiting',
  mode: 'by-hand',
  turn: {
    key: 'hangs',
    ways: [
      {
        id: 'force',
        action: { name: 'force-delete-pod', ordinal: 1 },
        kubectl: 'kubectl -s http://127.0.0.1:8001 -n scenario delete pod kubia-1 --force',
      },
      { id: 'repair', lever: { lever: 'silent', namespace: '', name: 'worker-2' } },
    ],
  },
  overdue: false,
  said: [
    { at: '2026-01-01T12:00:00Z', say: { key: 'unknown' } },
    { at: '2026-01-01T12:00:20Z', say: { key: 'marked' } },
  ],
  look: stage,
  ...changes,
})
const inForce = { lever: 'silent', namespace: '', name: 'worker-2' }
const levers = {
  inForce: [inForce, { lever: 'crash', namespace: 'scenario', name: 'kubia-0' }],
  nodes: ['worker-1', 'worker-2'],
  sets: [
    { namespace: 'default', name: 'kubia', pods: ['kubia-0'] },
    { namespace: 'shop', name: 'postgres', pods: ['postgres-0', 'postgres-1'] },
  ],
}

let server: ScriptedServer
const answers = (changes: Partial<DemoAnswer> = {}) =>
  server.answers('/demo', {
    scenarios: [
      { id: 'node-lost', seconds: 100 },
      { id: 'canary', seconds: 45 },
    ],
    stage,
    current: null,
    cleared: null,
    ...changes,
  })
beforeEach(() => {
  here.path = ofStage
  server = new ScriptedServer()
  answers()
  server.answers('/demo/levers', levers)
})
const sent = (end: string) =>
  server.requests.filter(({ method, path }) => method === 'POST' && path.endsWith(end)).map(({ body }) => body)
const absent = (
  <EmptyStage cluster="demo" {...{ namespace: 'scenario', name: 'kubia' }}>
    nothing known
  </EmptyStage>
)
const readOnly = (part: ReactNode) => <ReadOnlyProvider readOnly>{part}</ReadOnlyProvider>

describe('the scenario that plays', () => {
  test.each(['en', 'zh-CN'] as const)('asks, and names each way by its button and its lever: %s', async (locale) => {
    answers({ current: playing() })
    renderPage(<Caption cluster="demo" />, locale)
    const card = (await screen.findAllByText(/kubia-1/))[0]?.closest('section')
    const force = card?.querySelector('[data-way="force"]')
    expect(force?.textContent).toContain(locale === 'en' ? 'Evidence, then force delete…' : '查看证据，再强制删除…')
    expect(force?.querySelector('a')?.getAttribute('href')).toBe(`${ofStage}?ordinal=1`)
    expect(force?.textContent).toContain('kubectl -s http://127.0.0.1:8001 -n scenario delete pod kubia-1 --force')
    const repair = card?.querySelector('[data-way="repair"]')?.textContent
    expect(repair).toContain(locale === 'en' ? 'Silence a node' : '让节点失去响应')
    expect(card?.textContent, 'no hole in a sentence').not.toMatch(/[{}]/)
  })

  test('orders what is pressed: a way, to be played, and to stop', async () => {
    answers({ current: playing() })
    const { user } = renderPage(<Caption cluster="demo" />)
    const ways = await screen.findAllByRole('button', { name: 'Do it for me' })
    await user.click(ways[1] as HTMLElement)
    await user.click(screen.getByRole('button', { name: 'Play it for me' }))
    await user.click(screen.getByRole('button', { name: 'Stop here' }))
    expect(sent('/demo')).toEqual([{ choose: 'repair' }, { mode: 'by-itself' }, { stop: true }])
  })

  test('is one line on a page that has nothing to do with it, and none when it is over', async () => {
    here.path = elsewhere
    answers({ current: playing() })
    const { readAgain, container } = renderPage(<Caption cluster="demo" />)
    const link = await screen.findByRole('link', { name: 'Your turn' })
    expect(link.getAttribute('href')).toBe(ofStage)
    expect(screen.queryByRole('button')).toBeNull()
    answers({ current: playing({ state: 'done', turn: null }) })
    await readAgain()
    await waitFor(() => expect(container.textContent).toBe(''))
  })

  test.each([
    [{ state: 'stopped', turn: null } as const, /Everything stays as it is/],
    [{ state: 'failed', turn: null, failure: 'set-gone' } as const, /Its set was deleted/],
    [{ state: 'running', turn: null, overdue: true } as const, /takes longer than it should/],
  ])('says how it stands: %o', async (changes, words) => {
    answers({ current: playing(changes) })
    renderPage(<Caption cluster="demo" />)
    expect(await screen.findByText(words)).toBeTruthy()
  })

  test('can be started anew or cleared away when it is over', async () => {
    answers({ current: playing({ state: 'stopped', turn: null }) })
    const { user } = renderPage(<Caption cluster="demo" />)
    await user.click(await screen.findByRole('button', { name: 'Start again' }))
    await user.click(screen.getByRole('button', { name: 'Clear away' }))
    expect(sent('/demo')).toEqual([{ start: 'node-lost', mode: 'by-hand' }, { clear: true }])
  })

  test('is left alone by an Ordinal that changes nothing, and the reason is said', async () => {
    answers({ current: playing() })
    const { user } = renderPage(readOnly(<Caption cluster="demo" />))
    const stop = await screen.findByRole('button', { name: 'Stop here', description: /^read-only/ })
    await user.click(stop)
    for (const way of screen.getAllByRole('button', { name: 'Do it for me', description: /^read-only/ }))
      await user.click(way)
    expect(sent('/demo')).toEqual([])
  })
})

describe('the page of the set that scenarios play on, without its set', () => {
  test.each<[string, Partial<DemoAnswer>, RegExp]>([
    ['nothing has played', {}, /Nothing plays here yet/],
    ['it was cleared away', { cleared: 'canary' }, /“A rolling update with a canary” was cleared away/],
    [
      'the next one clears it',
      { current: playing({ say: null, state: 'running', turn: null }) },
      /The stage is being cleared/,
    ],
    [
      'a person deleted it',
      { current: playing({ state: 'failed', failure: 'set-gone', turn: null }) },
      /The set of “.*” was deleted/,
    ],
  ])('says why there is none: %s', async (_what, answer, words) => {
    answers(answer)
    renderPage(absent)
    expect(await screen.findByText(words)).toBeTruthy()
    expect(screen.queryByText('nothing known')).toBeNull()
  })

  test('starts again what was cleared away', async () => {
    answers({ cleared: 'canary' })
    const { user } = renderPage(absent)
    await user.click(await screen.findByRole('button', { name: 'Start again' }))
    expect(sent('/demo')).toEqual([{ start: 'canary', mode: 'by-hand' }])
  })

  test('leaves every other set its own words', async () => {
    answers({ cleared: 'canary', stage: { namespace: 'scenario', statefulSet: 'other' } })
    renderPage(absent)
    expect(await screen.findByText('nothing known')).toBeTruthy()
  })
})

describe('the banner of the demo', () => {
  const openMenu = async (part: ReactElement) => {
    const page = renderPage(part)
    await page.user.click(screen.getByRole('button', { name: 'Scenarios' }))
    return page
  }
  const openLevers = async (part: ReactElement) => {
    const page = renderPage(part)
    await page.user.click(screen.getByRole('button', { name: 'Break something' }))
    await screen.findByText('Broken now')
    return page
  }

  test('lists the scenarios with about how long each takes, and starts one to decide in or to watch', async () => {
    const { user } = await openMenu(<DemoBanner cluster="demo" />)
    expect(await screen.findByText('about 45 s')).toBeTruthy()
    expect(screen.getByText('about 1.5 min')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: /^Start A rolling update/ }))
    await user.click(screen.getByRole('button', { name: 'Scenarios' }))
    await user.click(screen.getByRole('checkbox'))
    await user.click(screen.getByRole('button', { name: /^Start A node is lost/ }))
    expect(sent('/demo')).toEqual([
      { start: 'canary', mode: 'by-hand' },
      { start: 'node-lost', mode: 'by-itself' },
    ])
  })

  test('has levers for the set of the page, with what each breaks and what puts it back', async () => {
    here.path = elsewhere
    const { user } = await openLevers(<DemoBanner cluster="demo" />)
    const set = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Set' })
    expect(set.value).toBe('shop/postgres')
    const finalizer = document.querySelector<HTMLElement>('[data-lever="finalizer"]')
    if (!finalizer) throw new Error('no lever')
    expect(finalizer.textContent).toContain('Undo: the finalizer is removed.')
    await user.selectOptions(within(finalizer).getByRole('combobox'), 'postgres-1')
    await user.click(within(finalizer).getByRole('button'))
    await user.click(document.querySelector<HTMLElement>('[data-pull="image"]') as HTMLElement)
    await user.click(document.querySelector<HTMLElement>('[data-pull="silent"]') as HTMLElement)
    await user.click(document.querySelector<HTMLElement>('[data-undo="silent"]') as HTMLElement)
    await user.click(screen.getByRole('button', { name: 'Undo all' }))
    expect(sent('/demo/levers')).toEqual([
      { lever: 'finalizer', namespace: 'shop', name: 'postgres-1', undo: false },
      { lever: 'image', namespace: 'shop', name: 'postgres', undo: false },
      { lever: 'silent', name: 'worker-1', undo: false },
      { lever: 'silent', name: 'worker-2', undo: true },
      { undo: 'all' },
    ])
  })

  test('shows levers and scenarios of a read-only Ordinal, and why they cannot be moved', async () => {
    const { user } = await openLevers(readOnly(<DemoBanner cluster="demo" />))
    const off = screen.getAllByRole('button', { description: /^read-only/ })
    expect(off.length).toBeGreaterThan(levers.inForce.length)
    for (const button of off) await user.click(button)
    await user.keyboard('{Escape}')
    await user.click(screen.getByRole('button', { name: 'Scenarios' }))
    expect(screen.getByRole<HTMLButtonElement>('button', { name: /^Start A rolling/ }).disabled).toBe(true)
    expect(screen.getByText(/^read-only/, { selector: 'strong' })).toBeTruthy()
    expect([...sent('/demo'), ...sent('/demo/levers')]).toEqual([])
  })
})
