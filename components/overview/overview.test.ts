import { describe, expect, it } from 'vitest'
import { states } from '@/components/ui/states'
import { exampleSummary } from '@/test/fixtures/example-summary'
import { matches, parseFilter } from './filter'
import { keepOrder, keyOf, ordered } from './order'
import { shortNames } from '@/components/ui/short-names'
import { tallyOf } from './tally'

const known = new Set(Object.keys(states))

const set = exampleSummary

const postgres = set(
  'postgres',
  [
    [0, 'ok', 2],
    [2, 'stuck', 1],
  ],
  {
    worst: 'stuck',
    nodes: ['worker-1', 'worker-10'],
    images: ['registry.example/Postgres:17.5'],
    claimTemplates: ['data'],
  },
)
const kafka = set('kafka', [[0, 'ok', 3]], {
  namespace: 'stream',
  nodes: ['worker-2'],
  images: ['apache/kafka:4.1.0'],
  claimTemplates: ['log'],
})

describe('the filter', () => {
  const found = (text: string, namespace: string | null = null) =>
    [postgres, kafka].filter((each) => matches(each, parseFilter(text, namespace, known))).map((each) => each.name)

  it('keeps everything when nothing is asked, or a key has no word yet', () => {
    for (const text of ['  ', '!', 'node:', 'image:!']) expect(found(text), text).toEqual(['postgres', 'kafka'])
  })
  it('finds parts of names, and turns a word round', () => {
    expect(found('kaf')).toEqual(['kafka'])
    expect(found('data/post')).toEqual(['postgres'])
    expect(found('!kafka')).toEqual(['postgres'])
    expect(found('a kafka')).toEqual(['kafka'])
  })
  it('finds a set by what an alert carries: the name of a pod, a claim or a node', () => {
    expect(found('kafka-17')).toEqual(['kafka'])
    expect(found('data/postgres-0')).toEqual(['postgres'])
    expect(found('log-kafka-2')).toEqual(['kafka'])
    expect(found('worker-2')).toEqual(['kafka'])
    expect(found('afka-17')).toEqual([])
    expect(found('kafka-x')).toEqual([])
  })
  it('looks in one place by its key, and never takes a part of a number', () => {
    expect(found('node:worker-1')).toEqual(['postgres'])
    expect(found('node:worker-2')).toEqual(['kafka'])
    expect(found('node:worker')).toEqual(['postgres', 'kafka'])
    expect(found('node:!worker-2')).toEqual(['postgres'])
    expect(found('!node:worker-2')).toEqual(['postgres'])
    expect(found('image:postgres:17')).toEqual(['postgres'])
    expect(found('claim:data')).toEqual(['postgres'])
    expect(found('claim:log-kafka-0')).toEqual(['kafka'])
    expect(found('pod:kafka-2')).toEqual(['kafka'])
    expect(found('namespace:stream')).toEqual(['kafka'])
    expect(found('set:postgres')).toEqual(['postgres'])
  })
  it('finds states, and any other than one', () => {
    expect(found('state:stuck')).toEqual(['postgres'])
    expect(found('state:!ok')).toEqual(['postgres'])
  })
  it('says what it does not know, and lets nothing fit it', () => {
    for (const word of ['state:nonsense', 'nod:worker-3', '!zone:b', 'a/b:1']) {
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

describe('the counts at the top', () => {
  it('tell apart what cannot be judged, and what is not ready yet and needs nobody', () => {
    const dark = set('dark', [[0, 'unknown', 2]])
    expect(tallyOf([postgres, kafka, dark])).toEqual({
      sets: 3,
      unknown: 1,
      moving: 2,
      ordinals: 8,
      ready: 0,
    })
    expect(tallyOf([{ ...kafka, ready: 3 }, postgres]).moving).toBe(1)
  })
  it('takes a set whose view could not be made for unknown, also where it wants no replica', () => {
    const waitingFor = { ordinal: null, reason: 'view-failed', params: {}, message: '', since: null } as const
    expect(tallyOf([set('broken', [], { waitingFor, needs: [] })])).toMatchObject({ sets: 1, unknown: 1 })
  })
})

describe('names in a cell', () => {
  it('keep their end, which is the ordinal', () => {
    const pod = 'production-elasticsearch-master-eligible-nodes-11'
    const short = String(shortNames({ pod }).pod)
    expect(short.length).toBeLessThanOrEqual(30)
    expect(short.endsWith('-11')).toBe(true)
    expect(short.startsWith('production')).toBe(true)
    expect(shortNames({ pod: 'web-1', detail: 'a long text of many words that is left as it is', n: 3 })).toEqual({
      pod: 'web-1',
      detail: 'a long text of many words that is left as it is',
      n: 3,
    })
  })
})
