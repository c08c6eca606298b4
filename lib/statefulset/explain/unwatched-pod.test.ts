import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, exampleNode } from '@/test/fixtures/example-objects'
import type { Node } from '@/lib/statefulset/model/objects'
import { unwatchedEnd } from './unwatched-pod'

const node = (status: string, sinceSeconds: number | null, bootID = 'boot-1'): Node => {
  const example = exampleNode('n1')
  const ready = {
    type: 'Ready',
    status,
    reason: null,
    message: null,
    lastTransitionTime: sinceSeconds === null ? null : at(sinceSeconds),
  }
  return { ...example, status: { ...example.status, bootID, conditions: [ready] } }
}
const seen = (silent: boolean, bootID: string | null = 'boot-1') => ({ silent, bootID })
const now = (of: Node | undefined, successor: number | null, wanted = true) => ({
  node: of,
  successorAt: successor === null ? null : at(successor),
  wanted,
})

describe('the end of a pod that nobody saw', () => {
  it.each([
    ['its node was silent and is', true, now(node('Unknown', -9000), null), 'lost'],
    ['and it has a successor', true, now(node('Unknown', -9000), -50), 'lost'],
    ['its node fell silent, and the successor was made after that', false, now(node('Unknown', -900), -300), 'lost'],
    ['while its silence was not noticed yet', false, now(node('Unknown', -900), -930), 'lost'],
    ['the successor was made while the node was there', false, now(node('Unknown', -900), -2000), 'stopped'],
    ['there is no successor yet', false, now(node('Unknown', -900), null), 'lost'],
    ['it was scaled away', false, now(node('Unknown', -900), null, false), 'stopped'],
    ['its node is well and was', false, now(node('True', -9000), -50), 'stopped'],
    ['its node came back after the successor was made', true, now(node('True', -100), -500), 'lost'],
    ['its node came back before that', true, now(node('True', -500), -100), 'stopped'],
    ['its node has rebooted', true, now(node('True', -100, 'boot-2'), -500), 'stopped'],
    ['its node has rebooted and is silent again', true, now(node('Unknown', -100, 'boot-2'), -50), 'stopped'],
    ['its node says that it is not well', false, now(node('False', -900), -300), 'lease'],
    ['its Node object was deleted while it was silent', true, now(undefined, -300), 'lost'],
    ['its Node object was deleted by who drained it', false, now(undefined, -300), 'stopped'],
    ['nothing says since when the node is silent', false, now(node('Unknown', null), -300), 'lost'],
  ] as const)('%s', (_what, silent, situation, end) => {
    expect(unwatchedEnd(seen(silent), situation)).toBe(end)
  })

  const status = fc.constantFrom('True', 'False', 'Unknown')
  const time = fc.integer({ min: -100_000, max: 0 })
  const any = fc.record({
    silent: fc.boolean(),
    status,
    since: fc.option(time),
    successor: fc.option(time),
    wanted: fc.boolean(),
    before: fc.constantFrom('boot-1', 'boot-2', null),
  })

  it('is no risk once the machine has rebooted, or nobody has the name or will', () => {
    fc.assert(
      fc.property(any, ({ silent, status, since, successor, wanted, before }) => {
        const end = unwatchedEnd(seen(silent, before), now(node(status, since), successor, wanted))
        if (before === 'boot-2' || (successor === null && !wanted)) expect(end).toBe('stopped')
      }),
    )
  })

  it('is a risk whenever a pod was made anew while its node was silent, whatever was seen before', () => {
    fc.assert(
      fc.property(fc.boolean(), time, fc.nat(100_000), (silent, since, later) => {
        expect(unwatchedEnd(seen(silent), now(node('Unknown', since), Math.min(0, since + later)))).toBe('lost')
      }),
    )
  })

  it('is none on a node that is well and was when it was last seen', () => {
    fc.assert(
      fc.property(fc.option(time), fc.option(time), fc.boolean(), (since, successor, wanted) => {
        expect(unwatchedEnd(seen(false), now(node('True', since), successor, wanted))).toBe('stopped')
      }),
    )
  })
})
