import { describe, expect, it } from 'vitest'
import type { AppAnswer } from '@/lib/contract/ask'
import { sharesOf } from './shares'

const answer = (text: string, more: Partial<AppAnswer> = {}) => ({
  answer: { from: 'app' as const, status: 200, contentType: null, location: null, text, cut: null, ms: 1, ...more },
  problem: null,
})

describe('who answered for the Service', () => {
  it('is told by the name in the answer, and the longer of two that fit is meant', () => {
    const answers = ["You've hit web-10", "You've hit web-1", "You've hit web-1", "You've hit web-0"].map((text) =>
      answer(text),
    )
    expect(sharesOf(answers, ['web-0', 'web-1', 'web-10']).map(({ who, count }) => [who, count])).toEqual([
      ['web-0', 1],
      ['web-1', 2],
      ['web-10', 1],
    ])
  })

  it('is not told by an answer without a name, nor by the API server in place of a pod', () => {
    const none = answer('no endpoints available for service "web-0"', { from: 'api-server', status: 503 })
    expect(sharesOf([answer('hello'), none, { answer: null, problem: 'lost' }], ['web-0'])).toEqual([
      { who: null, problem: null, count: 1 },
      { who: null, problem: 'no endpoints available for service "web-0"', count: 1 },
      { who: null, problem: 'lost', count: 1 },
    ])
  })
})
