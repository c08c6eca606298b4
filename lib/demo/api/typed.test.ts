import { describe, expect, test } from 'vitest'
import type { Fields } from '@/lib/demo/store'
import { compare } from './compare'
import { fieldSet, paths, pathText } from './field-set'
import { fieldsOf, merge, removeItems, structType } from './typed'
import { typeErrors } from './typed-errors'

const SPEC = structType('PodSpec')
const names = (list: unknown) => ((list as Fields)['containers'] as Fields[]).map(({ name }) => name)
const containers = (...list: string[]) => ({ containers: list.map((name) => ({ name })) })
const told = (set: Parameters<typeof paths>[0]) => paths(set).map(pathText)

describe('two objects', () => {
  test('are compared by the keys of their items', () => {
    const left = { containers: [{ name: 'a', image: '1' }, { name: 'b' }], tolerations: [{ key: 'x' }] }
    const right = { containers: [{ name: 'c' }, { name: 'a', image: '2' }], tolerations: [{ key: 'y' }] }
    const { added, modified, removed } = compare(SPEC, left, right)
    expect(told(added)).toEqual(['.containers[name="c"]', '.containers[name="c"].name'])
    expect(told(modified)).toEqual(['.tolerations', '.containers[name="a"].image'])
    expect(told(removed)).toEqual(['.containers[name="b"]', '.containers[name="b"].name'])
  })
  test('do not differ by the order of fields and items', () => {
    const left = { containers: [{ name: 'a', image: '1' }, { name: 'b' }] }
    const { added, modified, removed } = compare(SPEC, left, { containers: [{ name: 'b' }, { image: '1', name: 'a' }] })
    expect([added, modified, removed].map(told)).toEqual([[], [], []])
  })
  test('with items that come twice are compared as far as that goes', () => {
    const env = (...values: string[]) => ({
      containers: [{ name: 'a', env: values.map((value) => ({ name: 'A', value })) }],
    })
    expect(told(compare(SPEC, env('1', '2'), env('1', '3')).modified)).toEqual(['.containers[name="a"].env[name="A"]'])
    expect(told(compare(SPEC, env('1', '2'), env('1')).added)).toEqual([
      '.containers[name="a"].env[name="A"]',
      '.containers[name="a"].env[name="A"].name',
      '.containers[name="a"].env[name="A"].value',
    ])
  })
})

describe('a configuration', () => {
  test('names its leaves, items and what is owned as a whole', () => {
    const set = fieldsOf(SPEC, {
      nodeSelector: { disk: 'ssd' },
      containers: [{ name: 'a', args: ['-v'], resources: {}, ports: [{ containerPort: 80 }] }],
      imagePullSecrets: [{ name: 'x' }],
    })
    expect(told(set)).toEqual([
      '.nodeSelector',
      '.containers[name="a"]',
      '.containers[name="a"].args',
      '.containers[name="a"].name',
      '.containers[name="a"].resources',
      '.containers[name="a"].ports[containerPort=80,protocol="TCP"]',
      '.containers[name="a"].ports[containerPort=80,protocol="TCP"].containerPort',
      '.imagePullSecrets[name="x"]',
    ])
  })
  test.each([
    [['a', 'b'], ['b'], ['a', 'b']],
    [
      ['a', 'b'],
      ['b', 'a'],
      ['b', 'a'],
    ],
    [
      ['a', 'b', 'c'],
      ['c', 'd', 'a'],
      ['b', 'c', 'd', 'a'],
    ],
    [['a', 'b'], ['c'], ['a', 'b', 'c']],
    [[], ['c'], ['c']],
  ])('puts its items into the list %j as %j: %j', (left, right, result) => {
    expect(names(merge(SPEC, containers(...left), containers(...right)))).toEqual(result)
  })
  test('leaves both sides of a merge alone', () => {
    const left = { containers: [{ name: 'a', image: '1' }], dnsPolicy: 'Default' }
    const right = { containers: [{ name: 'a', image: '2' }] }
    const before = structuredClone([left, right])
    expect(merge(SPEC, left, right)).toEqual({ containers: [{ name: 'a', image: '2' }], dnsPolicy: 'Default' })
    expect([left, right]).toEqual(before)
  })
  test('is refused where it is not of the type', () => {
    expect(typeErrors(SPEC, { containers: [{ name: 'a', image: 5, colour: 'red' }], hostNetwork: 'yes' })).toBe(
      [
        'errors:',
        '  .containers[name="a"].image: expected string, got &value.valueUnstructured{Value:5}',
        '  .containers[name="a"].colour: field not declared in schema',
        '  .hostNetwork: expected boolean, got &{yes}',
      ].join('\n'),
    )
    expect(typeErrors(SPEC, { nodeSelector: { disk: 'ssd' }, priority: null })).toBe('')
  })
})

test('a field may be called as something that every object has', () => {
  const pod = structType('Pod')
  const labelled = (labels: object) => ({ metadata: { labels } })
  expect(typeErrors(pod, { constructor: 1 })).toBe('.constructor: field not declared in schema')
  expect(merge(pod, labelled({ a: 'b' }), labelled({ constructor: 'x' }))).toEqual(
    labelled({ a: 'b', constructor: 'x' }),
  )
  expect(told(compare(pod, labelled({ a: 'b' }), labelled({ a: 'b', constructor: 'x' })).added)).toEqual([
    '.metadata.labels.constructor',
  ])
})

test('what has nothing left after a removal is null', () => {
  const object = { containers: [{ name: 'a' }], nodeSelector: { a: 'b' }, dnsPolicy: 'Default' }
  const removed = removeItems(SPEC, object, fieldSet(['f:containers', 'k:{"name":"a"}'], ['f:dnsPolicy']))
  expect(removed).toEqual({ containers: null, nodeSelector: { a: 'b' } })
})
