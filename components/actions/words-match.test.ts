import { expect, test } from 'vitest'
import { wordsMatch } from './words-match'

test('typed words are the same whatever their case and spaces, and never a part of them', () => {
  expect(wordsMatch('  its  PORT answers ', 'its port answers')).toBe(true)
  expect(wordsMatch('kubia', 'kubia-1')).toBe(false)
  expect(wordsMatch('', 'kubia-1')).toBe(false)
})
