import { expect, it } from 'vitest'
import { readKubeconfigText } from './kubeconfig-text'

const read = (text: string) => readKubeconfigText(Buffer.from(text))

it.each([
  ['a key twice', 'a: 1\nb: 2\na: 3', { a: 3, b: 2 }],
  ['two documents', 'a: 1\n---\nb: [', { a: 1 }],
  ['a document that begins with its mark', '---\na: 1\n---\n', { a: 1 }],
  ['words of YAML 1.1', 'a: yes\nb: Off\nc: "yes"', { a: true, b: false, c: 'yes' }],
  ['dates and times of day', 'a: 2026-01-01\nb: 12:30:00', { a: '2026-01-01', b: '12:30:00' }],
  ['merge keys', 'one: &x { a: 1, b: 2 }\ntwo: { <<: *x, b: 3 }', { one: { a: 1, b: 2 }, two: { a: 1, b: 3 } }],
  ['JSON', '{"a": {"b": [1, null]}}', { a: { b: [1, null] } }],
  ['Windows lines', 'a: 1\r\nb: |\r\n  x\r\n', { a: 1, b: 'x\n' }],
  ['a byte order mark', '\ufeffa: 1', { a: 1 }],
])('reads %s as kubectl does', (_, text, value) => {
  expect(read(text)).toEqual(value)
})

it('reads UTF-16 of either order', () => {
  const little = Buffer.from('\ufeffa: ü', 'utf16le')
  expect(readKubeconfigText(little)).toEqual({ a: 'ü' })
  expect(readKubeconfigText(Buffer.from(little).swap16())).toEqual({ a: 'ü' })
})

it('gives nothing for nothing', () => {
  for (const text of ['', '# only words\n', '\n\n']) expect(read(text) ?? null).toBeNull()
})

it('says the line of what it cannot read', () => {
  expect(() => read('a: 1\nb: [2')).toThrow(/^line \d/)
  expect(() => read('a:\n\t- 1')).toThrow(/^line 2/)
  expect(() => readKubeconfigText(Buffer.from([0x61, 0x3a, 0x20, 0xff]))).toThrow('UTF-8')
})
