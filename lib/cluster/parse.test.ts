import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Resource } from '@/lib/statefulset/model/objects'
import { kinds } from './kinds'
import { parse, resourceVersionOf } from './parse'

const metadata = {
  name: 'kubia-0',
  namespace: 'default',
  uid: 'u1',
  resourceVersion: '5',
  creationTimestamp: '2026-11-22T10:00:00Z',
}
const allKinds = Object.keys(kinds) as Resource[]

describe('every kind', () => {
  it.each(allKinds)('%s: the least object that has a name is read, with nothing made up as healthy', (kind) => {
    const object = parse(kind, { metadata })
    expect(object.metadata).toMatchObject({ name: 'kubia-0', deletionTimestamp: null, finalizers: [], owners: [] })
  })

  it.each(allKinds)(
    '%s: an object without name, uid or version is refused, and so is anything that is none',
    (kind) => {
      for (const field of ['name', 'uid', 'resourceVersion'] as const) {
        expect(() => parse(kind, { metadata: { ...metadata, [field]: undefined } })).toThrow(`metadata.${field}`)
      }
      for (const json of [null, 1, 'x', [], {}, { metadata: null }, { metadata: [] }])
        expect(() => parse(kind, json)).toThrow()
    },
  )

  it('tells who set a finalizer whose name does not say whose it is, and nothing of the others', () => {
    const finalizers = ['example.com/a "quoted" one', 'foregroundDeletion', 'example.com/b']
    const fields = (...of: string[]) => ({
      'f:metadata': {
        'f:finalizers': { '.': {}, ...Object.fromEntries(of.map((each) => [`v:${JSON.stringify(each)}`, {}])) },
      },
    })
    const managedFields = [
      { manager: 'backup-operator', operation: 'Update', fieldsV1: fields(finalizers[0] ?? '', 'foregroundDeletion') },
      { manager: 'kubelet', operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': {} } },
      { manager: 'kubectl', operation: 'Apply' },
    ]
    const of = (more: object) => parse('pods', { metadata: { ...metadata, ...more }, spec: {}, status: {} }).metadata
    expect(of({ finalizers, managedFields }).finalizerManagers).toEqual({
      'example.com/a "quoted" one': 'backup-operator',
    })
    expect(of({ finalizers: ['foregroundDeletion'], managedFields })).not.toHaveProperty('finalizerManagers')
    expect(of({ finalizers: ['example.com/b'], managedFields })).not.toHaveProperty('finalizerManagers')
  })

  it('either gives an object or throws an error, whatever comes, and never changes a prototype', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).join()
    fc.assert(
      fc.property(
        fc.constantFrom(...allKinds),
        fc.jsonValue(),
        fc.jsonValue(),
        fc.jsonValue(),
        (kind, spec, status, labels) => {
          try {
            parse(kind, { metadata: { ...metadata, labels }, spec, status, endpoints: spec, ports: status })
          } catch (error) {
            expect((error as Error).name).toBe('ParseError')
          }
        },
      ),
      { numRuns: 2000 },
    )
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before)
  })

  it('a budget without a selector selects nothing, and one that was not counted yet has no counts', () => {
    expect(parse('poddisruptionbudgets', { metadata, spec: { minAvailable: 2 } })).toMatchObject({
      selector: null,
      minAvailable: '2',
      maxUnavailable: null,
      status: null,
    })
    expect(parse('poddisruptionbudgets', { metadata, spec: { maxUnavailable: '50%' } })).toMatchObject({
      minAvailable: null,
      maxUnavailable: '50%',
    })
    const status = { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 3 }
    expect(parse('poddisruptionbudgets', { metadata, spec: { selector: {} }, status })).toMatchObject({
      selector: { matchLabels: {}, matchExpressions: [] },
      status: { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 },
    })
  })

  it('labels named like inherited things are labels', () => {
    const labels = JSON.parse('{"__proto__":"a","constructor":"b","hasOwnProperty":"c"}') as unknown
    const read = parse('pods', { metadata: { ...metadata, labels } }).metadata.labels
    expect(Object.entries(read)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['hasOwnProperty', 'c'],
    ])
  })
})

it('a StatefulSet, with who owns its replicas', () => {
  const set = parse('statefulsets', {
    metadata: {
      ...metadata,
      generation: 3,
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': 'secret',
        'meta.helm.sh/release-name': 'shop',
      },
      managedFields: [
        { manager: 'kubectl', operation: 'Apply', time: 't', fieldsV1: { 'f:spec': { 'f:template': {} } } },
        { manager: 'hpa', operation: 'Update', subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
      ],
    },
    spec: {
      replicas: 3,
      serviceName: 'kubia',
      selector: { matchLabels: { app: 'kubia' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] },
      ordinals: { start: 2 },
      minReadySeconds: 5,
      podManagementPolicy: 'Parallel',
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1, maxUnavailable: 2 } },
      volumeClaimTemplates: [
        { metadata: { name: 'data' }, spec: { storageClassName: 'fast', resources: { requests: { storage: '1Gi' } } } },
      ],
      template: {
        metadata: { labels: { app: 'kubia' } },
        spec: {
          terminationGracePeriodSeconds: 30,
          containers: [
            {
              name: 'kubia',
              image: 'kubia:1',
              ports: [{ name: 'http', containerPort: 8080 }],
              env: [{ name: 'S', value: 's' }],
            },
          ],
          initContainers: [{ name: 'init', image: 'busybox' }],
        },
      },
    },
    status: { observedGeneration: 3, replicas: 3, readyReplicas: 2, currentRevision: 'a', updateRevision: 'b' },
  })
  expect(set).toMatchObject({
    spec: {
      replicas: 3,
      ordinalsStart: 2,
      whenScaled: 'Delete',
      whenDeleted: 'Retain',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1, maxUnavailable: '2' } },
      claimTemplates: [{ name: 'data', storageClassName: 'fast', requested: '1Gi' }],
      template: {
        containers: [{ name: 'kubia', image: 'kubia:1', ports: [{ containerPort: 8080, protocol: 'TCP' }] }],
      },
    },
    status: { readyReplicas: 2, availableReplicas: 0 },
    replicasManagers: [{ manager: 'hpa', operation: 'Update', subresource: 'scale', time: null }],
  })
  expect(JSON.stringify(set)).not.toMatch(/secret|"S"/)
  expect(() => parse('statefulsets', { metadata, spec: { replicas: '3' } })).toThrow('spec.replicas')
  expect(
    parse('statefulsets', { metadata, spec: { replicas: 0, updateStrategy: { rollingUpdate: {} } } }).spec,
  ).toMatchObject({
    replicas: 0,
    updateStrategy: { rollingUpdate: { partition: 0, maxUnavailable: null } },
  })
})

it('a pod with its containers and claims', () => {
  const pod = parse('pods', {
    metadata: {
      ...metadata,
      deletionTimestamp: '2026-11-22T11:00:00Z',
      deletionGracePeriodSeconds: 30,
      finalizers: ['example.com/hold'],
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'kubia', uid: 's', controller: true }],
    },
    spec: {
      nodeName: 'n1',
      containers: [{ name: 'c', image: 'i' }],
      initContainers: [{ name: 's', image: 'i', restartPolicy: 'Always' }],
      volumes: [
        { name: 'data', persistentVolumeClaim: { claimName: 'data-kubia-0' } },
        { name: 'tmp', emptyDir: {} },
      ],
      tolerations: [
        { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      ],
    },
    status: {
      phase: 'Running',
      podIP: '10.0.0.1',
      conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'x'.repeat(9000) }],
      containerStatuses: [
        {
          name: 'c',
          image: 'i',
          ready: false,
          started: false,
          restartCount: 4,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', signal: 9 } },
        },
      ],
    },
  })
  expect(pod).toMatchObject({
    metadata: { owners: [{ uid: 's', controller: true }], finalizers: ['example.com/hold'] },
    spec: {
      containers: [{ name: 'c' }],
      initContainers: [{ sidecar: true }],
      claims: [{ volume: 'data', claim: 'data-kubia-0' }],
      tolerations: [{ seconds: 300 }],
    },
    status: {
      containers: [
        {
          state: { kind: 'waiting', reason: 'CrashLoopBackOff' },
          lastState: { kind: 'terminated', exitCode: 137, signal: 9 },
        },
      ],
    },
  })
  expect(pod.status.conditions[0]?.message).toHaveLength(4096)
})

it('volumes with their driver, zones and hosts; classes; claims without a class', () => {
  const term = (key: string, values: string[]) => ({ matchExpressions: [{ key, operator: 'In', values }] })
  const volume = parse('persistentvolumes', {
    metadata,
    spec: {
      capacity: { storage: '5Gi' },
      csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' },
      claimRef: { namespace: 'default', name: 'data-kubia-0', uid: 'c' },
      persistentVolumeReclaimPolicy: 'Delete',
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [term('topology.ebs.csi.aws.com/zone', ['eu-1a']), term('kubernetes.io/hostname', ['n1'])],
        },
      },
    },
    status: { phase: 'Bound' },
  })
  expect(volume.spec).toMatchObject({ driver: 'ebs.csi.aws.com', zones: ['eu-1a'], hostnames: ['n1'], capacity: '5Gi' })
  const inTree = parse('persistentvolumes', { metadata, spec: { hostPath: { path: '/x' }, claimRef: null } }).spec
  expect(inTree).toMatchObject({ driver: 'hostPath', claimRef: null })
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' }
  expect(parse('storageclasses', { metadata: { ...metadata, annotations }, provisioner: 'p' })).toMatchObject({
    isDefault: true,
    reclaimPolicy: 'Delete',
  })
  const spec = (className: unknown) =>
    parse('persistentvolumeclaims', { metadata, spec: { storageClassName: className } }).spec
  expect([spec('').storageClassName, spec(undefined).storageClassName]).toEqual(['', null])
})

it('events of both recorders', () => {
  const old = { reason: 'A', count: 3, firstTimestamp: 'f', lastTimestamp: 'l', source: { component: 'c' } }
  expect(parse('events', { metadata, ...old })).toMatchObject({ count: 3, firstSeen: 'f', lastSeen: 'l', source: 'c' })
  const young = {
    reason: 'B',
    eventTime: 'e',
    firstTimestamp: null,
    series: { count: 9, lastObservedTime: 's' },
    reportingComponent: 'r',
  }
  expect(parse('events', { metadata, ...young })).toMatchObject({
    count: 9,
    firstSeen: 'e',
    lastSeen: 's',
    source: 'r',
  })
})

it('endpoint slices say unknown as null', () => {
  const slice = parse('endpointslices', {
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kubia' } },
    addressType: 'IPv4',
    endpoints: [
      {
        addresses: ['10.0.0.1'],
        conditions: { ready: false, terminating: true },
        targetRef: { apiVersion: 'v1', kind: 'Pod', name: 'kubia-0' },
      },
    ],
    ports: [{ name: '', port: 80 }],
  })
  expect(slice).toMatchObject({
    serviceName: 'kubia',
    ports: [{ name: null, port: 80 }],
    endpoints: [{ ready: false, serving: null, terminating: true, target: { name: 'kubia-0', uid: null } }],
  })
})

it('a bookmark has only a version', () => {
  expect(resourceVersionOf({ metadata: { resourceVersion: '9' } })).toBe('9')
  for (const json of [null, {}, { metadata: {} }, { metadata: { resourceVersion: 9 } }])
    expect(resourceVersionOf(json)).toBeNull()
})
