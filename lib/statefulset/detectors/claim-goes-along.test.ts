import { describe, expect, it } from 'vitest'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import { at, exampleClaim, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('a claim that goes with its pod', () => {
  const set = exampleSet()
  const owned = (kind: string, uid: string) =>
    exampleObjects(set, {
      claims: [0, 1, 2].map((n) =>
        exampleClaim(
          set,
          n,
          n === 1
            ? {
                metadata: {
                  owners: [
                    { apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1', kind, name: 'web-1', uid, controller: false },
                  ],
                },
              }
            : {},
        ),
      ),
    })

  it('is found where the pod that is there owns it', () => {
    expect(find(owned('Pod', 'uid-web-1'), 'claim-goes-along')).toMatchObject({
      ordinals: [1],
      params: { claims: 'data-web-1', pod: 'web-1' },
    })
  })

  const byPod = (uid: string) => [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid, controller: false }]
  const two = (start: number, policy: string) =>
    exampleSet({
      replicas: 2,
      ordinalsStart: start,
      podManagementPolicy: policy,
      claimTemplates: ['data', 'wal'].map((name) => ({ name, storageClassName: 'fast', requested: '1Gi' })),
    })
  const of = (start: number, policy: string, owned: readonly string[], changes: Partial<SetObjects> = {}) => {
    const made = two(start, policy)
    const claims = [0, 1].flatMap((n) =>
      ['data', 'wal'].map((template) => {
        const uid = `uid-web-${n + start}`
        return exampleClaim(made, n + start, {
          template,
          metadata: owned.includes(`${template}-${n}`) ? { owners: byPod(uid) } : {},
        })
      }),
    )
    return exampleObjects(made, { claims, ...changes })
  }
  it.each<[string, SetObjects, readonly number[], string]>([
    ['one of two templates', of(0, 'OrderedReady', ['wal-1']), [1], 'wal-web-1'],
    ['both templates of an ordinal, once', of(0, 'Parallel', ['data-0', 'wal-0']), [0], 'data-web-0, wal-web-0'],
    [
      'several ordinals of a set that starts at 5',
      of(5, 'OrderedReady', ['data-0', 'data-1']),
      [5, 6],
      'data-web-5, data-web-6',
    ],
    [
      'a pod that is terminating',
      {
        ...of(0, 'Parallel', ['data-0']),
        pods: [0, 1].map((n) => examplePod(two(0, 'Parallel'), n, n === 0 ? { deletion: at(20) } : {})),
      },
      [0],
      'data-web-0',
    ],
    [
      'though volumes and nodes may not be seen',
      of(0, 'OrderedReady', ['data-1'], {
        volumes: new Map(),
        nodes: new Map(),
        unknown: { persistentvolumes: 'list', nodes: 'list' },
      }),
      [1],
      'data-web-1',
    ],
  ])('is found for %s', (_, objects, ordinals, claims) => {
    expect(find(objects, 'claim-goes-along')).toMatchObject({ ordinals, params: { claims } })
  })
  it('is not found outside the range, where the policy makes pods owners, or for the owner of another kind', () => {
    const down = {
      ...of(0, 'OrderedReady', ['data-1']),
      set: {
        ...two(0, 'OrderedReady'),
        spec: { ...two(0, 'OrderedReady').spec, replicas: 1, whenScaled: 'Delete' as const },
      },
    }
    expect(ids(down)).not.toContain('claim-goes-along')
    expect(ids(owned('Backup', 'uid-web-1'))).not.toContain('claim-goes-along')
    expect(
      ids({ ...owned('Pod', 'uid-web-1'), claims: [], unknown: { persistentvolumeclaims: 'list' } }),
    ).not.toContain('claim-goes-along')
  })

  it('is not found for the set as owner, or a pod that is gone', () => {
    expect(ids(owned('StatefulSet', 'uid-web'))).not.toContain('claim-goes-along')
    expect(ids(owned('Pod', 'uid-before'))).not.toContain('claim-goes-along')
  })
})
