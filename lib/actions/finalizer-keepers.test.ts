import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ScriptedApi, status } from '@/test/fixtures/scripted-api'
import { at, exampleNow, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { connect } from '@/lib/cluster/connect'
import type { Connection } from '@/lib/cluster/connection'
import { readSettings } from '@/lib/settings'
import { keepersOf } from './finalizer-keepers'

let api: ScriptedApi
let connection: Connection

beforeEach(async () => {
  api = await new ScriptedApi().start()
  connection = connect(new URL(api.url).host, readSettings({ ORDINAL_SERVER: api.url }))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await api.stop()
})

const lease = (name: string, renewed: number, namespace = 'kube-system') =>
  api.put('coordination.k8s.io/v1/leases', {
    metadata: { name, namespace },
    spec: { renewTime: at(renewed), leaseDurationSeconds: 15 },
  })
const held = (...finalizers: string[]) => examplePod(exampleSet(), 0, { finalizers }).metadata
const keeper = async (metadata = held('foregroundDeletion'), now = exampleNow) =>
  (await keepersOf(connection, metadata, now))[0]
/** The same again, so many seconds later by the clock of this machine. */
const later = async (seconds: number) => {
  const first = await keeper()
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + seconds * 1000)
  return { first, second: await keeper() }
}

describe('whoever would take a finalizer away', () => {
  it('runs when its lease is fresh by the API server’s clock', async () => {
    lease('kube-controller-manager', -2)
    expect(await keeper()).toEqual({
      finalizer: 'foregroundDeletion',
      keeper: 'kube-controller-manager',
      runs: 'yes',
      renewedAt: at(-2),
      unknown: null,
    })
  })

  it('is not known to have stopped by one old reading: its clock may be another one', async () => {
    lease('kube-controller-manager', -90)
    expect(await keeper()).toMatchObject({ runs: 'not-known', renewedAt: at(-90) })
  })

  it('does not run when nobody has renewed its lease for longer than that runs', async () => {
    lease('kube-controller-manager', -90)
    const { first, second } = await later(16)
    expect([first?.runs, second?.runs]).toEqual(['not-known', 'no'])
  })

  it('runs when its lease moves, whatever its clock says', async () => {
    lease('kube-controller-manager', -9000)
    await keeper()
    lease('kube-controller-manager', -8998)
    expect(await keeper()).toMatchObject({ runs: 'yes' })
  })

  it('is whoever set it, where the name does not tell; then nothing is known of its life', async () => {
    const metadata = { ...held('example.com/backup'), finalizerManagers: { 'example.com/backup': 'backup-operator' } }
    expect(await keeper(metadata)).toMatchObject({ keeper: 'backup-operator', runs: 'not-known', unknown: null })
    expect(await keeper(held('example.com/backup'))).toMatchObject({ keeper: null, runs: 'not-known' })
    expect(api.requests.filter(({ path }) => path.includes('/leases/'))).toEqual([])
  })

  it('is asked for once for all its finalizers, each with its own line', async () => {
    lease('kube-controller-manager', -2)
    const all = await keepersOf(connection, held('foregroundDeletion', 'example.com/x', 'orphan'), exampleNow)
    expect(all.map(({ finalizer, runs }) => `${finalizer} ${runs}`)).toEqual([
      'foregroundDeletion yes',
      'example.com/x not-known',
      'orphan yes',
    ])
    expect(api.requests.filter(({ path }) => path.includes('/leases/'))).toHaveLength(1)
  })

  it.each<[string, number, RegExp]>([
    ['may not be read', 403, /get leases\.coordination\.k8s\.io \(namespace kube-system\)/],
    ['cannot be read', 500, /broken/],
  ])('is not known where its lease %s, and why is said', async (_, code, why) => {
    api.hooks.push((seen) => (seen.path.includes('/leases/') ? status(code, 'X', 'broken') : undefined))
    const found = await keeper()
    expect(found).toMatchObject({ runs: 'not-known', renewedAt: null })
    expect(found?.unknown).toMatch(why)
  })

  it('is not known where there is no such lease', async () => {
    expect(await keeper()).toMatchObject({ keeper: 'kube-controller-manager', runs: 'not-known', unknown: null })
  })
})
