/**
 * The few fields that Ordinal reads of each Kubernetes kind, as types of our own.
 *
 * `lib/cluster/parse.ts` makes these from the API's JSON and drops everything else, so that ten thousand pods cost
 * tens of megabytes and nothing that was never read can leak. Times are RFC 3339 strings, quantities are strings as
 * Kubernetes writes them. A field is `null` when the object does not have it; nothing is defaulted to a healthy value.
 */

export type OwnerReference = {
  /** Group and version: two groups may have a kind of one name. */
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller: boolean
}

export type Metadata = {
  name: string
  /** Empty for cluster-scoped kinds. */
  namespace: string
  uid: string
  resourceVersion: string
  generation: number | null
  creationTimestamp: string
  deletionTimestamp: string | null
  deletionGracePeriodSeconds: number | null
  finalizers: readonly string[]
  /** Who set a finalizer whose name does not tell its owner, by finalizer; left out where managedFields name nobody. */
  finalizerManagers?: Readonly<Record<string, string>>
  labels: Readonly<Record<string, string>>
  /** Only those annotations that a rule reads; see `parse.ts`. */
  annotations: Readonly<Record<string, string>>
  owners: readonly OwnerReference[]
}

export type Condition = {
  type: string
  status: string
  reason: string | null
  message: string | null
  lastTransitionTime: string | null
}

export type LabelSelector = {
  matchLabels: Readonly<Record<string, string>>
  matchExpressions: readonly { key: string; operator: string; values: readonly string[] }[]
}

export type ContainerPort = { name: string | null; containerPort: number; protocol: string }

export type ClaimTemplate = { name: string; storageClassName: string | null; requested: string | null }

export type StatefulSet = {
  metadata: Metadata
  spec: {
    replicas: number
    serviceName: string
    selector: LabelSelector
    podManagementPolicy: string
    updateStrategy: {
      type: string
      /** Null when `rollingUpdate` is absent, which the controller treats differently from an empty one. */
      rollingUpdate: { partition: number; maxUnavailable: string | null } | null
    }
    minReadySeconds: number
    ordinalsStart: number
    whenScaled: 'Retain' | 'Delete'
    whenDeleted: 'Retain' | 'Delete'
    claimTemplates: readonly ClaimTemplate[]
    template: {
      labels: Readonly<Record<string, string>>
      terminationGracePeriodSeconds: number | null
      containers: readonly { name: string; image: string; ports: readonly ContainerPort[] }[]
      initContainers: readonly { name: string; image: string }[]
    }
  }
  status: {
    observedGeneration: number
    replicas: number
    readyReplicas: number
    availableReplicas: number
    currentReplicas: number
    updatedReplicas: number
    currentRevision: string
    updateRevision: string
    conditions: readonly Condition[]
  }
  /** Who last wrote `spec.replicas`, from managedFields: manager name, operation and time; null when not known. */
  replicasManagers: readonly { manager: string; operation: string; subresource: string | null; time: string | null }[]
  /** The newest write of anything but the status, from managedFields; null when not known. */
  writtenAt: string | null
}

export type ContainerState =
  | { kind: 'waiting'; reason: string | null; message: string | null }
  | { kind: 'running'; startedAt: string | null }
  | {
      kind: 'terminated'
      reason: string | null
      message: string | null
      exitCode: number
      signal: number | null
      startedAt: string | null
      finishedAt: string | null
    }

export type ContainerStatus = {
  name: string
  image: string
  ready: boolean
  started: boolean | null
  restartCount: number
  state: ContainerState | null
  lastState: ContainerState | null
}

export type Pod = {
  metadata: Metadata
  spec: {
    nodeName: string | null
    hostname: string | null
    subdomain: string | null
    terminationGracePeriodSeconds: number | null
    schedulingGates: readonly string[]
    readinessGates: readonly string[]
    containers: readonly { name: string; image: string; ports: readonly ContainerPort[] }[]
    /** `sidecar`: an init container with restartPolicy Always. */
    initContainers: readonly { name: string; image: string; sidecar: boolean }[]
    /** Volumes that are claims: volume name and claim name. */
    claims: readonly { volume: string; claim: string }[]
    tolerations: readonly {
      key: string | null
      operator: string | null
      effect: string | null
      seconds: number | null
    }[]
  }
  status: {
    phase: string
    reason: string | null
    message: string | null
    podIP: string | null
    /** Of each family one, the first is `podIP`; empty where the API does not tell them. */
    podIPs: readonly string[]
    startTime: string | null
    conditions: readonly Condition[]
    initContainers: readonly ContainerStatus[]
    containers: readonly ContainerStatus[]
  }
}

export type Claim = {
  metadata: Metadata
  spec: {
    volumeName: string | null
    storageClassName: string | null
    requested: string | null
  }
  status: {
    phase: string | null
    capacity: string | null
    conditions: readonly Condition[]
    /** Where an expansion stands: `allocatedResourceStatuses.storage`. */
    resizing: string | null
    /** Where a change of the volume's attributes class stands: `modifyVolumeStatus.status`. */
    modifying: string | null
  }
}

export type Volume = {
  metadata: Metadata
  spec: {
    capacity: string | null
    reclaimPolicy: string
    storageClassName: string | null
    claimRef: { namespace: string; name: string; uid: string | null } | null
    /** The zones its node affinity allows, or its labels name; empty when it has none. */
    zones: readonly string[]
    /** The hostnames its node affinity allows (local volumes); empty when it has none. */
    hostnames: readonly string[]
    driver: string | null
  }
  status: { phase: string; message: string | null; reason: string | null }
}

export type StorageClass = {
  metadata: Metadata
  provisioner: string
  reclaimPolicy: string
  volumeBindingMode: string
  isDefault: boolean
}

export type Taint = { key: string; value: string | null; effect: string; timeAdded: string | null }

export type Node = {
  metadata: Metadata
  spec: { unschedulable: boolean; taints: readonly Taint[] }
  status: {
    conditions: readonly Condition[]
    bootID: string | null
    addresses: readonly { type: string; address: string }[]
  }
}

export type Service = {
  metadata: Metadata
  spec: {
    type: string
    clusterIP: string | null
    selector: Readonly<Record<string, string>> | null
    publishNotReadyAddresses: boolean
    /** `IPv4` and `IPv6`, whose addresses the Service has; empty where the API does not tell them. */
    ipFamilies: readonly string[]
    ports: readonly { name: string | null; port: number; targetPort: string; protocol: string }[]
  }
}

export type EndpointSlice = {
  metadata: Metadata
  /** From the label `kubernetes.io/service-name`. */
  serviceName: string | null
  addressType: string
  ports: readonly { name: string | null; port: number | null; protocol: string }[]
  endpoints: readonly {
    addresses: readonly string[]
    hostname: string | null
    nodeName: string | null
    zone: string | null
    /** Null is how the API says "not told"; consumers read it as true for ready and serving. */
    ready: boolean | null
    serving: boolean | null
    terminating: boolean | null
    target: { kind: string; name: string; uid: string | null } | null
  }[]
}

export type ControllerRevision = { metadata: Metadata; revision: number }

export type Event = {
  metadata: Metadata
  type: string
  reason: string
  message: string
  count: number
  /** First and last time seen, whichever fields the API filled. */
  firstSeen: string | null
  lastSeen: string | null
  source: string | null
  /** `container`: the one that the event is about, where it says so. */
  involved: { kind: string; namespace: string; name: string; uid: string | null; container: string | null }
}

export type DisruptionBudget = {
  metadata: Metadata
  /** Null selects no pod, an empty one every pod of the namespace. */
  selector: LabelSelector | null
  /** Whether pods that are not ready may go: `IfHealthyBudget` or `AlwaysAllow`; null is the former. */
  unhealthyPodEvictionPolicy: string | null
  /** How many pods have to stay, or may go, as a number or a percentage; at most one of them is set. */
  minAvailable: string | null
  maxUnavailable: string | null
  /** What the disruption controller last counted; null before it has. */
  status: {
    disruptionsAllowed: number
    currentHealthy: number
    desiredHealthy: number
    observedGeneration: number
    /** How many evictions the disruption controller has not seen happen yet. */
    disruptedPods: number
  } | null
}

/** Every kind that the live store follows, by its plural resource name. */
export type ObjectsByResource = {
  statefulsets: StatefulSet
  pods: Pod
  persistentvolumeclaims: Claim
  persistentvolumes: Volume
  storageclasses: StorageClass
  nodes: Node
  services: Service
  endpointslices: EndpointSlice
  controllerrevisions: ControllerRevision
  events: Event
  poddisruptionbudgets: DisruptionBudget
}
export type Resource = keyof ObjectsByResource

/** The same names as a value, from which every other list of resources derives. */
export const allResources = [
  'statefulsets',
  'pods',
  'persistentvolumeclaims',
  'persistentvolumes',
  'storageclasses',
  'nodes',
  'services',
  'endpointslices',
  'controllerrevisions',
  'events',
  'poddisruptionbudgets',
] as const satisfies readonly Resource[]

/**
 * How far a kind can be trusted right now. `forbidden` carries the missing rule in words that can be granted
 * (`list persistentvolumes (cluster)`), `stale` since when; it has a `rule` where only the right to watch is missing, so
 * that the kind is listed now and then.
 */
export type ResourceState =
  | { state: 'catching-up' }
  | { state: 'live' }
  | { state: 'stale'; since: string; reason: string; rule?: string }
  | { state: 'forbidden'; rule: string }
  | { state: 'absent' }

/**
 * Ends that follow one another; times in milliseconds. `atLeast`: there were earlier ones, and when the first was is not
 * known. `total`: the ends of the container's whole life, as its restarts told when it was looked at last.
 */
export type Ends = { first: number; last: number; count: number; atLeast: boolean; total: number }
/** What was seen of each container over time, by `crashKey`. */
export type EndsByContainer = ReadonlyMap<string, Ends>

/**
 * Everything that the view of one set is made of. Lists hold what belongs to the set by name or selector; a kind that
 * cannot be seen whole is named in `unknown`: what its list holds is there, what it does not hold may be there too.
 */
export type SetObjects = {
  set: StatefulSet
  /** Pods whose name is `<set>-<digits>` or that the set owns. */
  pods: readonly Pod[]
  /** Claims named after any template of the set, in range or not. */
  claims: readonly Claim[]
  /** Volumes by name that those claims name. */
  volumes: ReadonlyMap<string, Volume>
  storageClasses: ReadonlyMap<string, StorageClass>
  /** Nodes by name that those pods name. */
  nodes: ReadonlyMap<string, Node>
  service: Service | null
  slices: readonly EndpointSlice[]
  revisions: readonly ControllerRevision[]
  /** Events of the set, its pods and its claims. */
  events: readonly Event[]
  /** Budgets that may select the set's pods; their selectors decide. */
  budgets: readonly DisruptionBudget[]
  /** Kinds that cannot be read, with the rule that is missing; nothing may be concluded from their absence. */
  unknown: Readonly<Partial<Record<Resource, string>>>
  /** Objects of this set that are there and cannot be read, when there are any; their resource is in `unknown` too. */
  unreadable?: Readonly<Partial<Record<Resource, readonly { name: string; reason: string }[]>>>
  /** What was seen of their containers' ends over time; left out, only what the pods show now is known. */
  ends?: EndsByContainer
  /** Sets of the same namespace whose name could claim the same pod or claim names (`a` and `a-1`). */
  neighbours: readonly string[]
  serverVersion: { major: number; minor: number } | null
}
