import { describe, expect, it } from 'vitest'
import { viewOf } from '@/lib/statefulset/view/build-view'
import { at, exampleEvent, exampleNow, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('a creation that is refused', () => {
  const set = exampleSet()
  const pods = [examplePod(set, 0)]
  const failed = (message: string, lastSeen = at(-30)) =>
    exampleEvent('StatefulSet', set.metadata, 'FailedCreate', message, { lastSeen })
  const quota =
    'create Pod web-1 in StatefulSet web failed error: pods "web-1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1'
  it('is found by the set’s event, with the API server’s own words as proof', () => {
    const found = find(exampleObjects(set, { pods, events: [failed(quota)] }), 'refused-creation')
    expect(found).toMatchObject({ ordinals: [1], params: { pod: 'web-1', reason: 'quota' } })
    expect(found?.params).toMatchObject({ by: 'quota', name: 'small', claim: 'none' })
    expect(found?.proof[0]?.value).toContain('pods "web-1" is forbidden: exceeded quota')
  })
  it('is found for a claim', () => {
    const message = 'Create Claim data-web-1 for Pod web-1 in StatefulSet web failed error: claims are forbidden'
    expect(find(exampleObjects(set, { pods, events: [failed(message)] }), 'refused-creation')).toMatchObject({
      params: { reason: 'create-failed', claim: 'data-web-1' },
    })
  })
  it.each([
    ['failed quota: compute: must specify limits.cpu for: main', 'unset', 'compute'],
    ['maximum memory usage per Container is 1Gi, but limit is 2Gi', 'limits', ''],
    ['violates PodSecurity "restricted:latest": seccompProfile', 'security', 'restricted'],
    ['admission webhook "deny.example" denied the request: no', 'webhook', 'deny.example'],
    ['Internal error occurred: failed calling webhook "gone.example": timeout', 'silent', 'gone.example'],
    ['error looking up service account default/db: serviceaccount "db" not found', 'missing', 'default/db'],
    ['unable to create new content in namespace default because it is being terminated', 'namespace', 'default'],
    ['a rule of tomorrow', 'server', ''],
  ])('says who refuses: %s', (answer, by, name) => {
    const message = `create Pod web-1 in StatefulSet web failed error: pods "web-1" is forbidden: ${answer}`
    const objects = exampleObjects(set, { pods, events: [failed(message)] })
    const found = find(objects, 'refused-creation')
    expect(found?.params).toMatchObject({ by, name })
    const { view } = viewOf(objects, { cluster: 'test', now: exampleNow })
    for (const said of [view.waitingFor?.message, view.ordinals[1]?.cause?.message]) {
      expect(said).toMatch(/^web-1 cannot be created: [^{}]+[.]$/)
      expect(said).not.toContain(answer)
    }
    expect(JSON.stringify(view.waitingFor?.proof)).toContain(JSON.stringify(answer).slice(1, -1))
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
