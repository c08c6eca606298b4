import { expect, it } from 'vitest'
import { at, exampleNode, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { earlierBootID, leaseReading } from './earlier-readings'

let servers = 0
/** Another API server each time: nothing has been read from it. */
const fresh = () => `https://server-${(servers += 1)}`
const lease = (seconds: number) => ({ renewTime: at(seconds), durationSeconds: 40 })
const minute = 60_000

it('a first reading of a lease says neither that it moves nor that it stands still', () => {
  expect(leaseReading(fresh(), 'n1', lease(-5), 0)).toEqual({
    renewedAt: at(-5),
    durationSeconds: 40,
    movedSecondsAgo: null,
    stillForSeconds: 0,
  })
})

it('a lease that differs a little later moves, whatever the node’s clock says', () => {
  const server = fresh()
  leaseReading(server, 'n1', lease(-92), 0)
  expect(leaseReading(server, 'n1', lease(-80), 12_000)).toMatchObject({ movedSecondsAgo: 0, stillForSeconds: 0 })
  expect(leaseReading(server, 'n1', lease(-80), 20_000)).toMatchObject({ movedSecondsAgo: 8, stillForSeconds: 8 })
})

it('a lease that is the same for long stands still, also when nobody looked in between', () => {
  const server = fresh()
  leaseReading(server, 'n1', lease(-92), 0)
  expect(leaseReading(server, 'n1', lease(-92), 5 * minute)).toMatchObject({
    movedSecondsAgo: null,
    stillForSeconds: 300,
  })
})

it('a lease that differs after minutes does not tell that the kubelet lives now', () => {
  const server = fresh()
  leaseReading(server, 'n1', lease(-92), 0)
  expect(leaseReading(server, 'n1', lease(-80), 2 * minute)).toMatchObject({
    movedSecondsAgo: null,
    stillForSeconds: 0,
  })
})

it('a lease that went away has not moved', () => {
  const server = fresh()
  leaseReading(server, 'n1', lease(-92), 0)
  expect(leaseReading(server, 'n1', null, 5000)).toMatchObject({ renewedAt: null, movedSecondsAgo: null })
})

it('nodes and API servers are told apart, and old readings are forgotten', () => {
  const [one, other] = [fresh(), fresh()]
  leaseReading(one, 'n1', lease(-92), 0)
  expect(leaseReading(one, 'n2', lease(-80), 5000).movedSecondsAgo).toBeNull()
  expect(leaseReading(other, 'n1', lease(-80), 5000).movedSecondsAgo).toBeNull()
  expect(leaseReading(one, 'n1', lease(-92), 16 * minute).stillForSeconds).toBe(0)
})

it('the boot id is the one that the node told when the pod was first seen being deleted', () => {
  const server = fresh()
  const pod = examplePod(exampleSet(), 1, { deletion: at(-60) })
  const node = exampleNode('n1')
  const rebooted = { ...node, status: { ...node.status, bootID: 'another' } }
  expect(earlierBootID(server, examplePod(exampleSet(), 1), node, 0)).toBeNull()
  expect(earlierBootID(server, pod, node, 0)).toBeNull()
  expect(earlierBootID(server, pod, rebooted, 5000)).toBe('boot-n1')
  expect(earlierBootID(server, pod, rebooted, 9000)).toBe('boot-n1')
  expect(earlierBootID(server, pod, null, 9000)).toBe('boot-n1')
})
