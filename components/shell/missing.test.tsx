import { expect, test, vi } from 'vitest'
import { renderPage } from '@/test/fixtures/rendered-page'
import { MissingText, MissingTitle } from './missing'

const address = vi.hoisted(() => ({ path: '' }))
vi.mock('next/navigation', () => ({ usePathname: () => address.path }))

test.each([
  ['/clusters/prod-eu', /There is no cluster prod-eu.*its context is gone from the kubeconfig/],
  ['/clusters/prod-eu/runbooks', /There is no cluster prod-eu/],
  ['/clusters/demo/nothing', /There is nothing here/],
  ['/nothing', /There is nothing here/],
])('the page of an address that leads nowhere names what is not there: %s', (path, words) => {
  address.path = path
  const { container } = renderPage(
    <p>
      <MissingTitle clusters={['demo']} /> <MissingText clusters={['demo']} />
    </p>,
  )
  expect(container.textContent).toMatch(words)
})
