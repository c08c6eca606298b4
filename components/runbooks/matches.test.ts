import { describe, expect, it } from 'vitest'
import { runbookEntries } from '@/lib/statefulset/detectors/list'
import { exampleSummary } from '@/test/fixtures/example-summary'
import { matchesOf } from './matches'

const summary = (name: string, found: [string, string | null][]) =>
  exampleSummary(name, [[0, 'ok', 1]], {
    problems: found.map(([runbook, since]) => ({
      runbook,
      alias: '',
      severity: 'info',
      params: {},
      ordinals: [0],
      since,
    })),
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
