import { describe, expect, it } from 'vitest'
import { durationWords } from './duration'

const at = (d: number, h: number, m: number, s: number) => (((d * 24 + h) * 60 + m) * 60 + s) * 1000

describe('a length of time in words', () => {
  it('has one unit in a table', () => {
    expect(durationWords(at(0, 0, 0, 59), 'coarse')).toEqual({ key: 'seconds', values: { s: 59 } })
    expect(durationWords(at(0, 0, 5, 14), 'coarse')).toEqual({ key: 'minutes', values: { m: 5 } })
    expect(durationWords(at(0, 2, 59, 0), 'coarse')).toEqual({ key: 'hours', values: { h: 2 } })
    expect(durationWords(at(12, 23, 0, 0), 'coarse')).toEqual({ key: 'days', values: { d: 12 } })
  })
  it('has two units in a clock, and none that is zero', () => {
    expect(durationWords(at(0, 0, 5, 14), 'fine')).toEqual({ key: 'minutesSeconds', values: { m: 5, s: 14 } })
    expect(durationWords(at(0, 0, 5, 0), 'fine')).toEqual({ key: 'minutes', values: { m: 5 } })
    expect(durationWords(at(0, 2, 10, 3), 'fine')).toEqual({ key: 'hoursMinutes', values: { h: 2, m: 10 } })
    expect(durationWords(at(3, 4, 0, 0), 'fine')).toEqual({ key: 'daysHours', values: { d: 3, h: 4 } })
    expect(durationWords(at(41, 4, 0, 0), 'fine')).toEqual({ key: 'days', values: { d: 41 } })
  })
  it('is never negative', () => {
    expect(durationWords(-5000, 'fine')).toEqual({ key: 'seconds', values: { s: 0 } })
  })
})
