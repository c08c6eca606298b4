import { describe, expect, it } from 'vitest'
import type { Claim, SetObjects, Volume } from '@/lib/statefulset/model/objects'
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

describe('a volume that an earlier claim left', () => {
  const set = exampleSet({ replicas: 1 })
  const claim = exampleClaim(set, 0, { phase: 'Pending', spec: { volumeName: 'pv-data-web-0' } })
  const pods = [examplePod(set, 0, { phase: 'Pending', node: null, conditions: [] })]
  const found = (claimRef: Volume['spec']['claimRef'], of: Claim = claim) => {
    const volume = exampleVolume(of, { claimRef })
    const volumes = new Map([[volume.metadata.name, { ...volume, status: { ...volume.status, phase: 'Released' } }]])
    return ids(exampleObjects(set, { pods, claims: [of], volumes }))
  }
  const ref = { namespace: 'default', name: claim.metadata.name }

  it('is found where the claim of its name names it and is not the one that it knows', () => {
    const { objects, now } = readCase('D9')
    const problems = viewOf(objects, { cluster: 'cases', now }).view.problems ?? []
    expect(problems.find((each) => each.runbook === 'released-volume')).toMatchObject({
      alias: 'R30',
      ordinals: [2],
      params: { claim: 'data-web-2', volume: 'pv-data-web-2' },
    })
    expect(problems.map((each) => each.runbook)).not.toContain('pending-claim')
    expect(found({ ...ref, uid: 'of-old' })).toContain('released-volume')
  })

  const twice = (start: number, policy: string, names: readonly string[]) => {
    const of = exampleSet({
      replicas: 2,
      ordinalsStart: start,
      podManagementPolicy: policy,
      claimTemplates: ['data', 'wal'].map((name) => ({ name, storageClassName: 'fast', requested: '1Gi' })),
    })
    const all = [start, start + 1].flatMap((n) =>
      ['data', 'wal'].map((template) => {
        const fits = names.includes(`${template}-${n}`)
        return exampleClaim(of, n, {
          template,
          ...(fits ? { phase: 'Pending', spec: { volumeName: `pv-${template}-web-${n}` } } : {}),
        })
      }),
    )
    const volumes = new Map(
      all.map((each) => {
        const earlier = each.status.phase === 'Pending' ? 'of-old' : each.metadata.uid
        const volume = exampleVolume(each, {
          claimRef: { namespace: 'default', name: each.metadata.name, uid: earlier },
        })
        return [volume.metadata.name, volume] as const
      }),
    )
    return exampleObjects(of, { claims: all, volumes })
  }
  it.each<[string, SetObjects, string, number]>([
    ['the second template', twice(0, 'OrderedReady', ['wal-1']), 'wal-web-1', 1],
    ['in a Parallel set', twice(0, 'Parallel', ['data-1']), 'data-web-1', 1],
    ['in a set that starts at 9', twice(9, 'OrderedReady', ['data-10']), 'data-web-10', 10],
    ['the lowest of two', twice(0, 'Parallel', ['wal-0', 'data-1']), 'wal-web-0', 0],
    ['whatever phase the volume tells', { ...twice(0, 'OrderedReady', ['data-0']), events: [] }, 'data-web-0', 0],
  ])('is found: %s', (_, objects, name, ordinal) => {
    const expected = { ordinals: [ordinal], params: { claim: name } }
    expect(find(objects, 'released-volume')).toMatchObject(expected)
    expect(find({ ...objects, claims: objects.claims.toReversed() }, 'released-volume')).toMatchObject(expected)
  })
  const remade = (changes: { reclaimPolicy?: string; phase?: string; name?: string; deletion?: string } = {}) => {
    const of = exampleSet({ replicas: 2 })
    const fresh = exampleClaim(of, 1)
    const old = exampleVolume(fresh, {
      reclaimPolicy: changes.reclaimPolicy ?? 'Retain',
      claimRef: { namespace: 'default', name: changes.name ?? 'data-web-1', uid: 'of-old' },
    })
    const volume: Volume = {
      ...old,
      metadata: { ...old.metadata, name: 'pv-old', deletionTimestamp: changes.deletion ?? null },
      status: { ...old.status, phase: changes.phase ?? 'Released' },
    }
    const objects = exampleObjects(of)
    return { ...objects, volumes: new Map([...objects.volumes, ['pv-old', volume] as const]) }
  }
  it('is told where a claim was deleted and made again empty: the data is there, and nobody is called', () => {
    const found = find(remade(), 'released-volume')
    expect(found).toMatchObject({
      severity: 'info',
      ordinals: [1],
      params: { kind: 'left', volume: 'pv-old', claim: 'data-web-1' },
    })
    const gone = remade()
    expect(find({ ...gone, claims: [] }, 'released-volume')?.params.kind).toBe('left')
  })
  it.each([
    ['goes with its claim', { reclaimPolicy: 'Delete' }],
    ['is still bound', { phase: 'Bound' }],
    ['is being deleted', { deletion: at(-5) }],
    ['was outside the range', { name: 'data-web-9' }],
    ['was of another template', { name: 'wal-web-1' }],
  ])('is not told of a volume that %s', (_, changes) => {
    expect(ids(remade(changes))).not.toContain('released-volume')
  })
  it('is not found where volumes or claims may not be seen', () => {
    const objects = twice(0, 'OrderedReady', ['data-0'])
    for (const kind of ['persistentvolumes', 'persistentvolumeclaims'] as const) {
      const unseen = kind === 'persistentvolumes' ? { volumes: new Map() } : { claims: [] }
      expect(ids({ ...objects, ...unseen, unknown: { [kind]: 'list' } })).not.toContain('released-volume')
    }
  })

  it('is not found where the volume waits for the claim, by uid or by name alone', () => {
    expect(found({ ...ref, uid: claim.metadata.uid })).not.toContain('released-volume')
    expect(found({ ...ref, uid: null })).not.toContain('released-volume')
    expect(found(null)).not.toContain('released-volume')
  })

  it('is not found for another claim’s volume, or where the claim is bound', () => {
    expect(found({ ...ref, name: 'data-web-9', uid: 'of-old' })).not.toContain('released-volume')
    expect(found({ ...ref, namespace: 'elsewhere', uid: 'of-old' })).not.toContain('released-volume')
    expect(found({ ...ref, uid: 'of-old' }, exampleClaim(set, 0))).not.toContain('released-volume')
  })
})
