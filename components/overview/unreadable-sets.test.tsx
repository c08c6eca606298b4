import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { ResourceReport, ResourceReports, UnreadableSet } from '@/lib/contract/stream'
import { allResources } from '@/lib/statefulset/model/objects'
import { renderPage } from '@/test/fixtures/rendered-page'
import { Headline } from './headline'
import { tallyOf } from './tally'
import { UnreadableSets } from './unreadable-sets'

const sets: UnreadableSet[] = [
  { namespace: 'data', name: 'kafka', reason: 'spec.replicas is not a whole number' },
  { namespace: 'shop', name: 'constructor', reason: 'spec.template is not an object' },
]
const report = (changes: Partial<ResourceReport> = {}) => ({ state: 'live', ...changes }) as ResourceReport
const kinds = (statefulsets: ResourceReport) =>
  ({ ...Object.fromEntries(allResources.map((each) => [each, report()])), statefulsets }) as ResourceReports

test('each set that cannot be read is a row with its reason, which leads to its page', () => {
  renderPage(<UnreadableSets cluster="demo" report={report({ skipped: 2, unreadable: sets })} />)
  const rows = screen.getAllByRole('listitem')
  expect(rows).toHaveLength(2)
  for (const [index, { namespace, name, reason }] of sets.entries()) {
    const row = within(rows[index] ?? document.body)
    expect(row.getByRole('link').getAttribute('href')).toBe(
      `/clusters/demo/namespaces/${namespace}/statefulsets/${name}`,
    )
    expect(row.getByText('cannot be read')).toBeTruthy()
    expect(row.getByText(reason)).toBeTruthy()
  }
  expect(screen.queryByText(/more cannot be read/)).toBeNull()
})

test('those beyond the ones that are named are counted, and nothing stands there where all can be read', () => {
  const { again } = renderPage(<UnreadableSets cluster="demo" report={report({ skipped: 7, unreadable: sets })} />)
  expect(screen.getByText('5 more cannot be read.')).toBeTruthy()
  again(<UnreadableSets cluster="demo" report={report()} />)
  expect(document.querySelector('section')).toBeNull()
})

test('the sentence above them does not call the cluster well', () => {
  const { again } = renderPage(<Headline tally={tallyOf([])} rows={[]} kinds={kinds(report({ unreadable: sets }))} />)
  expect(screen.getByRole('heading').textContent).toBe('2 sets cannot be judged.')
  again(<Headline tally={{ ...tallyOf([]), sets: 3 }} rows={[]} kinds={kinds(report())} />)
  expect(screen.getByRole('heading').textContent).toBe('All sets are well.')
})

test('nor does it where ordinals are not ready yet that need nobody', () => {
  const tally = { ...tallyOf([]), sets: 3 }
  const { again } = renderPage(<Headline tally={{ ...tally, moving: 2 }} rows={[]} kinds={kinds(report())} />)
  expect(screen.getByRole('heading').textContent).toBe('Nothing needs you; 2 sets are still coming up.')
  again(<Headline tally={{ ...tally, moving: 1, unknown: 1 }} rows={[]} kinds={kinds(report())} />)
  expect(screen.getByRole('heading').textContent).toBe('One set cannot be judged.')
})
