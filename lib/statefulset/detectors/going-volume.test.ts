import { describe, expect, it } from 'vitest'
import { viewOf } from '@/lib/statefulset/view/build-view'
import { readCase } from '@/test/fixtures/cases'
import {
  at,
  exampleClaim,
  exampleObjects,
  examplePod,
  exampleSet,
  exampleVolume,
} from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'
import type { SetObjects, Volume } from '@/lib/statefulset/model/objects'

describe('volumes that were deleted under their claims', () => {
  const set = exampleSet()
  const claims = [0, 1, 2].map((n) => exampleClaim(set, n))
  const objects = (change: (volume: Volume, n: number) => Volume) =>
    exampleObjects(set, {
      claims,
      volumes: new Map(
        claims.map((claim, n) => [claim.spec.volumeName ?? '', change(exampleVolume(claim), n)] as const),
      ),
    })
  const going = (volume: Volume): Volume => ({
    ...volume,
    metadata: { ...volume.metadata, deletionTimestamp: at(-60), finalizers: ['kubernetes.io/pv-protection'] },
  })

  it('are found though every pod is well, with what happens to the data', () => {
    const { objects, now } = readCase('D7')
    const { problems, ordinals } = viewOf(objects, { cluster: 'cases', now }).view
    expect(ordinals.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok'])
    expect(ordinals[0]?.claims[0]?.volume?.deletionTimestamp).toBe('2026-11-20T11:00:00Z')
    expect(problems?.find((each) => each.runbook === 'going-volume')).toMatchObject({
      alias: 'R31',
      ordinals: [0, 1, 2],
      params: { count: 3, reclaim: 'Delete' },
      since: '2026-11-20T11:00:00Z',
    })
  })

  it('are told apart by their reclaim policy', () => {
    const kept = objects((volume, n) =>
      n === 1 ? going({ ...volume, spec: { ...volume.spec, reclaimPolicy: 'Retain' } }) : volume,
    )
    expect(find(kept, 'going-volume')).toMatchObject({ ordinals: [1], params: { reclaim: 'Retain', count: 1 } })
    const mixed = objects((volume, n) =>
      going({ ...volume, spec: { ...volume.spec, reclaimPolicy: n === 0 ? 'Retain' : 'Delete' } }),
    )
    expect(find(mixed, 'going-volume')?.params.reclaim).toBe('Delete')
  })

  it.each<[string, SetObjects, Record<string, unknown>]>([
    [
      'held by an attacher as well',
      objects((volume, n) =>
        n === 0
          ? {
              ...going(volume),
              metadata: {
                ...going(volume).metadata,
                finalizers: ['external-attacher/csi-example', 'kubernetes.io/pv-protection'],
              },
            }
          : volume,
      ),
      { ordinals: [0] },
    ],
    [
      'held by nothing any more',
      objects((volume, n) =>
        n === 2 ? { ...going(volume), metadata: { ...going(volume).metadata, finalizers: [] } } : volume,
      ),
      { ordinals: [2] },
    ],
    [
      'of a policy that nobody reads yet',
      objects((volume, n) =>
        n === 1 ? going({ ...volume, spec: { ...volume.spec, reclaimPolicy: 'Recycle' } }) : volume,
      ),
      { params: { reclaim: 'Retain' } },
    ],
    [
      'under a claim that goes too',
      {
        ...objects(going),
        claims: claims.map((each) => ({ ...each, metadata: { ...each.metadata, deletionTimestamp: at(-5) } })),
      },
      { ordinals: [0, 1, 2] },
    ],
    [
      'though pods start and nodes are not seen',
      {
        ...objects(going),
        pods: [examplePod(set, 0, { phase: 'Pending' })],
        nodes: new Map(),
        unknown: { nodes: 'list nodes' },
      },
      { ordinals: [0, 1, 2] },
    ],
  ])('are found: %s', (_, of, expected) => {
    expect(find(of, 'going-volume')).toMatchObject(expected)
  })

  it('are not found where none is deleted, where it belongs to another claim, or where volumes may not be seen', () => {
    expect(ids(objects((volume) => volume))).toEqual([])
    const foreign = objects((volume) =>
      going({ ...volume, spec: { ...volume.spec, claimRef: { namespace: 'default', name: 'other', uid: 'other' } } }),
    )
    expect(ids(foreign)).not.toContain('going-volume')
    const unseen = { ...objects(going), volumes: new Map(), unknown: { persistentvolumes: 'list persistentvolumes' } }
    expect(ids(unseen)).not.toContain('going-volume')
  })

  it('are found for a claim outside the range too: its data is there', () => {
    const left = exampleClaim(set, 7)
    const volumes = new Map([[left.spec.volumeName ?? '', going(exampleVolume(left))]])
    expect(find(exampleObjects(set, { claims: [...claims, left], volumes }), 'going-volume')?.ordinals).toEqual([7])
  })
})
