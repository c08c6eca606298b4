import { describe, expect, it } from 'vitest'
import {
  at,
  exampleNode,
  exampleNow,
  examplePod,
  exampleService,
  exampleSet,
  exampleSlice,
} from '@/test/fixtures/example-objects'
import type { Pod, Service, SetObjects, StatefulSet } from '@/lib/statefulset/model/objects'
import { type AnswerAt, peersOf, questionsAbout, searchPath } from './peers'
import { type DnsAnswer, type DnsQuestion, questionKey } from './records'

const zone = 'cluster.local'
const web = exampleSet()
const base = 'web.default.svc.cluster.local'
const podsOf = (set: StatefulSet) => [0, 1, 2].map((ordinal) => examplePod(set, ordinal))

function objectsOf({
  set = web,
  pods = podsOf(web),
  service = exampleService(),
  slices,
  unknown = {},
}: {
  set?: StatefulSet
  pods?: Pod[]
  service?: Service | null
  slices?: SetObjects['slices']
  unknown?: SetObjects['unknown']
} = {}): SetObjects {
  return {
    set,
    pods,
    claims: [],
    volumes: new Map(),
    storageClasses: new Map(),
    nodes: new Map([0, 1, 2, 3].map((n) => [`n${n}`, exampleNode(`n${n}`)])),
    service,
    slices: slices ?? (service === null ? [] : [exampleSlice(service, pods)]),
    revisions: [],
    events: [],
    budgets: [],
    unknown,
    neighbours: [],
    serverVersion: null,
  }
}

const answered = (question: DnsQuestion, data: string[], negativeTtl = 30): AnswerAt => {
  const answer: DnsAnswer = {
    question,
    rcode: data.length === 0 ? 'NXDOMAIN' : 'NOERROR',
    records: data.map((one) => ({
      type: question.type === 'AAAA' ? 'AAAA' : 'A',
      name: question.name,
      ttl: 12,
      data: one,
    })),
    additionals: [],
    negativeTtl: data.length === 0 ? negativeTtl : null,
    ms: 3,
  }
  return { at: exampleNow.getTime(), answer }
}

/** The answers that DNS would make of what is told here for each name; names that are not told have none. */
function answersFor(objects: SetObjects, told: Record<string, string[]>): Map<string, AnswerAt> {
  const { ordinals } = questionsAbout(objects, zone)
  return new Map(
    ordinals.flatMap((question) => {
      const data = told[question.name.split('.')[0] ?? '']
      const family = data?.filter((one) => one.includes(':') === (question.type === 'AAAA'))
      return family === undefined ? [] : [[questionKey(question), answered(question, family)] as const]
    }),
  )
}

const inOrder = { 'web-0': ['10.244.0.10'], 'web-1': ['10.244.0.11'], 'web-2': ['10.244.0.12'] }

function verdicts(objects: SetObjects, told: Record<string, string[]>) {
  const { peers } = peersOf(objects, answersFor(objects, told), { zone, now: exampleNow, unanswered: 'pending' })
  return peers.map(({ verdict: { code, because } }) => (because === null ? code : `${code} (${because})`))
}

describe('the peers of a set', () => {
  it('agree when DNS answers with the address of each ready pod', () => {
    expect(verdicts(objectsOf(), inOrder)).toEqual(['agree', 'agree', 'agree'])
  })

  it('are not published before they are ready, unless the Service publishes all', () => {
    const pods = [examplePod(web, 0), examplePod(web, 1, { ready: false }), examplePod(web, 2, { deletion: at(20) })]
    const told = { ...inOrder, 'web-1': [], 'web-2': [] }
    expect(verdicts(objectsOf({ pods }), told)).toEqual([
      'agree',
      'not-published (not-ready)',
      'not-published (terminating)',
    ])
    const service = exampleService('web', { publishNotReadyAddresses: true })
    expect(verdicts(objectsOf({ pods, service }), inOrder)).toEqual(['agree', 'agree', 'agree'])
  })

  it('have no name that DNS knows where nobody stands', () => {
    const pods = podsOf(web).slice(0, 2)
    expect(verdicts(objectsOf({ pods }), { ...inOrder, 'web-2': [] })).toEqual(['agree', 'agree', 'absent (no-pod)'])
  })

  it('are behind in DNS just after a pod was made again, with the time for which the old answer may be remembered', () => {
    const pods = [...podsOf(web).slice(0, 2), examplePod(web, 2, { ip: '10.244.0.99', since: at(-4), created: at(-9) })]
    const objects = objectsOf({ pods })
    expect(verdicts(objects, inOrder)[2]).toBe('behind (dns)')
    const { peers } = peersOf(objects, answersFor(objects, inOrder), { zone, now: exampleNow, unanswered: 'pending' })
    expect(peers[2]?.verdict.left).toBe(12)
  })

  it('are behind in the slices while these have not followed', () => {
    const pods = [...podsOf(web).slice(0, 2), examplePod(web, 2, { since: at(-4) })]
    const slices = [exampleSlice(exampleService(), pods.slice(0, 2))]
    expect(verdicts(objectsOf({ pods, slices }), { ...inOrder, 'web-2': [] })[2]).toBe('behind (endpointslice)')
  })

  it('have another address, or none at all, when that has been so for longer than an answer is remembered', () => {
    const told = { 'web-0': ['10.9.9.9'], 'web-1': [], 'web-2': ['10.244.0.12'] }
    expect(verdicts(objectsOf(), told)).toEqual(['other-address', 'no-such-name', 'agree'])
  })

  it('are still in DNS after they have ended', () => {
    const pods = [...podsOf(web).slice(0, 2), examplePod(web, 2, { phase: 'Failed' })]
    expect(verdicts(objectsOf({ pods }), inOrder)[2]).toBe('behind (dns)')
  })

  it('are duplicated when two names have one address, or one name two', () => {
    const objects = objectsOf()
    const twice = { ...inOrder, 'web-2': ['10.244.0.11'] }
    expect(verdicts(objects, twice)).toEqual(['agree', 'agree', 'duplicated'])
    const { peers } = peersOf(objects, answersFor(objects, twice), { zone, now: exampleNow, unanswered: 'pending' })
    expect(peers[2]?.verdict.others).toEqual([1])
    expect(verdicts(objects, { ...inOrder, 'web-2': ['10.244.0.12', '10.244.0.44'] })[2]).toBe('duplicated')
  })

  it('have an address of each family of their Service, and of no other', () => {
    const podIPs = ['10.244.0.10', 'fd00::10']
    const set = exampleSet({ replicas: 1 })
    const pods = [examplePod(set, 0, { status: { podIPs } })]
    const both = exampleService('web', { ipFamilies: ['IPv4', 'IPv6'] })
    expect(verdicts(objectsOf({ set, pods, service: both }), { 'web-0': podIPs })).toEqual(['agree'])
    expect(verdicts(objectsOf({ set, pods, service: both }), { 'web-0': ['10.244.0.10'] })).toEqual(['other-address'])
    expect(verdicts(objectsOf({ set, pods }), { 'web-0': ['10.244.0.10'] })).toEqual(['agree'])
    expect(questionsAbout(objectsOf({ set, pods, service: both }), zone).ordinals.map(({ type }) => type)).toEqual([
      'A',
      'AAAA',
    ])
  })

  it('are counted from the first ordinal, wherever that is, with those that are left outside the range', () => {
    const set = exampleSet({ ordinalsStart: 5, replicas: 2 })
    const pods = [4, 5, 6].map((ordinal) => examplePod(set, ordinal))
    const { peers } = peersOf(objectsOf({ set, pods }), new Map(), { zone, now: exampleNow, unanswered: 'pending' })
    expect(peers.map(({ ordinal, inRange }) => [ordinal, inRange])).toEqual([
      [5, true],
      [6, true],
      [4, false],
    ])
    expect(peers.map(({ verdict }) => verdict.because)).toEqual(['pending', 'pending', 'pending'])
  })

  it('of a set made again for another Service keep the names of the one before', () => {
    const set = exampleSet({ serviceName: 'fresh' })
    const pods = podsOf(set).map((pod) => ({ ...pod, spec: { ...pod.spec, subdomain: 'web' } }))
    const service = exampleService('fresh', { selector: { app: 'web' } })
    const none = { 'web-0': [], 'web-1': [], 'web-2': [] }
    const objects = objectsOf({ set, pods, service, slices: [] })
    expect(verdicts(objects, none)).toEqual(Array(3).fill('not-published (other-service)'))
    expect(
      peersOf(objects, answersFor(objects, none), { zone, now: exampleNow, unanswered: 'pending' }).service.problems,
    ).toContain('other-service')
  })

  it('whose node is gone are in no slice', () => {
    const pods = [examplePod(web, 0), examplePod(web, 1), examplePod(web, 2, { node: 'gone' })]
    expect(verdicts(objectsOf({ pods }), { ...inOrder, 'web-2': [] })[2]).toBe('not-published (node-gone)')
  })

  it('are not judged while pods or Services may not be listed', () => {
    expect(verdicts(objectsOf({ unknown: { pods: 'list pods (cluster)' } }), inOrder)).toEqual(
      Array(3).fill('unknown (pods)'),
    )
    expect(verdicts(objectsOf({ service: null, unknown: { services: 'list services (cluster)' } }), inOrder)).toEqual(
      Array(3).fill('unknown (services)'),
    )
  })
})

describe('the governing Service', () => {
  const problems = (service: Service | null, set = web) =>
    peersOf(objectsOf({ service, set }), new Map(), { zone, now: exampleNow, unanswered: 'dns' }).service.problems

  it('has no problem when it is headless, selects the pods and has a port', () => {
    expect(problems(exampleService())).toEqual([])
  })

  it.each([
    ['missing', null],
    ['not-headless', exampleService('web', { clusterIP: '10.96.1.1' })],
    ['selects-nothing', exampleService('web', { selector: { app: 'other' } })],
    ['no-ports', exampleService('web', { ports: [] })],
    ['external-name', exampleService('web', { type: 'ExternalName', clusterIP: null })],
  ])('is %s', (problem, service) => {
    expect(problems(service)).toContain(problem)
  })

  it('hides those that are not ready, where there are some', () => {
    const pods = [examplePod(web, 0, { ready: false })]
    const found = peersOf(objectsOf({ pods }), new Map(), { zone, now: exampleNow, unanswered: 'dns' })
    expect(found.service.problems).toEqual(['hides-unready'])
  })

  it('is not named: then there is no name to ask for', () => {
    const set = exampleSet({ serviceName: '' })
    expect(questionsAbout(objectsOf({ set, service: null }), zone)).toEqual({ service: [], ordinals: [] })
    expect(problems(null, set)).toEqual(['no-name'])
  })

  it('is asked for the SRV records of its bare name and of each named port', () => {
    const service = exampleService('web', {
      ports: [
        { name: 'peer', port: 2380, targetPort: '2380', protocol: 'TCP' },
        { name: null, port: 80, targetPort: '8080', protocol: 'TCP' },
      ],
    })
    expect(questionsAbout(objectsOf({ service }), zone).service).toEqual([
      { name: base, type: 'SRV' },
      { name: `_peer._tcp.${base}`, type: 'SRV' },
      { name: base, type: 'A' },
    ])
  })
})

it('the search path of a pod begins in its namespace', () => {
  expect(searchPath('shop', 'k8s.test')).toEqual(['shop.svc.k8s.test', 'svc.k8s.test', 'k8s.test'])
})
