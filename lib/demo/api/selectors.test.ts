import { describe, expect, test } from 'vitest'
import { parseFieldSelector, parseLabelSelector, selectedName, selectorOf, selectorText } from './selectors'

describe('label selectors', () => {
  const takes = (text: string, labels?: Record<string, string>) => parseLabelSelector(text)(labels)
  test.each([
    ['a=1', { a: '1' }, true],
    ['a==1', { a: '2' }, false],
    ['a!=1', {}, true],
    ['a in (1, 2),b', { a: '2', b: '' }, true],
    ['a notin (1)', { a: '1' }, false],
    ['!a', undefined, true],
    ['a,!b', { a: '', b: '' }, false],
    ['', { a: '1' }, true],
  ])('%s of %o: %s', (text, labels, expected) => expect(takes(text, labels)).toBe(expected))

  test.each(['a in 1', 'a=1,', '-a=1', 'a=b c', '=1'])('%s cannot be read', (text) =>
    expect(() => parseLabelSelector(text)).toThrow(/unable to parse requirement/),
  )

  test('an empty set of values is no selector', () => {
    expect(selectorOf({ matchExpressions: [{ key: 'a', operator: 'In', values: [] }] })).toBeNull()
  })

  test('the text of a selector is in the order of its keys', () => {
    const selector = { matchLabels: { b: '1' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['z', 'y'] }] }
    expect(selectorText(selector)).toBe('a in (y,z),b=1')
  })
})

describe('field selectors', () => {
  const metadata = { name: 'a', uid: '', resourceVersion: '', creationTimestamp: '' }
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: 'n' } }

  test('an absent field is an empty text, an absent truth is false', () => {
    expect(parseFieldSelector('pods', 'status.podIP=')(pod)).toBe(true)
    expect(parseFieldSelector('pods', 'spec.hostNetwork=false,spec.nodeName!=m')(pod)).toBe(true)
  })

  test('kinds are selected by their own fields only', () => {
    expect(() => parseFieldSelector('pods', 'spec.hostname=a')).toThrow('field label not supported: spec.hostname')
    expect(() => parseFieldSelector('statefulsets', 'spec.replicas=1')).toThrow('is not a known field selector')
  })

  test('the one name asked for', () => {
    expect(selectedName('spec.nodeName=n,metadata.name=web-0')).toBe('web-0')
    expect(selectedName('metadata.name!=web-0')).toBeNull()
  })
})
