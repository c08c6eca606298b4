import { describe, expect, it } from 'vitest'
import { states } from '@/components/ui/states'
import type { Severity } from '@/lib/statefulset/model/view'
import { exampleSummary } from '@/test/fixtures/example-summary'
import { attentionRows, needsPerson } from './attention-rows'
import { matches, parseFilter } from './filter'
import { keepOrder, keyOf, ordered } from './order'
import { tallyOf } from './tally'

const known = new Set(Object.keys(states))

const set = exampleSummary

const postgres = set(
  'postgres',
  [
    [0, 'ok', 2],
    [2, 'stuck', 1],
  ],
  { worst: 'stuck' },
)
const kafka = set('kafka', [[0, 'ok', 3]], { namespace: 'stream' })

describe('the filter', () => {
  const found = (text: string, namespace: string | null = null) =>
    [postgres, kafka].filter((each) => matches(each, parseFilter(text, namespace, known))).map((each) => each.name)

  it('keeps everything when nothing is asked', () => expect(found('  ')).toEqual(['postgres', 'kafka']))
  it('asks for every word in namespace and name', () => {
    expect(found('POST data')).toEqual(['postgres'])
    expect(found('stream/ka')).toEqual(['kafka'])
  })
  it('leaves out what stands behind a !', () => expect(found('!post')).toEqual(['kafka']))
  it('finds sets by a state of any ordinal', () => {
    expect(found('state:stuck')).toEqual(['postgres'])
    expect(found('state:!ok')).toEqual(['postgres'])
    expect(found('state:ok')).toEqual(['postgres', 'kafka'])
  })
  it('finds a set by the name of a pod, with its namespace or without, and no other set', () => {
    expect(found('kafka-17')).toEqual(['kafka'])
    expect(found('data/postgres-0')).toEqual(['postgres'])
    expect(found('!kafka-17')).toEqual(['postgres'])
    expect(found('afka-17')).toEqual([])
    expect(found('kafka-x')).toEqual([])
  })
  it('says what it does not know, and lets nothing fit it', () => {
    for (const word of ['state:nonsense', 'node:worker-3', '!image:v2']) {
      expect(parseFilter(word, null, known).terms).toEqual([{ kind: 'unknown', value: word }])
      expect(found(word)).toEqual([])
    }
  })
  it('keeps to a namespace', () => expect(found('', 'stream')).toEqual(['kafka']))
})

describe('the order', () => {
  it('counts: db-2 stands before db-10, by name and among equals', () => {
    const sets = ['db-10', 'db-2', 'db-1'].map((name) => set(name, [[0, 'ok', 1]]))
    for (const key of ['name', 'attention', 'ready', 'changed'] as const)
      expect(ordered(sets, key, false).map((each) => each.name)).toEqual(['db-1', 'db-2', 'db-10'])
  })
  it('is by name, or turned round', () => {
    expect(ordered([postgres, kafka], 'name', false).map(keyOf)).toEqual(['stream/kafka', 'data/postgres'])
    expect(ordered([postgres, kafka], 'name', true).map(keyOf)).toEqual(['data/postgres', 'stream/kafka'])
  })
  it('stays while it is kept: gone rows close up, new ones come last', () => {
    const fresh = set('fresh', [[0, 'ok', 1]])
    const kept = keepOrder([fresh, kafka, postgres], ['data/gone', 'data/postgres', 'stream/kafka'])
    expect(kept.rows.map(keyOf)).toEqual(['data/postgres', 'stream/kafka', 'data/fresh'])
    expect(kept.moved).toBe(2)
  })
})

const finding = (runbook: string, severity: Severity, ordinals: number[] = []) => ({
  runbook,
  alias: 'R00',
  severity,
  params: {},
  ordinals,
  since: null,
})

describe('the sentence at the top', () => {
  it('counts the sets that need a person, and apart from them those that cannot be judged', () => {
    const dark = set('dark', [[0, 'unknown', 2]])
    expect(tallyOf([postgres, kafka, dark])).toEqual({ sets: 3, need: 1, unknown: 1, ordinals: 8, ready: 0 })
  })
  it('counts a set whose pods are fine but that a runbook matches', () => {
    const parked = set('parked', [[0, 'outdated', 2]], {
      problems: [finding('parked-rollout', 'info')],
    })
    expect(needsPerson(parked)).toBe(true)
    expect(needsPerson(kafka)).toBe(false)
  })
})

describe('the list of what needs attention', () => {
  it('is worst first, with the most urgent problem of each set and the count of the others', () => {
    const parked = set('parked', [[0, 'outdated', 2]], {
      problems: [finding('governing-service', 'warning'), finding('parked-rollout', 'info', [0, 1])],
    })
    const rows = attentionRows([parked, postgres, kafka])
    expect(rows.map((row) => row.summary.name)).toEqual(['postgres', 'parked'])
    expect(rows[0]).toMatchObject({ problem: null, ordinals: [2], state: 'stuck', more: 0 })
    expect(rows[1]).toMatchObject({ problem: { runbook: 'governing-service' }, more: 1 })
  })
  it('leaves out sets of which there is only something to know', () => {
    expect(needsPerson(set('leftover', [[0, 'ok', 2]], { problems: [finding('left-claims', 'info', [2])] }))).toBe(
      false,
    )
  })
})
