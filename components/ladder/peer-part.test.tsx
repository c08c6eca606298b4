import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { exampleView } from '@/test/fixtures/example-answers'
import { exampleObjects, exampleSet } from '@/test/fixtures/example-objects'
import { renderPage } from '@/test/fixtures/rendered-page'
import { PeerPart } from './peer-part'

function rendered(serviceName: string) {
  const view = exampleView(exampleObjects(exampleSet({ serviceName }), { service: null }))
  const [one] = view.ordinals
  if (one === undefined) throw new Error('the set has no ordinal')
  renderPage(<PeerPart view={view} one={one} />)
}

test('a set that names no Service has no DNS name, and misses no Service of that name', () => {
  rendered('')
  expect(screen.getByText('none: it has none without a Service')).toBeTruthy()
  expect(screen.getByText('none: the set names no Service')).toBeTruthy()
  expect(screen.queryByText(/of that name/)).toBeNull()
})

test('a set whose Service is missing shows the name that would be its own', () => {
  rendered('web')
  expect(screen.getByText('web-0.web.default.svc.cluster.local')).toBeTruthy()
  expect(screen.getByText('none: there is no Service of that name')).toBeTruthy()
})
