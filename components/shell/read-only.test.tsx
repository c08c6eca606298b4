import { screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { expect, test, vi } from 'vitest'
import { renderPage } from '@/test/fixtures/rendered-page'
import { TooltipProvider } from '@/components/ui/tooltip'
import { BarePage } from './bare-page'
import { ReadOnlyProvider } from './read-only'
import { Shell } from './shell'

vi.mock('next/navigation', () => ({
  usePathname: () => '/clusters/demo',
  useRouter: () => ({ push: () => {}, refresh: () => {} }),
}))
const connection = {
  state: 'live',
  since: '2026-01-01T12:00:00Z',
  serverVersion: 'v1.37.1',
  demo: false,
  server: 'https://localhost:6443',
  user: 'admin',
  name: 'lab',
} as const
const pages = [
  [
    'under a cluster',
    <Shell key="" status={{ connection, kinds: null, lastSign: null, failure: null }}>
      {null}
    </Shell>,
  ],
  ['without a cluster', <BarePage key="">{null}</BarePage>],
] as const

const shown = (page: ReactNode, readOnly: boolean) => (
  <TooltipProvider>
    <ReadOnlyProvider readOnly={readOnly}>{page}</ReadOnlyProvider>
  </TooltipProvider>
)

test.each(pages)('a page %s says in both languages that this Ordinal changes nothing', (_, page) => {
  for (const [language, word] of [
    ['en', 'READ ONLY'],
    ['zh-CN', '只读'],
  ] as const) {
    const { unmount } = renderPage(shown(page, true), language)
    expect(screen.getAllByText(word)).toHaveLength(1)
    unmount()
  }
})

test.each(pages)('a page %s does not say so of an Ordinal that may act', (_, page) => {
  renderPage(shown(page, false))
  expect(screen.queryByText('READ ONLY')).toBeNull()
})
