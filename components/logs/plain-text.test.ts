import { describe, expect, test } from 'vitest'
import { plainText } from './plain-text'

describe('a line of a log', () => {
  test('loses its colours', () => {
    expect(plainText('\u001b[31;1merror\u001b[0m: no')).toBe('error: no')
  })
  test('cannot set the title of a terminal or hide behind a link', () => {
    expect(plainText('\u001b]0;title\u0007after')).toBe('after')
    expect(plainText('\u001b]8;;https://example.com\u001b\\text\u001b]8;;\u001b\\')).toBe('text')
  })
  test('shows carriage returns and other controls', () => {
    expect(plainText('50%\r100%\u0000')).toBe('50%␍100%␀')
  })
  test('shows what would turn text around or hide it', () => {
    expect(plainText('a\u202eb\u200bc')).toBe('a<U+202E>b<U+200B>c')
  })
  test('keeps tabs and every script', () => {
    expect(plainText('a\tb 就绪 é 🚀')).toBe('a\tb 就绪 é 🚀')
  })
})
