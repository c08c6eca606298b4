import { describe, expect, it } from 'vitest'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import { viewOf } from '@/lib/statefulset/view/build-view'
import { at, exampleEvent, exampleNow, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('a volume that is attached elsewhere', () => {
  const set = exampleSet({ replicas: 1 })
  const pod = examplePod(set, 0, { phase: 'Pending' })
  const said = (message: string) =>
    exampleObjects(set, { pods: [pod], events: [exampleEvent('Pod', pod.metadata, 'FailedAttachVolume', message)] })

  it('is found by the attach controller’s words', () => {
    const message = 'Multi-Attach error for volume "pv-data-web-0" Volume is already exclusively attached to one node'
    const found = find(said(message), 'volume-elsewhere')
    expect(found).toMatchObject({ alias: 'R03', ordinals: [0], params: { pods: 'web-0' } })
    expect(found?.proof.some(({ value }) => value.includes('Multi-Attach'))).toBe(true)
  })

  it('is no finding while a pod that moves waits for its volume as every other does', () => {
    const told = (seconds: number) => {
      const message = 'Multi-Attach error for volume "pv-data-web-0" Volume is already exclusively attached to one node'
      const event = exampleEvent('Pod', pod.metadata, 'FailedAttachVolume', message, {
        firstSeen: at(-seconds),
        lastSeen: at(-seconds),
      })
      return viewOf(exampleObjects(set, { pods: [pod], events: [event] }), { cluster: 'c', now: exampleNow })
    }
    expect(told(20).view.problems?.map(({ runbook }) => runbook)).not.toContain('volume-elsewhere')
    expect(told(20).recheckAt?.getTime()).toBeLessThanOrEqual(exampleNow.getTime() + 40_000)
    expect(told(70).view.problems?.map(({ runbook }) => runbook)).toContain('volume-elsewhere')
  })

  const multi = (volume: string, tail = 'Volume is already exclusively attached to one node') =>
    `Multi-Attach error for volume "${volume}" ${tail}`
  const wide = (policy: string, start: number, waits: readonly number[]) => {
    const of = exampleSet({ replicas: 4, podManagementPolicy: policy, ordinalsStart: start })
    const pods = [0, 1, 2, 3].map((n) => examplePod(of, n + start, waits.includes(n) ? { phase: 'Pending' } : {}))
    const events = waits.map((n) =>
      exampleEvent(
        'Pod',
        { ...set.metadata, name: `web-${n + start}`, uid: `uid-web-${n + start}` },
        'FailedAttachVolume',
        multi(`pv-data-web-${n + start}`),
      ),
    )
    return exampleObjects(of, { pods, events })
  }
  it.each<[string, SetObjects, readonly number[]]>([
    ['in the words of 1.37', said('Waiting for detach for volume "pv-data-web-0" from node n9'), [0]],
    ['of several ordinals of a Parallel set', wide('Parallel', 0, [1, 3]), [1, 3]],
    ['of a set that starts at 100', wide('OrderedReady', 100, [2]), [102]],
    [
      'though nodes and volumes may not be seen',
      {
        ...said(multi('pv-data-web-0')),
        nodes: new Map(),
        volumes: new Map(),
        unknown: { nodes: 'list nodes', persistentvolumes: 'list persistentvolumes' },
      },
      [0],
    ],
    [
      'though a mount has timed out since',
      {
        ...said(multi('pv-data-web-0')),
        events: [
          exampleEvent(
            'Pod',
            pod.metadata,
            'FailedMount',
            'Unable to attach or mount volumes: unmounted volumes=[data]: timed out',
          ),
          exampleEvent('Pod', pod.metadata, 'FailedAttachVolume', multi('pv-data-web-0'), {
            firstSeen: at(-900),
            lastSeen: at(-900),
          }),
        ],
      },
      [0],
    ],
  ])('is found %s', (_, objects, ordinals) => {
    for (const events of [objects.events, objects.events.toReversed()])
      expect(find({ ...objects, events }, 'volume-elsewhere')?.ordinals).toEqual(ordinals)
  })

  it('names the pods that use the volume where the attach controller does', () => {
    const { view } = viewOf(said(multi('pv-data-web-0', 'Volume is already used by pod(s) old-0, old-1')), {
      cluster: 'test',
      now: exampleNow,
    })
    expect(view.waitingFor?.message).toContain('still attached to another node, where old-0, old-1 uses it.')
  })

  it('is not found for a pod outside the range, which only waits to be removed', () => {
    const objects = wide('OrderedReady', 0, [3])
    const smaller = { ...objects, set: { ...objects.set, spec: { ...objects.set.spec, replicas: 3 } } }
    expect(ids(smaller)).not.toContain('volume-elsewhere')
  })

  it('is over once it was attached, or the container has run', () => {
    const refused = exampleEvent('Pod', pod.metadata, 'FailedAttachVolume', multi('pv-data-web-0'), {
      lastSeen: at(-300),
      firstSeen: at(-300),
    })
    for (const [reason, message] of [
      ['SuccessfulAttachVolume', 'AttachVolume.Attach succeeded for volume "pv-data-web-0"'],
      ['Started', 'Started container main'],
    ] as const) {
      const since = exampleEvent('Pod', pod.metadata, reason, message, { type: 'Normal' })
      expect(ids(exampleObjects(set, { pods: [pod], events: [since, refused] }))).not.toContain('volume-elsewhere')
    }
  })

  it('is not found where attaching fails for another reason', () => {
    expect(ids(said('AttachVolume.Attach failed for volume "pv-data-web-0" : rpc error: timeout'))).not.toContain(
      'volume-elsewhere',
    )
  })
})
