import { describe, expect, it } from 'vitest'
import { viewOf } from '@/lib/statefulset/view/build-view'
import {
  at,
  conditionOf,
  exampleEvent,
  exampleNow,
  exampleObjects,
  examplePod,
  exampleSet,
} from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('nodes that hold as many volumes as they can', () => {
  const set = exampleSet({ replicas: 1 })
  const unplaced = (message: string) =>
    exampleObjects(set, {
      pods: [
        examplePod(set, 0, {
          phase: 'Pending',
          node: null,
          conditions: [{ ...conditionOf('PodScheduled', 'False', at(-300), 'Unschedulable'), message }],
        }),
      ],
    })

  it('are found by the scheduler’s words', () => {
    expect(find(unplaced('0/3 nodes are available: 3 node(s) exceed max volume count.'), 'attach-limit')).toMatchObject(
      {
        alias: 'R29',
        ordinals: [0],
        since: at(-300),
      },
    )
  })

  const placed = (message: string, reason = 'FailedAttachVolume') => {
    const pods = [examplePod(set, 0, { phase: 'Pending', node: 'n7' })]
    return exampleObjects(set, {
      pods,
      events: [exampleEvent('Pod', pods[0]?.metadata ?? set.metadata, reason, message)],
    })
  }
  const attach = (why: string) => `AttachVolume.Attach failed for volume "pv-1" : ${why}`
  it.each([
    ['CSI’s code', attach('rpc error: code = ResourceExhausted desc = no slot is free')],
    ['Linode', attach('rpc error: code = Internal desc = max number of volumes (8) already attached to instance')],
    ['AWS', attach('rpc error: code = Internal desc = AttachmentLimitExceeded: vol-1')],
    ['Azure', attach('The maximum number of data disks allowed to be attached to a VM of this size is 8')],
    ['Google', attach("Exceeded limit 'maximum_persistent_disks' on resource 'node'")],
    ['vSphere', attach('too many volumes attached: 59')],
  ])('are found by the words of %s, for a pod that has its node', (_, message) => {
    expect(find(placed(message), 'attach-limit')).toMatchObject({ ordinals: [0], params: { placed: 'yes' } })
    const { view } = viewOf(placed(message), { cluster: 'test', now: exampleNow })
    expect(view.waitingFor?.message).toBe('web-0 waits: its node n7 holds as many volumes as it can.')
  })
  it.each([
    [
      'a message that is too large for gRPC',
      attach('rpc error: code = ResourceExhausted desc = grpc: received message larger than max (5 vs. 4)'),
    ],
    ['a cloud that is asked too often', attach('rpc error: code = ResourceExhausted desc = Request rate is exceeded')],
    ['a time-out', attach('rpc error: code = DeadlineExceeded desc = context deadline exceeded')],
    ['a limit of something else', attach('API limit reached, volume not attached')],
  ])('are not found for %s', (_, message) => {
    expect(ids(placed(message))).not.toContain('attach-limit')
  })
  it.each([
    ['3 node(s) exceed max volume count', true],
    ['1 node(s) were unschedulable, 2 node(s) exceed max volume count', true],
    ["1 node(s) didn't match Pod's node affinity/selector, 2 node(s) exceed max volume count", true],
    ['2 Insufficient memory, 1 node(s) exceed max volume count', false],
    ["2 node(s) didn't have free ports for the requested pod ports, 1 node(s) exceed max volume count", false],
    ['2 node(s) had no available volume zone, 1 node(s) exceed max volume count', false],
  ])('are the only thing in the way: %s', (words, found) => {
    expect(ids(unplaced(`0/3 nodes are available: ${words}.`)).includes('attach-limit')).toBe(found)
  })

  it('are not found where something else is missing', () => {
    expect(ids(unplaced('0/3 nodes are available: 3 Insufficient cpu.'))).not.toContain('attach-limit')
  })
})
