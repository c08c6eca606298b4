import { describe, expect, it } from 'vitest'
import type { ConnectionState } from '@/lib/contract/stream'
import { freshness, frozenAt } from './freshness'

const now = Date.parse('2026-01-01T12:00:00Z')
const connection = (more: Partial<ConnectionState>): ConnectionState => ({
  state: 'live',
  since: '2026-01-01T11:59:00Z',
  serverVersion: 'v1.37.1',
  demo: false,
  server: 'https://localhost:6443',
  user: 'admin',
  name: 'lab',
  ...more,
})

describe('the freshness of a page', () => {
  it('is live for six seconds after a sign, then delayed, and after fifteen Ordinal itself is not there', () => {
    expect(freshness(connection({}), now - 2000, now, null)).toEqual({ kind: 'live', ageMs: 2000 })
    expect(freshness(connection({}), now - 8000, now, null)).toEqual({ kind: 'delayed', ageMs: 8000 })
    expect(freshness(connection({}), now - 16_000, now, null)).toEqual({ kind: 'offline', since: now - 16_000 })
  })
  it('is stale as soon as Ordinal says so, since when the API server last answered', () => {
    const fresh = freshness(connection({ state: 'stale', tried: 3 }), now - 1000, now, null)
    expect(fresh).toEqual({ kind: 'stale', since: Date.parse('2026-01-01T11:59:00Z'), tried: 3 })
    expect(frozenAt(fresh)).toBe(Date.parse('2026-01-01T11:59:00Z'))
  })
  it('is not called live before the API server has answered', () => {
    expect(freshness(connection({ state: 'connecting' }), now, now, null)).toEqual({ kind: 'connecting' })
    expect(freshness(connection({ state: 'error' }), now, now, null)).toEqual({ kind: 'error' })
  })
  it('has no news where Ordinal cannot follow what it shows, since it last could', () => {
    const failure = { code: 'view-failed', message: 'Invalid time value' } as const
    const fresh = freshness(connection({}), now - 1000, now, failure)
    expect(fresh).toEqual({ kind: 'failed', since: now - 1000, failure })
    expect(frozenAt(fresh)).toBe(now - 1000)
  })
  it('freezes nothing while it is live', () => expect(frozenAt({ kind: 'live', ageMs: 0 })).toBeNull())
})
