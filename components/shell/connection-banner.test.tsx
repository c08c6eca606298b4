import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { exampleNow } from '@/test/fixtures/example-objects'
import { renderPage } from '@/test/fixtures/rendered-page'
import type { TopicFailure } from '@/lib/contract/stream'
import { ConnectionBanner } from './connection-banner'

const connection = {
  state: 'live',
  since: '2026-01-01T12:00:00Z',
  serverVersion: 'v1.37.1',
  demo: false,
  server: 'https://localhost:6443',
  user: 'admin',
  name: 'lab',
} as const
const banner = (failure: TopicFailure) => (
  <ConnectionBanner
    fresh={{ kind: 'failed', since: exampleNow.getTime(), failure }}
    connection={connection}
    kinds={null}
  />
)

test.each<[TopicFailure, 'en' | 'zh-CN', RegExp]>([
  [{ code: 'view-failed', message: 'Invalid time value' }, 'en', /What is known of this set cannot be put together/],
  [{ code: 'view-failed', message: 'Invalid time value' }, 'zh-CN', /无法汇总此 StatefulSet 的已知信息/],
  [{ code: 'internal', message: 'Its log says what.' }, 'en', /Something went wrong inside Ordinal/],
  [{ code: 'refused', message: 'connect ECONNREFUSED' }, 'en', /Nothing listens at the server's address/],
  [{ code: 'exec-plugin', message: 'aws: not found' }, 'zh-CN', /提供凭据的程序/],
  [{ code: 'malformed', message: 'not a stream' }, 'en', /The connection failed/],
])('a page without news says what failed, in words and as it was told: %o in %s', (failure, language, words) => {
  renderPage(banner(failure), language)
  const status = screen.getByRole('status')
  expect(status.textContent).toMatch(words)
  expect(status.textContent).toContain(failure.message)
  expect(status.textContent).toMatch(/No news of what this page shows since|起本页内容没有更新/)
})
