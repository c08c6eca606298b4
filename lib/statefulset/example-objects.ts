import { claimName, podName } from './identity'
import type {
  Claim,
  Condition,
  ControllerRevision,
  EndpointSlice,
  Event,
  Metadata,
  Node,
  Pod,
  Service,
  SetObjects,
  StatefulSet,
  StorageClass,
  Volume,
} from './objects'

/** Objects made by hand for tests: small, complete and healthy unless a test says otherwise. */

export const exampleNow = new Date('2026-03-01T12:00:00Z')

/** RFC 3339 at some seconds from `exampleNow`; negative is earlier. */
export function at(seconds: number): string {
  return new Date(exampleNow.getTime() + seconds * 1000).toISOString().replace('.000Z', 'Z')
}

function metadata(name: string, more: Partial<Metadata> = {}): Metadata {
  return {
    name,
    namespace: 'default',
    uid: `uid-${name}`,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: at(-3600),
    deletionTimestamp: null,
    deletionGracePeriodSeconds: null,
    finalizers: [],
    labels: {},
    annotations: {},
    owners: [],
    ...more,
  }
}

export function conditionOf(type: string, status: string, since = at(-3000), reason: string | null = null): Condition {
  return { type, status, reason, message: null, lastTransitionTime: since }
}

/** Set `web`, three replicas, one claim template `data`, labels `app=<name>`, revisions `<name>-1` for both. */
export function exampleSet(
  spec: Partial<StatefulSet['spec']> = {},
  status: Partial<StatefulSet['status']> = {},
  more: Partial<Metadata> = {},
): StatefulSet {
  const name = more.name ?? 'web'
  return {
    metadata: metadata(name, more),
    spec: {
      replicas: 3,
      serviceName: name,
      selector: { matchLabels: { app: name }, matchExpressions: [] },
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: '1' } },
      minReadySeconds: 0,
      ordinalsStart: 0,
      whenScaled: 'Retain',
      whenDeleted: 'Retain',
      revisionHistoryLimit: 10,
      claimTemplates: [{ name: 'data', storageClassName: 'fast', requested: '1Gi' }],
      template: {
        labels: { app: name },
        terminationGracePeriodSeconds: 30,
        containers: [
          { name: 'main', image: 'kubia:1', ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }] },
        ],
        initContainers: [],
      },
      ...spec,
    },
    status: {
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: `${name}-1`,
      updateRevision: `${name}-1`,
      collisionCount: 0,
      conditions: [],
      ...status,
    },
    replicasManagers: [],
  }
}

/** What may differ from a healthy pod at an ordinal. */
export type PodChanges = {
  uid?: string
  phase?: string
  ready?: boolean
  /** Since when Ready is what it is. */
  since?: string
  created?: string
  revision?: string
  node?: string | null
  ip?: string | null
  /** When the deletion time is; null is not deleting. */
  deletion?: string | null
  grace?: number
  finalizers?: string[]
  owners?: Metadata['owners']
  labels?: Record<string, string>
  conditions?: Condition[]
  status?: Partial<Pod['status']>
  spec?: Partial<Pod['spec']>
}

/** A pod of a set at an ordinal: Running and Ready on node `n<ordinal>` unless changed. */
export function examplePod(set: StatefulSet, ordinal: number, changes: PodChanges = {}): Pod {
  const name = podName(set.metadata.name, ordinal)
  const phase = changes.phase ?? 'Running'
  const ready = changes.ready ?? phase === 'Running'
  const since = changes.since ?? at(-3000)
  const node = changes.node === undefined ? `n${ordinal}` : changes.node
  const image = set.spec.template.containers[0]?.image ?? 'kubia:1'
  return {
    metadata: metadata(name, {
      uid: changes.uid ?? `uid-${name}`,
      creationTimestamp: changes.created ?? at(-3100),
      deletionTimestamp: changes.deletion ?? null,
      deletionGracePeriodSeconds: changes.deletion ? (changes.grace ?? 30) : null,
      finalizers: changes.finalizers ?? [],
      labels: changes.labels ?? {
        ...set.spec.template.labels,
        'statefulset.kubernetes.io/pod-name': name,
        'controller-revision-hash': changes.revision ?? set.status.updateRevision,
      },
      owners: changes.owners ?? [
        { kind: 'StatefulSet', name: set.metadata.name, uid: set.metadata.uid, controller: true },
      ],
    }),
    spec: {
      nodeName: node,
      hostname: name,
      subdomain: set.spec.serviceName,
      terminationGracePeriodSeconds: 30,
      schedulingGates: [],
      readinessGates: [],
      containers: [
        {
          name: 'main',
          image,
          ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          readinessProbe: true,
        },
      ],
      initContainers: [],
      claims: set.spec.claimTemplates.map((template) => ({
        volume: template.name,
        claim: claimName(template.name, set.metadata.name, ordinal),
      })),
      tolerations: [],
      ...changes.spec,
    },
    status: {
      phase,
      reason: null,
      message: null,
      podIP: changes.ip === undefined ? (node === null ? null : `10.244.0.${ordinal + 10}`) : changes.ip,
      podIPs: [],
      hostIP: null,
      startTime: node === null ? null : at(-3090),
      conditions: changes.conditions ?? [
        conditionOf('PodScheduled', node === null ? 'False' : 'True'),
        conditionOf('Ready', ready ? 'True' : 'False', since),
      ],
      initContainers: [],
      containers:
        phase === 'Pending'
          ? []
          : [
              {
                name: 'main',
                image,
                ready,
                started: true,
                restartCount: 0,
                state: { kind: 'running', startedAt: at(-3050) },
                lastState: null,
              },
            ],
      ...changes.status,
    },
  }
}

/** The claim of template `data` for an ordinal: Bound to volume `pv-<claim>`. */
export function exampleClaim(
  set: StatefulSet,
  ordinal: number,
  changes: { phase?: string; template?: string; metadata?: Partial<Metadata>; spec?: Partial<Claim['spec']> } = {},
): Claim {
  const name = claimName(changes.template ?? 'data', set.metadata.name, ordinal)
  const phase = changes.phase ?? 'Bound'
  return {
    metadata: metadata(name, { labels: { ...set.spec.selector.matchLabels }, ...changes.metadata }),
    spec: {
      volumeName: phase === 'Pending' ? null : `pv-${name}`,
      storageClassName: 'fast',
      accessModes: ['ReadWriteOnce'],
      requested: '1Gi',
      ...changes.spec,
    },
    status: { phase, capacity: phase === 'Bound' ? '1Gi' : null, conditions: [] },
  }
}

export function exampleVolume(claim: Claim, spec: Partial<Volume['spec']> = {}): Volume {
  return {
    metadata: metadata(claim.spec.volumeName ?? 'pv', { namespace: '' }),
    spec: {
      capacity: '1Gi',
      reclaimPolicy: 'Delete',
      storageClassName: 'fast',
      accessModes: ['ReadWriteOnce'],
      claimRef: { namespace: claim.metadata.namespace, name: claim.metadata.name, uid: claim.metadata.uid },
      zones: [],
      hostnames: [],
      driver: 'csi.example',
      ...spec,
    },
    status: { phase: 'Bound', message: null, reason: null },
  }
}

export function exampleNode(name: string, ready = 'True', since = at(-90_000), more: Partial<Metadata> = {}): Node {
  return {
    metadata: metadata(name, { namespace: '', labels: { 'topology.kubernetes.io/zone': 'z1' }, ...more }),
    spec: { unschedulable: false, taints: [], providerID: null },
    status: {
      conditions: [conditionOf('Ready', ready, since, ready === 'Unknown' ? 'NodeStatusUnknown' : 'KubeletReady')],
      bootID: `boot-${name}`,
      addresses: [],
    },
  }
}

export function exampleService(name = 'web', spec: Partial<Service['spec']> = {}): Service {
  return {
    metadata: metadata(name),
    spec: {
      type: 'ClusterIP',
      clusterIP: 'None',
      selector: { app: name },
      publishNotReadyAddresses: false,
      ports: [{ name: 'http', port: 80, targetPort: '8080', protocol: 'TCP' }],
      ...spec,
    },
  }
}

/** The slice that the endpoint controller would make of some pods. */
export function exampleSlice(service: Service, pods: readonly Pod[]): EndpointSlice {
  return {
    metadata: metadata(`${service.metadata.name}-slice`),
    serviceName: service.metadata.name,
    addressType: 'IPv4',
    ports: service.spec.ports.map((port) => ({ name: port.name, port: 8080, protocol: port.protocol })),
    endpoints: pods.flatMap((pod) => {
      if (pod.status.podIP === null) return []
      const serving = pod.status.conditions.some((each) => each.type === 'Ready' && each.status === 'True')
      const terminating = pod.metadata.deletionTimestamp !== null
      return [
        {
          addresses: [pod.status.podIP],
          hostname: pod.metadata.name,
          nodeName: pod.spec.nodeName,
          zone: null,
          ready: service.spec.publishNotReadyAddresses || (serving && !terminating),
          serving,
          terminating,
          target: { kind: 'Pod', name: pod.metadata.name, uid: pod.metadata.uid },
        },
      ]
    }),
  }
}

export function exampleRevision(set: StatefulSet, name: string, revision: number): ControllerRevision {
  return {
    metadata: metadata(name, {
      owners: [{ kind: 'StatefulSet', name: set.metadata.name, uid: set.metadata.uid, controller: true }],
    }),
    revision,
  }
}

export function exampleClass(name = 'fast', changes: Partial<StorageClass> = {}): StorageClass {
  return {
    metadata: metadata(name, { namespace: '' }),
    provisioner: 'csi.example',
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
    isDefault: false,
    ...changes,
  }
}

let eventNumber = 0

/** An event about an object, last seen some seconds before `exampleNow`. */
export function exampleEvent(
  kind: string,
  about: Metadata,
  reason: string,
  message: string,
  changes: Partial<Event> = {},
): Event {
  eventNumber += 1
  return {
    metadata: metadata(`${about.name}.${eventNumber}`),
    type: 'Warning',
    reason,
    message,
    count: 1,
    firstSeen: at(-60),
    lastSeen: at(-30),
    source: null,
    involved: { kind, namespace: about.namespace, name: about.name, uid: about.uid },
    ...changes,
  }
}

/** Everything of a set: by default healthy pods, claims, volumes, nodes, its Service and slice, nothing forbidden. */
export function exampleObjects(set: StatefulSet = exampleSet(), changes: Partial<SetObjects> = {}): SetObjects {
  const ordinals = Array.from({ length: Math.min(set.spec.replicas, 1000) }, (_, i) => i + set.spec.ordinalsStart)
  const pods = changes.pods ?? ordinals.map((ordinal) => examplePod(set, ordinal))
  const claims =
    changes.claims ??
    ordinals.flatMap((ordinal) =>
      set.spec.claimTemplates.map((template) => exampleClaim(set, ordinal, { template: template.name })),
    )
  const service = changes.service === undefined ? exampleService(set.spec.serviceName) : changes.service
  const nodes = new Map(
    pods.flatMap((pod) => (pod.spec.nodeName === null ? [] : [[pod.spec.nodeName, exampleNode(pod.spec.nodeName)]])),
  )
  return {
    set,
    pods,
    claims,
    volumes: new Map(
      claims.flatMap((claim) =>
        claim.spec.volumeName === null ? [] : [[claim.spec.volumeName, exampleVolume(claim)]],
      ),
    ),
    storageClasses: new Map([['fast', exampleClass()]]),
    nodes,
    service,
    slices: service === null ? [] : [exampleSlice(service, pods)],
    revisions: [exampleRevision(set, set.status.updateRevision, 1)],
    events: [],
    budgets: [],
    unknown: {},
    neighbours: [],
    serverVersion: { major: 1, minor: 37 },
    ...changes,
  }
}
