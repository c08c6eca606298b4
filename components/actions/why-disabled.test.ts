import { globSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import actions from '@/lib/i18n/messages/en/actions.json'
import { pageHindrance, whyDisabled, type Hindrances } from './why-disabled'

const everything: Hindrances = {
  typed: [
    [true, 'type the name'],
    [true, 'type the sentence'],
  ],
  refused: [[true, 'refused']],
  offer: [[true, 'not offered']],
  loading: [[true, 'loading']],
  unreadable: [[true, 'no preview']],
  choice: [[true, 'no number']],
  page: pageHindrance('read-only'),
  unknown: [[true, 'not known']],
  changed: [[true, 'changed']],
  gone: [[true, 'another one']],
}
const kinds = ['gone', 'changed', 'unknown', 'page', 'choice', 'unreadable', 'loading', 'offer', 'refused'] as const

test('what cannot be mended here is said before what is still to be done', () => {
  const left = { ...everything }
  const said = kinds.map((kind) => {
    const reason = whyDisabled(left)
    delete left[kind]
    return reason
  })
  expect(said).toEqual([
    'another one',
    'changed',
    'not known',
    'read-only',
    'no number',
    'no preview',
    'loading',
    'not offered',
    'refused',
  ])
  expect(whyDisabled(left)).toBe('type the name')
})

test('a button is on exactly when no condition holds, in whatever order the conditions were written down', () => {
  const hindrance = fc.tuple(fc.boolean(), fc.string({ minLength: 1 }))
  const entries = fc.uniqueArray(fc.tuple(fc.constantFrom(...kinds), fc.array(hindrance)), {
    selector: ([kind]) => kind,
  })
  fc.assert(
    fc.property(entries, (list) => {
      const reason = whyDisabled(Object.fromEntries(list))
      expect(reason).toBe(whyDisabled(Object.fromEntries(list.toReversed())))
      expect(reason === undefined).toBe(list.every(([, each]) => each.every(([holds]) => !holds)))
    }),
  )
})

test('a page without a reason hinders nothing', () => {
  expect(whyDisabled({ page: pageHindrance(undefined) })).toBeUndefined()
})

test('every reason that there is is met by the test of a dialog or a page', () => {
  const tests = globSync('components/**/*.test.tsx').map((file) => readFileSync(file, 'utf8'))
  const reasons = { ...actions.off, ...actions.forceDelete.off }
  const untold = Object.values(reasons).filter((words) => {
    const fixed = words.split('{')[0]?.trim() ?? ''
    return !tests.some((text) => text.includes(fixed))
  })
  expect(untold).toEqual([])
})
