import { describe, expect, it } from 'vitest'
import { placementOf } from './scheduling'

const counts = (message: string) => Object.fromEntries(placementOf(message).misfits)

describe('what the scheduler says', () => {
  it('is counted by its own constants', () => {
    expect(
      counts(
        "0/6 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint {a: b}, 2 node(s) didn't find available persistent volumes to bind, 2 node(s) had volume node affinity conflict. preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling.",
      ),
    ).toEqual({ resources: 1, taint: 1, 'free-volume': 2, 'volume-zone': 2 })
  })

  it.each([
    ['node(s) had no available volume zone', 'volume-zone'],
    ["node(s) didn't match PersistentVolume's node affinity", 'volume-zone'],
    ['node(s) exceed max volume count', 'volume-limit'],
    ["node(s) didn't match pod anti-affinity rules", 'neighbours'],
    ["node(s) didn't match pod topology spread constraints (missing required label)", 'spread'],
    ['node(s) were unschedulable', 'cordoned'],
    ['node(s) said something new', 'other'],
  ])('knows %s', (text, kind) => {
    expect(counts(`0/3 nodes are available: 3 ${text}.`)).toEqual({ [kind]: 3 })
  })

  it('names what there is too little of', () => {
    const found = placementOf('0/3 nodes are available: 1 Insufficient cpu, 1 Too many pods, 2 Insufficient memory.')
    expect(found).toMatchObject({ nodes: 3, resources: ['cpu', 'memory', 'pods'] })
  })

  it('tells claims that keep it from looking at nodes from nodes without a free volume', () => {
    expect(placementOf('0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.').claims).toBe(true)
    expect(placementOf('persistentvolumeclaim "data-web-0" not found').claims).toBe(true)
    expect(
      placementOf("0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind.").claims,
    ).toBe(false)
  })

  it('is nothing where the text is not its own', () => {
    expect(placementOf('skip schedule deleting pod')).toMatchObject({ nodes: null, claims: false, preempting: false })
  })
})
