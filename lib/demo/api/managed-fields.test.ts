import { describe, expect, test } from 'vitest'
import { Store, type Fields, type KubeObject } from '@/lib/demo/store'
import { Operations } from './operations'
import type { WriteOptions } from './write-options'

let time = Date.UTC(2026, 0, 1)
const store = new Store()
const operations = new Operations(store, { now: () => new Date(time) })
operations.create('namespaces', '', { metadata: { name: 'default' } })

const by = (fieldManager: string): WriteOptions => ({ fieldManager })
const made = (name: string, options: WriteOptions = {}) =>
  operations.create('configmaps', 'default', { metadata: { name }, data: { a: '1' } }, options)
const change = (name: string, data: Fields, options: WriteOptions = {}) =>
  operations.patch('configmaps', 'default', name, 'application/merge-patch+json', { data }, options)
const owned = ({ metadata }: KubeObject) =>
  Object.fromEntries((metadata.managedFields ?? []).map(({ manager, fieldsV1 }) => [manager, fieldsV1?.['f:data']]))

describe('who owns the fields of an object', () => {
  test('is not asked of what the cluster itself writes', () => {
    expect(made('own').metadata).not.toHaveProperty('managedFields')
  })
  test('begins with the first client when the cluster has made it', () => {
    made('late')
    expect(owned(change('late', { b: '2' }, by('client')))).toEqual({ client: { 'f:b': {} } })
  })
  test('stays as it is when the cluster writes, whatever it removes', () => {
    const before = made('kept', by('client'))
    const after = change('kept', { a: null, b: '2' })
    expect(after.metadata.managedFields).toBe(before.metadata.managedFields)
    expect(owned(change('kept', { a: '3' }, by('other')))).toEqual({ client: {}, other: { 'f:a': {} } })
  })
  test('is no longer kept once a client resets it, until somebody applies', () => {
    made('reset', by('client'))
    const body = { metadata: { managedFields: [] } }
    operations.patch('configmaps', 'default', 'reset', 'application/merge-patch+json', body, by('client'))
    change('reset', { c: '3' })
    expect(change('reset', { b: '2' }, by('client')).metadata).not.toHaveProperty('managedFields')
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'reset' }, data: { d: '4' } }
    const applied = operations.patch('configmaps', 'default', 'reset', 'application/apply-patch+yaml', config, by('me'))
    expect(owned(applied)).toEqual({
      me: { 'f:d': {} },
      'before-first-apply': { '.': {}, 'f:a': {}, 'f:b': {}, 'f:c': {} },
    })
    expect(owned(change('reset', { d: '5' }, by('client')))).toMatchObject({ client: { 'f:d': {} } })
  })
  test('is shared between the versions of an object', () => {
    const before = made('shared', by('client'))
    time += 5_000
    const after = operations.patch(
      'configmaps',
      'default',
      'shared',
      'application/merge-patch+json',
      {
        metadata: { labels: { a: 'b' } },
      },
      by('other'),
    )
    const [entry] = after.metadata.managedFields ?? []
    expect(entry?.fieldsV1).toBe(before.metadata.managedFields?.[0]?.fieldsV1)
    expect(entry?.time).toBe(before.metadata.managedFields?.[0]?.time)
  })
  test('does not make a write of one that changes nothing', () => {
    const before = made('same', by('client'))
    time += 5_000
    expect(operations.update('configmaps', 'default', 'same', structuredClone(before), by('other'))).toBe(before)
  })
})
