import { describe, expect, it } from 'vitest'
import { viewOf } from '@/lib/statefulset/view/build-view'
import { readCase } from '@/test/fixtures/cases'
import type { Claim, OwnerReference } from '@/lib/statefulset/model/objects'
import {
  at,
  conditionOf,
  exampleClaim,
  exampleObjects,
  examplePod,
  exampleRevision,
  exampleSet,
  type PodChanges,
} from '@/test/fixtures/example-objects'
import { broken, find, ids } from '@/test/fixtures/findings'

describe('an old claim that wakes up', () => {
  const set = exampleSet({ replicas: 2 })
  const idle = (status: string, since: number) => ({
    ...exampleClaim(set, 1),
    status: { ...exampleClaim(set, 1).status, conditions: [conditionOf('Unused', status, at(since))] },
  })
  const objects = (claim: Claim) =>
    exampleObjects(set, { pods: [examplePod(set, 0)], claims: [exampleClaim(set, 0), claim] })
  it('is found before the ordinal is created, with the time since when nothing used it', () => {
    expect(find(objects(idle('True', -9000)), 'old-claim')).toMatchObject({
      ordinals: [1],
      params: { unusedSince: at(-9000) },
    })
  })
  it('is not found for a pod that is only being replaced', () => {
    expect(ids(objects(idle('True', -20)))).not.toContain('old-claim')
    expect(ids(objects(idle('False', -9000)))).not.toContain('old-claim')
    expect(ids(objects(exampleClaim(set, 1)))).not.toContain('old-claim')
  })

  const crashing = (made: string, changes: PodChanges = broken('CrashLoopBackOff')) => {
    const one = exampleSet({ replicas: 1 })
    return exampleObjects(one, {
      pods: [examplePod(one, 0, changes)],
      claims: [exampleClaim(one, 0, { metadata: { creationTimestamp: made } })],
    })
  }
  it('is found where a container keeps ending and its claim is older than the set', () => {
    const { objects, now } = readCase('E5')
    const { problems } = viewOf(objects, { cluster: 'cases', now }).view
    expect(problems?.find((each) => each.runbook === 'old-claim')).toMatchObject({
      alias: 'R23',
      ordinals: [0],
      params: { kind: 'inherited', pod: 'web-0', claims: 'data-web-0', unusedSince: '2026-06-01T00:00:00Z' },
    })
    expect(find(crashing(at(-90_000)), 'old-claim')?.params.kind).toBe('inherited')
  })
  it('is not found for a claim of this installation, for one made just before, or where the pod is well', () => {
    expect(ids(crashing(at(-3000)))).not.toContain('old-claim')
    expect(ids(crashing(at(-3700)))).not.toContain('old-claim')
    expect(ids(crashing(at(-90_000), {}))).not.toContain('old-claim')
  })
  it.each<[string, PodChanges, number, boolean]>([
    ['the second of two ordinals, of a set that starts at 4', broken('CrashLoopBackOff'), 4, true],
    [
      'between two tries',
      {
        ready: false,
        status: {
          containers: [
            {
              name: 'main',
              image: 'i',
              ready: false,
              started: false,
              restartCount: 2,
              state: {
                kind: 'terminated',
                reason: 'Error',
                message: null,
                exitCode: 1,
                signal: null,
                startedAt: at(-9),
                finishedAt: at(-5),
              },
              lastState: null,
            },
          ],
        },
      },
      0,
      true,
    ],
    ['a pod that mounts none of them', broken('CrashLoopBackOff', { spec: { claims: [] } }), 0, false],
    [
      'a pod that is older than the set: the set was made again over it',
      broken('CrashLoopBackOff', { created: at(-90_000) }),
      0,
      false,
    ],
    ['a configuration that is wrong', broken('CreateContainerConfigError'), 0, false],
  ])('of an earlier installation: %s', (_, changes, start, found) => {
    const of = exampleSet({ replicas: 2, ordinalsStart: start })
    const objects = exampleObjects(of, {
      pods: [examplePod(of, start), examplePod(of, start + 1, changes)],
      claims: [start, start + 1].map((n) => exampleClaim(of, n, { metadata: { creationTimestamp: at(-90_000) } })),
    })
    expect(ids(objects).includes('old-claim')).toBe(found)
    if (found) expect(find(objects, 'old-claim')?.ordinals).toEqual([start + 1])
  })
  it('is not found where revisions are older than the set: it was made again around pods that have been replaced since', () => {
    const objects = crashing(at(-90_000))
    const { metadata } = exampleRevision(objects.set, 'web-0', 1)
    const withRevision = (owners: readonly OwnerReference[]) => {
      const older = { metadata: { ...metadata, creationTimestamp: at(-90_000), owners }, revision: 1 }
      return ids({ ...objects, revisions: [older, ...objects.revisions] })
    }
    expect(withRevision(metadata.owners)).not.toContain('old-claim')
    expect(withRevision(metadata.owners.map((owner) => ({ ...owner, uid: 'an-earlier-set' })))).toContain('old-claim')
  })
  it('is not found where another pod is older than the set', () => {
    const of = exampleSet({ replicas: 2 })
    const claims = [0, 1].map((n) => exampleClaim(of, n, { metadata: { creationTimestamp: at(-90_000) } }))
    const pods = [examplePod(of, 0, { created: at(-90_000) }), examplePod(of, 1, broken('CrashLoopBackOff'))]
    expect(ids(exampleObjects(of, { pods, claims }))).not.toContain('old-claim')
    expect(ids(exampleObjects(of, { pods: pods.slice(1), claims }))).toContain('old-claim')
  })
  it('is not found for an image that cannot be pulled: that is not the data’s fault', () => {
    expect(ids(crashing(at(-90_000), broken('ImagePullBackOff')))).not.toContain('old-claim')
  })
})
