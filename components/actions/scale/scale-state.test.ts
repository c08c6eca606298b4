import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Failure } from '@/lib/browser/command-sender'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import { planScale } from '@/lib/statefulset/plan/plan'
import { exampleView } from '@/test/fixtures/example-answers'
import { exampleNow, exampleObjects, exampleSet } from '@/test/fixtures/example-objects'
import {
  afterScaleEvent,
  choiceOf,
  openedOn,
  phaseOf,
  provenSteps,
  type ScaleEvent,
  type ScaleState,
} from './scale-state'

function settledAt(replicas: number, generation = 1, uid = 'uid-web'): StatefulSetView {
  return exampleView(exampleObjects(exampleSet({ replicas }, { observedGeneration: generation }, { generation, uid })))
}
const idle = { state: 'idle', failure: undefined }
const failed = (code: Failure['code'], mayBeDone = false) => ({
  state: 'failed',
  failure: { code, status: 409, message: '', details: {}, mayBeDone } satisfies Failure,
})
const plan = planScale(exampleObjects(), 2, exampleNow)
const after = (state: ScaleState, ...events: ScaleEvent[]) => events.reduce(afterScaleEvent, state)
const wrote = (from: number, to: number, generation: number): ScaleEvent[] => [
  { type: 'sent', plan },
  { type: 'written', write: { from, to, askedAt: 1, acceptedAt: 2, byReading: false }, generation },
]

describe('where the scale dialog stands', () => {
  const opened = openedOn(settledAt(3))
  const asked = after(opened, { type: 'number-typed', text: '1' })
  const first = after(asked, ...wrote(3, 2, 1))

  test('goes from choosing over sending to watching, and on to the next step when the first is proven', () => {
    expect(phaseOf(opened, settledAt(3), idle)).toBe('choosing')
    expect(phaseOf(asked, settledAt(3), { state: 'sending', failure: undefined })).toBe('sending')
    expect(phaseOf(first, settledAt(3), idle)).toBe('watching')
    expect(phaseOf(first, settledAt(2, 2), idle)).toBe('going-on')
    expect(provenSteps(first, 'going-on')).toHaveLength(1)
    const last = after(first, ...wrote(2, 1, 2))
    expect(phaseOf(last, settledAt(1, 3), idle)).toBe('watching')
    expect(provenSteps(last, 'watching').map(({ to }) => to)).toEqual([2])
  })

  test('stays with the command that is under way, although the set shows it before its answer is there', () => {
    const sending = { state: 'sending', failure: undefined }
    expect(phaseOf(after(first, { type: 'sent', plan }), settledAt(1, 3), sending)).toBe('sending')
  })

  test('is a conflict when the set has another generation, or when the server says so first', () => {
    expect(phaseOf(asked, settledAt(5, 2), idle)).toBe('conflict')
    expect(phaseOf(asked, settledAt(3), failed('changed'))).toBe('conflict')
    expect(phaseOf(after(asked, { type: 'looked', view: settledAt(5, 2) }), settledAt(5, 2), idle)).toBe('choosing')
  })

  test('is unknown while nobody knows whether the last command was done, before any conflict', () => {
    expect(phaseOf(asked, settledAt(5, 2), failed('outcome-unknown', true))).toBe('unknown')
  })

  test('is recreated, whatever else holds, when another set has the name', () => {
    for (const state of [opened, asked, first])
      for (const command of [idle, failed('changed'), failed('outcome-unknown', true)])
        expect(phaseOf(state, settledAt(2, 1, 'another'), command)).toBe('recreated')
    expect(phaseOf(opened, settledAt(3), failed('recreated'))).toBe('recreated')
  })

  test('what was typed to confirm is gone after every write and every new look', () => {
    const typed = after(asked, { type: 'name-typed', typed: 'web' })
    expect(after(typed, ...wrote(3, 2, 1)).typed).toBe('')
    expect(after(typed, { type: 'looked', view: settledAt(3) }).typed).toBe('')
  })
})

test('the next number is never further than one step away when guided, and always on the way to what is wanted', () => {
  const count = fc.integer({ min: 0, max: 5000 })
  fc.assert(
    fc.property(count, count, fc.constantFrom(null, 'guided' as const, 'once' as const), (current, wanted, mode) => {
      const state = { ...openedOn(settledAt(3)), text: String(wanted), mode }
      const choice = choiceOf(state, current)
      expect(choice.target).toBe(wanted)
      if (choice.next === null) return
      expect(Math.abs(wanted - choice.next)).toBeLessThanOrEqual(Math.abs(wanted - current))
      if (choice.mode === 'guided') expect(Math.abs(choice.next - current)).toBe(1)
      else expect(choice.next).toBe(wanted)
    }),
  )
})

test('a change by more than one is guided downwards and at once upwards, unless it was chosen otherwise', () => {
  const modeOf = (text: string, mode: ScaleState['mode'] = null) =>
    choiceOf({ ...openedOn(settledAt(3)), text, mode }, 3).mode
  expect([modeOf('1'), modeOf('5'), modeOf('2'), modeOf('x')]).toEqual(['guided', 'once', 'once', 'once'])
  expect([modeOf('1', 'once'), modeOf('5', 'guided'), modeOf('2', 'guided')]).toEqual(['once', 'guided', 'once'])
})
