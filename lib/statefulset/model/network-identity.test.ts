import { describe, expect, it } from 'vitest'
import { at, examplePod, exampleService, exampleSet, exampleSlice } from '@/test/fixtures/example-objects'
import { endpointsByPod, expectedSrv, serviceProblem } from './network-identity'

const set = exampleSet({}, {}, { name: 'kubia' })
const pods = [0, 1, 2].map((ordinal) => examplePod(set, ordinal))
const service = exampleService('kubia')
const targets = (map: ReturnType<typeof expectedSrv>) =>
  [...map.values()].flat().map((each) => `${each.priority} ${each.weight} ${each.port} ${each.target}`)

describe('the SRV records that DNS should answer', () => {
  it('are those of dig for three ready pods', () => {
    expect(targets(expectedSrv(service, pods, []))).toEqual(
      [0, 1, 2].map((n) => `0 33 8080 kubia-${n}.kubia.default.svc.cluster.local`),
    )
  })

  it('share the weight by endpoint and port pairs', () => {
    const two = exampleService('kubia', {
      ports: [
        { name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' },
        { name: 'peer', port: 90, targetPort: '9090', protocol: 'TCP' },
      ],
    })
    const records = targets(expectedSrv(two, pods, []))
    expect(records).toHaveLength(6)
    expect(records[0]).toMatch(/^0 16 8080 /)
    expect(records[1]).toMatch(/^0 16 9090 /)
  })

  it('drop a named target port that the pod does not have', () => {
    const named = exampleService('kubia', {
      ports: [{ name: 'x', port: 80, targetPort: 'nothing', protocol: 'TCP' }],
    })
    expect(targets(expectedSrv(named, pods, []))).toEqual([])
  })

  it('leave out pods that are not ready, terminating or without an address', () => {
    const mixed = [
      examplePod(set, 0),
      examplePod(set, 1, { ready: false }),
      examplePod(set, 2, { deletion: at(10) }),
      examplePod(set, 3, { phase: 'Pending', node: null }),
    ]
    expect(targets(expectedSrv(service, mixed, []))).toEqual(['0 100 8080 kubia-0.kubia.default.svc.cluster.local'])
  })

  it('have the not ready ones too when the Service publishes them, but never the ended ones', () => {
    const all = exampleService('kubia', { publishNotReadyAddresses: true })
    const mixed = [
      examplePod(set, 0, { ready: false }),
      examplePod(set, 1, { deletion: at(10) }),
      examplePod(set, 2, { phase: 'Failed' }),
    ]
    expect(targets(expectedSrv(all, mixed, []))).toHaveLength(2)
  })

  it('count what the Service selects beside the set', () => {
    const stranger = { ...examplePod(set, 9), metadata: { ...examplePod(set, 9).metadata, name: 'other' } }
    const slice = exampleSlice(service, [...pods, stranger])
    expect(targets(expectedSrv(service, pods, [slice]))[0]).toMatch(/^0 25 /)
  })

  it('name the address where the pod was made for another Service', () => {
    const moved = examplePod(set, 0, { spec: { subdomain: 'old' } })
    expect(targets(expectedSrv(service, [moved], []))).toEqual([
      '0 100 8080 10-244-0-10.kubia.default.svc.cluster.local',
    ])
  })

  it('do not exist for a Service with an address of its own', () => {
    expect(expectedSrv(exampleService('kubia', { clusterIP: '10.0.0.1' }), pods, []).size).toBe(0)
  })
})

describe('endpoints', () => {
  it('belong to the pod with that uid, and what is not told counts as true', () => {
    const slice = exampleSlice(service, pods)
    const untold = {
      ...slice,
      endpoints: slice.endpoints.map((each) => ({ ...each, ready: null, serving: null, terminating: null })),
    }
    expect(endpointsByPod([untold]).get('uid-kubia-1')).toEqual({
      address: '10.244.0.11',
      ready: true,
      serving: true,
      terminating: false,
    })
  })

  it('show the IPv4 address of a dual-stack pod, whatever the order of the slices', () => {
    const four = exampleSlice(service, pods)
    const six = {
      ...four,
      metadata: { ...four.metadata, name: 'a' },
      addressType: 'IPv6',
      endpoints: four.endpoints.map((each) => ({ ...each, addresses: ['fd00::1'] })),
    }
    for (const slices of [
      [four, six],
      [six, four],
    ])
      expect(endpointsByPod(slices).get('uid-kubia-0')?.address).toBe('10.244.0.10')
  })
})

describe('what is wrong with the governing Service', () => {
  const labels = { app: 'kubia' }
  it('is nothing for a headless one that selects the pods', () => {
    expect(serviceProblem(service, true, labels, pods)).toBeNull()
  })
  it('is that it is missing, has an address, or selects nothing', () => {
    expect(serviceProblem(null, true, labels, pods)).toBe('missing')
    expect(serviceProblem(exampleService('kubia', { clusterIP: '10.0.0.1' }), true, labels, pods)).toBe('not-headless')
    for (const selector of [null, {}, { app: 'kubja' }] as (Record<string, string> | null)[])
      expect(serviceProblem(exampleService('kubia', { selector }), true, labels, pods)).toBe('selects-nothing')
  })
  it('is not known when Services may not be listed', () => {
    expect(serviceProblem(null, false, labels, pods)).toBe('unknown')
  })
  it('is nothing when only the pods that run match, as after a change of the template', () => {
    expect(serviceProblem(service, true, { app: 'new' }, pods)).toBeNull()
  })
})
