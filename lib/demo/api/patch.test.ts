import { describe, expect, test } from 'vitest'
import type { KubeObject } from '@/lib/demo/store'
import { applyPatch, mergePatch, type PatchType } from './patch'

const object: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'web', uid: '', resourceVersion: '1', creationTimestamp: '', finalizers: ['a/b', 'c/d'] },
  spec: {
    template: {
      spec: {
        containers: [
          { name: 'main', image: 'a:1' },
          { name: 'side', image: 'b:1' },
        ],
      },
    },
  },
}
const patched = (type: Exclude<PatchType, 'application/apply-patch+yaml'>, body: unknown) =>
  applyPatch('StatefulSet', structuredClone(object), type, body) as typeof object
const images = (body: object) => {
  const result = patched('application/strategic-merge-patch+json', { spec: { template: { spec: body } } })
  const { template } = result.spec as { template: { spec: { containers: { name: string; image?: string }[] } } }
  return template.spec.containers.map(({ name, image }) => `${name}=${image ?? ''}`)
}

test('a merge patch removes what is null and leaves its input alone', () => {
  const before = { a: { b: 1, c: 2 } }
  expect(mergePatch(before, { a: { b: null }, d: [1] })).toEqual({ a: { c: 2 }, d: [1] })
  expect(before).toEqual({ a: { b: 1, c: 2 } })
})

describe('a strategic merge patch', () => {
  test('finds containers by their names', () => {
    expect(images({ containers: [{ name: 'side', image: 'b:2' }] })).toEqual(['main=a:1', 'side=b:2'])
  })
  test('puts what is new before what only the server has', () => {
    expect(images({ containers: [{ name: 'new', image: 'c:1' }] })).toEqual(['new=c:1', 'main=a:1', 'side=b:1'])
  })
  test('takes one away', () => {
    expect(images({ containers: [{ $patch: 'delete', name: 'main' }] })).toEqual(['side=b:1'])
  })
  test('drops one finalizer', () => {
    const body = { metadata: { '$deleteFromPrimitiveList/finalizers': ['a/b'] } }
    expect(patched('application/strategic-merge-patch+json', body).metadata.finalizers).toEqual(['c/d'])
  })
})

describe('a JSON patch', () => {
  const json = (...operations: object[]) => patched('application/json-patch+json', operations)
  test('does all or nothing', () => {
    const gone = { op: 'remove', path: '/metadata/finalizers/1' }
    expect(json({ op: 'test', path: '/metadata/finalizers/1', value: 'c/d' }, gone).metadata.finalizers).toEqual([
      'a/b',
    ])
    expect(() => json(gone, { op: 'test', path: '/metadata/name', value: 'other' })).toThrow('the server rejected')
  })
  test('that is none is refused as unreadable', () => {
    expect(() => patched('application/json-patch+json', { op: 'add' })).toThrow('invalid JSON patch')
  })
})
