import { describe, expect, test } from 'vitest'
import type { OverviewSnapshot, SetSnapshot } from '@/lib/contract/stream'
import type { StatefulSetSummary, StatefulSetView } from '@/lib/statefulset/model/view'
import { afterMessage } from './snapshots'

const summary = (name: string, ready = 0) => ({ namespace: 'default', name, ready }) as StatefulSetSummary
const overview = (...summaries: StatefulSetSummary[]) =>
  ({ version: 'v-1', connection: { state: 'live' }, kinds: {}, summaries }) as unknown as OverviewSnapshot

describe('a snapshot after a message of the stream', () => {
  test('is the new snapshot', () => {
    const next = overview(summary('b'))
    expect(afterMessage(overview(summary('a')), 'snapshot', next, 'v-2')).toBe(next)
  })

  test('has the changed rows, and keeps the identity of the others', () => {
    const before = overview(summary('a'), summary('b'))
    const after = afterMessage(before, 'changed', { summaries: [summary('b', 2), summary('c')] }, 'v-2')
    expect(after).toMatchObject({ version: 'v-2', summaries: [{ name: 'a' }, { name: 'b', ready: 2 }, { name: 'c' }] })
    expect((after as OverviewSnapshot).summaries[0]).toBe(before.summaries[0])
  })

  test('lacks the removed rows', () => {
    const after = afterMessage(overview(summary('a'), summary('b')), 'removed', { keys: ['default/a'] }, 'v-2')
    expect(after).toMatchObject({ summaries: [{ name: 'b' }] })
  })

  test('has no view when its set is removed', () => {
    const before = { version: 'v-1', view: { name: 'a' } as StatefulSetView } as SetSnapshot
    expect(afterMessage(before, 'removed', { keys: ['default/a'] }, 'v-2')).toMatchObject({ view: null })
  })

  test('carries the new connection beside the old rows', () => {
    const connection = { state: 'stale' } as OverviewSnapshot['connection']
    const after = afterMessage(overview(summary('a')), 'connection', { connection, kinds: {} as never }, '')
    expect(after).toMatchObject({ version: 'v-1', connection: { state: 'stale' }, summaries: [{ name: 'a' }] })
  })

  test('is still nothing when a change comes first', () => {
    expect(afterMessage(undefined, 'changed', { summaries: [summary('a')] }, 'v-1')).toBeUndefined()
  })
})
