import { describe, expect, it } from 'vitest'
import { at, exampleEvent, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('a creation that is refused', () => {
  const set = exampleSet()
  const pods = [examplePod(set, 0)]
  const failed = (message: string, lastSeen = at(-30)) =>
    exampleEvent('StatefulSet', set.metadata, 'FailedCreate', message, { lastSeen })
  const quota =
    'create Pod web-1 in StatefulSet web failed error: pods "web-1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1'
  it('is found by the set’s event, with the words of the API server', () => {
    const found = find(exampleObjects(set, { pods, events: [failed(quota)] }), 'refused-creation')
    expect(found).toMatchObject({ ordinals: [1], params: { pod: 'web-1', reason: 'quota' } })
    expect(String(found?.params.detail)).toMatch(/^pods "web-1" is forbidden/)
  })
  it('is found for a claim', () => {
    const message = 'Create Claim data-web-1 for Pod web-1 in StatefulSet web failed error: claims are forbidden'
    expect(find(exampleObjects(set, { pods, events: [failed(message)] }), 'refused-creation')).toMatchObject({
      params: { reason: 'claim-create-failed' },
    })
  })
  it('is over once the pod exists, or was made since', () => {
    expect(ids(exampleObjects(set, { events: [failed(quota)] }))).not.toContain('refused-creation')
    const made = exampleEvent(
      'StatefulSet',
      set.metadata,
      'SuccessfulCreate',
      'create Pod web-1 in StatefulSet web successful',
      { lastSeen: at(-10) },
    )
    expect(ids(exampleObjects(set, { pods, events: [failed(quota), made] }))).not.toContain('refused-creation')
  })
  it('is not found for another set’s event or an ordinary start', () => {
    expect(ids(exampleObjects(set, { pods }))).not.toContain('refused-creation')
    const other = exampleEvent('StatefulSet', { ...set.metadata, uid: 'other' }, 'FailedCreate', quota)
    expect(ids(exampleObjects(set, { pods, events: [other] }))).not.toContain('refused-creation')
  })
})
