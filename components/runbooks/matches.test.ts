import { describe, expect, it } from 'vitest'
import { runbookEntries } from '@/lib/statefulset/detectors/list'
import type { StatefulSetSummary } from '@/lib/statefulset/model/view'
import { matchesOf } from './matches'

const summary = (name: string, found: [string, string | null][]): StatefulSetSummary => ({
  namespace: 'data',
  name,
  uid: name,
  desired: 1,
  ready: 1,
  created: 1,
  updated: 1,
  deleting: false,
  ordinals: [[0, 'ok', 1]],
  ordinalsOmitted: 0,
  worst: 'ok',
  revision: { current: 'a', update: 'a' },
  partition: null,
  waitingFor: null,
  problems: found.map(([runbook, since]) => ({
    runbook,
    alias: '',
    severity: 'info',
    params: {},
    ordinals: [0],
    since,
  })),
  changedAt: '2026-01-01T00:00:00Z',
})

const runbooks = runbookEntries()

describe('the runbooks with their live matches', () => {
  it('are all there, found ones first, longest standing match first', () => {
    const all = matchesOf(runbooks, [
      summary('young', [['parked-rollout', '2026-01-02T00:00:00Z']]),
      summary('old', [
        ['parked-rollout', '2026-01-01T00:00:00Z'],
        ['stuck-terminating', null],
      ]),
    ])
    expect(all).toHaveLength(runbooks.length)
    expect(all.slice(0, 2).map((each) => each.runbook.id)).toEqual(['stuck-terminating', 'parked-rollout'])
    expect(all[1]?.matches.map((match) => match.name)).toEqual(['old', 'young'])
  })
  it('are all there when nothing is found', () => {
    expect(matchesOf(runbooks, []).every((each) => each.matches.length === 0)).toBe(true)
  })
})
