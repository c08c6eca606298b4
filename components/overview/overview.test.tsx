import { screen, within } from '@testing-library/react'
import { NuqsTestingAdapter } from 'nuqs/adapters/testing'
import { describe, expect, it, vi } from 'vitest'
import type { OverviewSnapshot, ResourceReports } from '@/lib/contract/stream'
import { allResources } from '@/lib/statefulset/model/objects'
import type { Need, StatefulSetSummary } from '@/lib/statefulset/model/view'
import { at } from '@/test/fixtures/example-objects'
import { exampleSummary } from '@/test/fixtures/example-summary'
import { renderPage } from '@/test/fixtures/rendered-page'
import { Overview } from './overview'

vi.mock('next/navigation', () => ({ useRouter: () => ({ push: () => {} }), usePathname: () => '/clusters/demo' }))

const kinds = Object.fromEntries(allResources.map((kind) => [kind, { state: 'live' }])) as ResourceReports
const snapshot = (summaries: StatefulSetSummary[]): OverviewSnapshot => ({
  version: '1',
  kinds,
  summaries,
  connection: {
    state: 'live',
    since: at(-60),
    serverVersion: 'v1.37.1',
    demo: false,
    server: 'https://cluster.example',
    user: 'somebody',
    name: 'demo',
  },
})

const silent = (node: string, ordinals: number[]): Need => ({
  by: 'cause',
  reason: 'node-silent',
  params: { pod: 'x-0', node },
  message: '',
  state: 'suspect',
  ordinals,
  since: at(-120),
  urgency: 1,
  runbook: null,
  shared: { kind: 'node-silent', namespace: '', name: node },
})
const finalizer: Need = {
  by: 'cause',
  reason: 'terminating-finalizers',
  params: { pod: 'held-1', finalizers: 'example.com/backup' },
  message: '',
  state: 'stuck',
  ordinals: [1],
  since: at(-117),
  urgency: 1,
  runbook: null,
  shared: null,
}
const service: Need = {
  by: 'finding',
  reason: 'governing-service',
  params: { problem: 'selectsNothing', service: 'db' },
  message: 'Governing Service missing or wrong',
  state: null,
  ordinals: [],
  since: null,
  urgency: 3,
  runbook: { id: 'governing-service', alias: 'R17' },
  shared: null,
}

const show = (summaries: StatefulSetSummary[], search = '', locale: 'en' | 'zh-CN' = 'en') =>
  renderPage(
    <NuqsTestingAdapter searchParams={search} hasMemory>
      <Overview cluster="demo" snapshot={snapshot(summaries)} />
    </NuqsTestingAdapter>,
    locale,
  )
const list = () => within(screen.getByRole('region', { name: /Needs attention/ }))

const many = Array.from({ length: 100 }, (_, index) =>
  exampleSummary(`db-${index}`, [[0, 'ok', 10]], {
    needs: [silent(`worker-${(index % 3) + 1}`, [0, 4])],
    nodes: [`worker-${(index % 3) + 1}`],
  }),
)

describe('the overview', () => {
  it('names three silent nodes and what they hold in its first line, once, and lists the sets on demand', async () => {
    const page = show(many)
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(
      'worker-1, worker-2, and worker-3 are silent: 100 sets, 200 ordinals.',
    )
    expect(list().getByText('3 nodes are silent: 100 sets, 200 ordinals')).toBeTruthy()
    expect(list().queryByText('db-7')).toBeNull()
    await page.user.click(list().getByRole('button', { name: 'Sets' }))
    const links = list()
      .getAllByRole('link')
      .map((link) => link.getAttribute('title'))
    expect(links.slice(0, 3)).toEqual(['data/db-0', 'data/db-1', 'data/db-2'])
    expect(list().getByRole('button', { name: 'Show 40 more sets' })).toBeTruthy()
  })

  it('gives a row the words and the clock of its one cause, and counts the others', () => {
    show([
      exampleSummary(
        'held',
        [
          [0, 'ok', 1],
          [1, 'stuck', 1],
        ],
        { needs: [finalizer, service] },
      ),
    ])
    expect(list().getByText(/^held-1 is terminating and held by finalizers: example.com\/backup/)).toBeTruthy()
    expect(list().getByText('1 min 57 s')).toBeTruthy()
    expect(list().getByText('1 more problem')).toBeTruthy()
    expect(list().queryByText('Governing Service missing or wrong')).toBeNull()
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('One thing needs you.')
  })

  it('lets list, line and table follow the filter, and never the sentence at the top', () => {
    show([...many, exampleSummary('kafka', [[0, 'ok', 5]], { nodes: ['worker-9'] })], '?q=node:worker-9')
    expect(screen.queryByRole('region', { name: /Needs attention/ })).toBeNull()
    expect(screen.getByRole('heading', { level: 1 }).textContent).toMatch(/are silent/)
    expect(screen.getByRole('img', { name: /1 set in 1 namespace/ })).toBeTruthy()
    expect(screen.getByRole('heading', { name: 'All sets 1 of 101' })).toBeTruthy()
  })

  it('says of a key that it is unknown, and which it knows', () => {
    show(many, '?q=nod:worker-1')
    expect(
      screen.getByText(/does not know nod:worker-1\..*pod: node: claim: image: namespace: set: state:/),
    ).toBeTruthy()
  })

  it('says of a set that is ready below its range what leaves', () => {
    show([exampleSummary('db', [[0, 'ok', 2]], { desired: 2, ready: 1, leaving: 1 })])
    expect(screen.getByTitle('1 of 2 in range ready, 1 leaving').textContent).toBe('1/21 leaving')
  })

  it('says it in Chinese too', () => {
    show(many, '', 'zh-CN')
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(
      'worker-1、worker-2和worker-3 失联：100 个 StatefulSet，200 个序号。',
    )
  })
})
