import { beforeEach, describe, expect, test } from 'vitest'
import { Store } from '@/lib/demo/store'
import { list, parseListOptions } from './list'
import { Operations } from './operations'
import { StatusError } from './status'

let now: Date
let store: Store
let operations: Operations

beforeEach(() => {
  now = new Date('2026-01-01T00:00:00Z')
  store = new Store({ history: 4 })
  operations = new Operations(store, { now: () => now })
  operations.create('namespaces', '', { metadata: { name: 'default' } })
  operations.create('serviceaccounts', 'default', { metadata: { name: 'default' } })
})

const reasonOf = async (attempt: () => unknown): Promise<string> => {
  try {
    await attempt()
    return 'done'
  } catch (error) {
    if (error instanceof StatusError) return `${error.code} ${error.reason}`
    throw error
  }
}
const config = (name: string) => operations.create('configmaps', 'default', { metadata: { name } })

describe('pages', () => {
  const request = () => ({
    info: operations.info('configmaps'),
    namespace: 'default',
    name: '',
    subresource: '',
    rest: '',
  })
  const page = (query: string) => list(store, request(), parseListOptions(request(), new URLSearchParams(query)))
  const names = ({ items }: { items: { metadata: { name: string } }[] }) => items.map(({ metadata }) => metadata.name)

  test('show the state of the first one', async () => {
    for (const name of ['a', 'b', 'c']) config(name)
    const first = await page('limit=2')
    operations.delete('configmaps', 'default', 'c')
    config('d')
    expect([names(first), first.remaining]).toEqual([['a', 'b'], 1])
    expect(names(await page(`limit=2&continue=${first.continue}`))).toEqual(['c'])
  })

  test('that began too long ago give 410, and a way to go on', async () => {
    for (const name of ['a', 'b', 'c']) config(name)
    const { continue: token } = await page('limit=1')
    for (const name of ['d', 'e', 'f', 'g', 'h']) config(name)
    const error = await page(`continue=${token}`).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StatusError)
    const { code, status } = error as StatusError
    expect(code).toBe(410)
    expect(names(await page(`limit=2&continue=${status.metadata.continue ?? ''}`))).toEqual(['b', 'c'])
  })
})

describe('a deletion', () => {
  const other = '00000000-0000-0000-0000-000000000001'
  const pod = () =>
    operations.create('pods', 'default', {
      metadata: { name: 'a' },
      spec: { nodeName: 'n', containers: [{ name: 'a', image: 'a' }] },
    })

  test('of another object of the same name is refused', async () => {
    const { uid, resourceVersion } = config('a').metadata
    const attempt = (preconditions: object) => () => operations.delete('configmaps', 'default', 'a', { preconditions })
    expect(await reasonOf(attempt({ uid: other }))).toBe('409 Conflict')
    expect(await reasonOf(attempt({ uid, resourceVersion: '1' }))).toBe('409 Conflict')
    expect(await reasonOf(attempt({ uid, resourceVersion }))).toBe('done')
    expect(store.get('configmaps', 'default', 'a')).toBeUndefined()
  })

  test('of a pod that goes already only ever comes earlier', () => {
    pod()
    const first = operations.delete('pods', 'default', 'a', { gracePeriodSeconds: 20 })
    expect(first.metadata.deletionTimestamp).toBe('2026-01-01T00:00:20Z')
    now = new Date('2026-01-01T00:00:05Z')
    expect(operations.delete('pods', 'default', 'a', { gracePeriodSeconds: 60 })).toBe(first)
    const sooner = operations.delete('pods', 'default', 'a', { gracePeriodSeconds: 10 })
    expect(sooner.metadata.deletionTimestamp).toBe('2026-01-01T00:00:10Z')
    operations.delete('pods', 'default', 'a', { gracePeriodSeconds: 0 })
    expect(store.get('pods', 'default', 'a')).toBeUndefined()
  })

  test('as a dry run changes nothing', () => {
    const before = config('a')
    operations.delete('configmaps', 'default', 'a', { dryRun: true })
    expect(store.get('configmaps', 'default', 'a')).toBe(before)
  })

  test('waits for finalizers, and takes no new ones', async () => {
    operations.create('configmaps', 'default', { metadata: { name: 'a', finalizers: ['x.example/y'] } })
    operations.delete('configmaps', 'default', 'a')
    const patch = (finalizers: string[] | null) =>
      operations.patch('configmaps', 'default', 'a', 'application/merge-patch+json', { metadata: { finalizers } })
    expect(await reasonOf(() => patch(['x.example/y', 'x.example/z']))).toBe('422 Invalid')
    patch(null)
    expect(store.get('configmaps', 'default', 'a')).toBeUndefined()
  })
})
