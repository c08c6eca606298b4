import { describe, expect, it } from 'vitest'
import type { Claim, Volume } from '@/lib/statefulset/model/objects'
import { viewOf } from '@/lib/statefulset/view/build-view'
import { readCase } from '@/test/fixtures/cases'
import { exampleClaim, exampleObjects, examplePod, exampleSet, exampleVolume } from '@/test/fixtures/example-objects'
import { ids } from '@/test/fixtures/findings'

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
