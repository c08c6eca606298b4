import { describe, expect, it } from 'vitest'
import { exampleEvent, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
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

  it('is not found where attaching fails for another reason', () => {
    expect(ids(said('AttachVolume.Attach failed for volume "pv-data-web-0" : rpc error: timeout'))).not.toContain(
      'volume-elsewhere',
    )
  })
})
