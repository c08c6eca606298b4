import { describe, expect, test } from 'vitest'
import {
  below,
  difference,
  EMPTY,
  fieldSet,
  hasField,
  intersection,
  isEmptySet,
  keyElement,
  parseFieldSet,
  paths,
  pathText,
  union,
  valueElement,
  without,
} from './field-set'

const f = (text: string) => text.split('.').map((name) => `f:${name}`)
const set = (...texts: string[]) => fieldSet(...texts.map(f))
const port = [
  'f:ports',
  keyElement([
    ['protocol', 'TCP'],
    ['containerPort', 80],
  ]),
]

describe('a set of fields', () => {
  test('has the form of the wire, in the order of names', () => {
    const text = JSON.stringify(fieldSet(f('b'), [...port, 'f:name'], port, f('a.c'), f('a')))
    expect(text).toBe(
      '{"f:a":{".":{},"f:c":{}},"f:b":{},"f:ports":{"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:name":{}}}}',
    )
  })
  test('comes back from the wire, however a client wrote it', () => {
    const sent = {
      'f:ports': { 'k:{"protocol": "TCP", "containerPort": 80}': { 'f:name': {}, '.': {} } },
      'f:finalizers': { 'v: "a<b"': {} },
      'x:unknown': { 'f:a': {} },
    }
    const read = parseFieldSet(sent)
    expect(read).toEqual(fieldSet([...port, 'f:name'], port, ['f:finalizers', valueElement('a<b')]))
    expect(Object.keys(read ?? {})).toEqual(['f:finalizers', 'f:ports'])
    expect(valueElement('a<b')).toBe('v:"a\\u003cb"')
  })
  test.each([[null], [[]], ['text'], [{ colour: {} }], [{ 'k:no': {} }], [{ 'f:a': 1 }]])('%j is none', (value) => {
    expect(parseFieldSet(value)).toBeNull()
  })
  test('unites, keeping the parts that only one side has', () => {
    const one = set('a.b', 'c')
    const both = union(one, set('a', 'a.d'))
    expect(both).toEqual(set('a', 'a.b', 'a.d', 'c'))
    expect(union(one, EMPTY)).toBe(one)
    expect(union(one, set('d'))['f:a']).toBe(one['f:a'])
  })
  test('loses single members, and whole branches only when asked', () => {
    expect(difference(set('a', 'a.b', 'a.c'), set('a', 'a.c'))).toEqual(set('a.b'))
    expect(without(set('a', 'a.b', 'c.d', 'e'), set('a', 'c'))).toEqual(set('e'))
    expect(isEmptySet(difference(set('a.b'), set('a.b')))).toBe(true)
  })
  test('has in common what is a member of both', () => {
    expect(intersection(set('a', 'a.b', 'c'), set('a.b', 'c.d'))).toEqual(set('a.b'))
    expect(isEmptySet(intersection(set('a'), set('a.b')))).toBe(true)
  })
  test('knows its members from the way to them', () => {
    const some = set('a.b', 'c')
    expect([hasField(some, f('a')), hasField(some, f('a.b')), hasField(some, f('c')), hasField(some, [])]).toEqual([
      false,
      true,
      true,
      false,
    ])
    expect(below(some, 'f:c')).toBeUndefined()
  })
  test('is told level by level, as in messages', () => {
    const told = paths(fieldSet(f('spec.replicas'), f('a'), [...port, 'f:name'], ['f:finalizers', valueElement('x')]))
    expect(told.map(pathText)).toEqual([
      '.a',
      '.finalizers[="x"]',
      '.ports[containerPort=80,protocol="TCP"].name',
      '.spec.replicas',
    ])
  })
})
