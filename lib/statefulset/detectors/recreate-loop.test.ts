import { describe, expect, it } from 'vitest'
import { at, exampleEvent, exampleObjects, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('a pod that is made again and again', () => {
  const set = exampleSet({ replicas: 1 })
  const loop = (count: number, from: number, to: number) =>
    ['Create', 'Delete'].map((verb) =>
      exampleEvent(
        'StatefulSet',
        set.metadata,
        `Successful${verb}`,
        `${verb} Pod web-0 in StatefulSet web successful`,
        {
          type: 'Normal',
          count,
          firstSeen: at(from),
          lastSeen: at(to),
        },
      ),
    )
  it('is found by the counts of the set’s events', () => {
    expect(find(exampleObjects(set, { events: loop(6, -300, -10) }), 'recreate-loop')).toMatchObject({
      ordinals: [0],
      params: { count: 6 },
    })
  })
  it('is not found for a few replacements over a long time, or for a loop that is over', () => {
    expect(ids(exampleObjects(set, { events: loop(2, -60, -10) }))).not.toContain('recreate-loop')
    expect(ids(exampleObjects(set, { events: loop(4, -90_000, -10) }))).not.toContain('recreate-loop')
    expect(ids(exampleObjects(set, { events: loop(9, -9000, -4000) }))).not.toContain('recreate-loop')
  })
  it('is not found where changes of the set may account for it: it was scaled or rolled as often', () => {
    const changed = (generation: number, time: number) => ({
      ...set,
      metadata: { ...set.metadata, generation },
      replicasManagers: [{ manager: 'kubectl', operation: 'Update', subresource: 'scale', time: at(time) }],
    })
    const found = (generation: number, time: number) =>
      ids(exampleObjects(changed(generation, time), { events: loop(6, -300, -10) }))
    expect(found(6, -20)).not.toContain('recreate-loop')
    expect(found(5, -20)).toContain('recreate-loop')
    expect(found(60, -3600)).toContain('recreate-loop')
  })
})
