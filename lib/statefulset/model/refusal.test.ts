import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quantity } from './quantity'
import { readRefusal } from './refusal'

/** The controller's event about a pod, about a claim, and about a pod whose claims were refused. */
const ofPod = (answer: string) => `create Pod web-1 in StatefulSet web failed error: ${answer}`
const ofClaim = (answer: string) => `create Claim data-web-1 for Pod web-1 in StatefulSet web failed error: ${answer}`
const ofClaims = (answer: string) => ofPod(`failed to create PVC data-web-1: ${answer}`)
const forbidden = (why: string) => `pods "web-1" is forbidden: ${why}`

describe('a refusal of the API server', () => {
  it.each([
    [
      forbidden('violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "main")'),
      { why: 'pod-security', level: 'restricted' },
    ],
    [
      forbidden('violates PodSecurity "baseline:v1.30": hostPath volumes (volume "x")'),
      { why: 'pod-security', level: 'baseline' },
    ],
    [
      'admission webhook "validate.kyverno.svc-fail" denied the request: resource exceeded quota: none',
      { why: 'webhook-denied', webhook: 'validate.kyverno.svc-fail' },
    ],
    [
      'admission webhook "w.example" denied the request without explanation',
      { why: 'webhook-denied', webhook: 'w.example' },
    ],
    [
      'Internal error occurred: failed calling webhook "mutate.istio.io": failed to call webhook: Post "https://istiod:443": connect: connection refused',
      { why: 'webhook-down', webhook: 'mutate.istio.io' },
    ],
    [
      forbidden("ValidatingAdmissionPolicy 'images' with binding 'all' denied request: no latest"),
      { why: 'policy-denied', policy: 'images' },
    ],
    [
      forbidden('failed quota: compute: must specify limits.cpu for: main; limits.memory for: main,init'),
      { why: 'quota-unset', quota: 'compute', resources: 'limits.cpu, limits.memory' },
    ],
    [
      forbidden('maximum memory usage per Container is 1Gi, but limit is 2Gi'),
      { why: 'limit-range', resource: 'memory', bound: '1Gi', asked: '2Gi' },
    ],
    [
      forbidden(
        '[minimum cpu usage per Container is 100m, but request is 50m, maximum cpu usage per Pod is 1, but limit is 2]',
      ),
      { why: 'limit-range', resource: 'cpu', bound: '100m', asked: '50m' },
    ],
    [
      forbidden('minimum memory usage per Container is 64Mi.  No request is specified'),
      { why: 'limit-range', resource: 'memory', bound: '64Mi', asked: null },
    ],
    [
      forbidden('error looking up service account shop/db: serviceaccount "db" not found'),
      { why: 'account-missing', account: 'shop/db' },
    ],
    [
      forbidden('no PriorityClass with name gold was found'),
      { why: 'class-missing', kind: 'PriorityClass', name: 'gold' },
    ],
    [
      forbidden('pod rejected: RuntimeClass "gvisor" not found'),
      { why: 'class-missing', kind: 'RuntimeClass', name: 'gvisor' },
    ],
    [
      forbidden('unable to create new content in namespace shop because it is being terminated'),
      { why: 'namespace-ending', namespace: 'shop' },
    ],
    ['namespaces "shop" not found', { why: 'namespace-missing', namespace: 'shop' }],
    [
      forbidden('unable to validate against any security context constraint: [provider "restricted": …]'),
      { why: 'security-context' },
    ],
    [
      'pods is forbidden: User "system:serviceaccount:kube-system:statefulset-controller" cannot create resource "pods" in API group "" in the namespace "x"',
      { why: 'not-allowed', user: 'system:serviceaccount:kube-system:statefulset-controller', resource: 'pods' },
    ],
    ['object is being deleted: pods "web-1" already exists', { why: 'already-exists', name: 'web-1' }],
    [
      'Pod "web-1" is invalid: spec.containers[0].image: Required value',
      { why: 'invalid-field', field: 'spec.containers[0].image', others: 0 },
    ],
    [
      'Pod "web-1" is invalid: [spec.containers[0].env[3].name: Invalid value: "a b": no, spec.volumes[data].name: Not found: "x"]',
      { why: 'invalid-field', field: 'spec.containers[0].env[3].name', others: 1 },
    ],
    [
      'Pod "w" is invalid: metadata.labels: Invalid value: "wwww": must be no more than 63 bytes',
      { why: 'too-long', field: 'metadata.labels' },
    ],
    [
      'Pod "w" is invalid: spec.hostname: Invalid value: "w": must be no more than 63 characters',
      { why: 'too-long', field: 'spec.hostname' },
    ],
    ['Pod "w" is invalid: ', { why: 'invalid-field', field: '', others: 0 }],
    ['etcdserver: request timed out', { why: 'server-error' }],
    ['Internal error occurred: resource quota evaluation timed out', { why: 'server-error' }],
    ['Timeout: request did not complete within requested timeout', { why: 'server-error' }],
    ['the server has received too many requests and has asked us to try again later', { why: 'server-error' }],
    [forbidden('something that nobody has read yet'), { why: 'unknown' }],
    ['', { why: 'unknown' }],
  ])('%s', (answer, found) => {
    expect(readRefusal(ofPod(answer))).toEqual({ claim: null, ...found })
    expect(readRefusal(ofClaim(answer))).toEqual({ claim: 'data-web-1', ...found })
    expect(readRefusal(ofClaims(answer))).toEqual({ claim: 'data-web-1', ...found })
    expect(readRefusal(answer)).toEqual({ claim: null, ...found })
  })

  it('names the first of several claims that were refused', () => {
    const message = ofPod(
      '[failed to create PVC data-web-1: persistentvolumeclaims "data-web-1" is forbidden: exceeded quota: disks, requested: requests.storage=5Gi, used: requests.storage=8Gi, limited: requests.storage=10Gi, failed to create PVC wal-web-1: x]',
    )
    expect(readRefusal(message)).toMatchObject({ claim: 'data-web-1', why: 'quota', quota: 'disks' })
  })
})

describe('a quota', () => {
  const shortages = (requested: string, used: string, limited: string) => {
    const found = readRefusal(
      forbidden(`exceeded quota: q, requested: ${requested}, used: ${used}, limited: ${limited}`),
    )
    return found.why === 'quota' ? found.shortages : null
  }
  it.each([
    ['pods=1', 'pods=1', 'pods=1', [{ resource: 'pods', over: '1' }]],
    ['limits.cpu=500m', 'limits.cpu=3800m', 'limits.cpu=4', [{ resource: 'limits.cpu', over: '300m' }]],
    [
      'requests.storage=5Gi',
      'requests.storage=8Gi',
      'requests.storage=10Gi',
      [{ resource: 'requests.storage', over: '3Gi' }],
    ],
    ['memory=512Mi', 'memory=1Gi', 'memory=1Gi', [{ resource: 'memory', over: '512Mi' }]],
    [
      'cpu=1,pods=1',
      'cpu=2,pods=4',
      'cpu=2,pods=4',
      [
        { resource: 'cpu', over: '1' },
        { resource: 'pods', over: '1' },
      ],
    ],
    [
      'fast.storageclass.storage.k8s.io/requests.storage=1Gi',
      'fast.storageclass.storage.k8s.io/requests.storage=0',
      'fast.storageclass.storage.k8s.io/requests.storage=0',
      [{ resource: 'fast.storageclass.storage.k8s.io/requests.storage', over: '1Gi' }],
    ],
    ['pods=1', '', '', [{ resource: 'pods', over: null }]],
  ])('%s of %s in %s', (requested, used, limited, found) => {
    expect(shortages(requested, used, limited)).toMatchObject(found)
  })
  it('that is cut in the middle is still a quota', () => {
    expect(readRefusal(forbidden('exceeded quota: q, requested: po'))).toMatchObject({ why: 'quota', shortages: [] })
    expect(readRefusal(forbidden('exceeded quota: q'))).toMatchObject({ why: 'quota', quota: 'q', shortages: [] })
  })
  it('is exceeded by exactly what is asked for beyond what is left', () => {
    const unit = fc.constantFrom('', 'm', 'k', 'Mi', 'Gi')
    const amount = fc.tuple(fc.integer({ min: 0, max: 4000 }), unit).map(([count, of]) => `${count}${of}`)
    fc.assert(
      fc.property(amount, amount, amount, (requested, used, limited) => {
        const over = shortages(`x=${requested}`, `x=${used}`, `x=${limited}`)?.[0]?.over ?? null
        const is = (quantity(requested) ?? 0) + (quantity(used) ?? 0) - (quantity(limited) ?? 0)
        if (is <= 0) expect(over).toBeNull()
        else if (over !== null) expect(quantity(over)).toBeCloseTo(is, 3)
      }),
    )
  })
})

it('no text makes it throw, and a webhook’s own words never decide', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      expect(readRefusal(text).why).toBeTypeOf('string')
      expect(readRefusal(ofPod(`admission webhook "w" denied the request: ${text}`))).toMatchObject({
        claim: null,
        why: text.includes('failed calling') ? expect.any(String) : 'webhook-denied',
      })
    }),
  )
})
