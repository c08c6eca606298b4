import { screen } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import type { ResourceReport } from '@/lib/contract/stream'
import { exampleView } from '@/test/fixtures/example-answers'
import { exampleObjects } from '@/test/fixtures/example-objects'
import { renderPage } from '@/test/fixtures/rendered-page'
import { MissingRule } from './missing-rule'
import { NoSet } from './no-set'
import { UnreadableObjects } from './unreadable-objects'

const page = (report: ResourceReport, failed = false) => (
  <NoSet
    cluster="demo"
    namespace="data"
    name="kafka"
    report={report}
    failed={failed}
    yaml={<pre>kind: StatefulSet</pre>}
  />
)
const kafka = { namespace: 'data', name: 'kafka', reason: 'spec.replicas is not a whole number' }

describe('the page of a set without a view', () => {
  test('says that it cannot be read and why, and shows its YAML', () => {
    renderPage(page({ state: 'live', skipped: 1, unreadable: [kafka] }))
    expect(screen.getByText('data/kafka is there and cannot be read')).toBeTruthy()
    expect(screen.getByText(kafka.reason)).toBeTruthy()
    expect(screen.queryByText(/There is no StatefulSet/)).toBeNull()
    expect(screen.getByText('kind: StatefulSet')).toBeTruthy()
  })

  test('never says that there is none where its view could not be made, and shows its YAML', () => {
    renderPage(page({ state: 'live', skipped: 1 }, true))
    expect(screen.queryByText(/There is no StatefulSet|cannot be seen/)).toBeNull()
    expect(screen.getByText('kind: StatefulSet')).toBeTruthy()
  })

  test.each<[string, ResourceReport, RegExp]>([
    ['there is none', { state: 'live' }, /^There is no StatefulSet kafka in data$/],
    [
      'another one cannot be read',
      { state: 'live', skipped: 1, unreadable: [{ ...kafka, name: 'a' }] },
      /^There is no/,
    ],
    [
      'one of the same name elsewhere',
      { state: 'live', skipped: 1, unreadable: [{ ...kafka, namespace: 'a' }] },
      /^There is no/,
    ],
    [
      'it may be one of those that are not named',
      { state: 'live', skipped: 2, unreadable: [{ ...kafka, name: 'a' }] },
      /cannot be seen$/,
    ],
    ['objects without a name were skipped', { state: 'live', skipped: 1 }, /cannot be seen$/],
    ['sets are being read', { state: 'catching-up' }, /cannot be seen$/],
    ['sets may not be read', { state: 'forbidden', rule: 'list statefulsets.apps (cluster)' }, /cannot be seen$/],
  ])('never says that there is none unless it is known: %s', (_what, report, words) => {
    renderPage(page(report))
    expect(screen.getByText(words)).toBeTruthy()
  })
})

describe('objects of a set that cannot be read', () => {
  const view = exampleView({
    ...exampleObjects(),
    unknown: { pods: 'pods web-1 cannot be read: status is not an object' },
    unreadable: {
      pods: [{ name: 'web-1', reason: 'status is not an object' }],
      persistentvolumeclaims: [{ name: 'data-web-2', reason: 'spec.resources is not an object' }],
    },
  })

  test('are named on its page, each with the reason', () => {
    renderPage(<UnreadableObjects view={view} />)
    expect(screen.getByText(/^2 objects of this set cannot be read/)).toBeTruthy()
    expect([...document.querySelectorAll('[data-unreadable]')].map((each) => each.textContent)).toEqual([
      'pods/web-1: status is not an object',
      'persistentvolumeclaims/data-web-2: spec.resources is not an object',
    ])
  })

  test('leave no word where all can be read', () => {
    renderPage(<UnreadableObjects view={exampleView()} />)
    expect(document.querySelector('[data-tone]')).toBeNull()
  })

  test('are not taken for a missing permission', () => {
    const { again } = renderPage(<MissingRule rule={view.unknown.pods ?? ''} />)
    expect(document.querySelector('[title]')?.getAttribute('title')).toBe(view.unknown.pods)
    again(<MissingRule rule="list pods (cluster)" />)
    expect(document.querySelector('[title]')?.getAttribute('title')).toContain('No permission')
  })
})
