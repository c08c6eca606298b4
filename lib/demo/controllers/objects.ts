/**
 * The fields of each kind that the controllers and kubelets read and write, as they stand in JSON.
 * Optional means "may be absent on the wire"; times are RFC 3339 strings.
 */

export type OwnerReference = {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

export type Meta = {
  name: string
  namespace?: string
  generateName?: string
  uid: string
  resourceVersion: string
  generation?: number
  creationTimestamp: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: OwnerReference[]
}

/** What a caller gives to create an object: the server fills in the rest of the metadata. */
export type NewObject<T extends Kind> = Omit<T, 'metadata'> & { metadata: Partial<Meta> }

export type Kind = { apiVersion: string; kind: string; metadata: Meta }

export type Condition = {
  type: string
  status: string
  reason?: string
  message?: string
  observedGeneration?: number
  lastProbeTime?: string | null
  lastTransitionTime?: string
  lastHeartbeatTime?: string
}

export type LabelSelector = {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

export type PodTemplate = {
  metadata?: Pick<Meta, 'labels' | 'annotations' | 'finalizers'>
  spec: PodSpec
}

export type StatefulSet = Kind & {
  spec: {
    replicas: number
    selector: LabelSelector
    template: PodTemplate
    serviceName?: string
    podManagementPolicy?: string
    updateStrategy: { type?: string; rollingUpdate?: { partition?: number; maxUnavailable?: number | string } }
    revisionHistoryLimit?: number
    minReadySeconds?: number
    persistentVolumeClaimRetentionPolicy?: { whenScaled?: string; whenDeleted?: string }
    ordinals?: { start?: number }
    volumeClaimTemplates?: NewObject<Claim>[]
  }
  status: SetStatus
}

export type SetStatus = {
  observedGeneration?: number
  replicas: number
  readyReplicas?: number
  currentReplicas?: number
  updatedReplicas?: number
  availableReplicas?: number
  currentRevision?: string
  updateRevision?: string
  collisionCount?: number
  conditions?: Condition[]
}

export type Revision = Kind & { data: unknown; revision: number }

export type Probe = {
  httpGet?: { path?: string; port: number | string; scheme?: string }
  exec?: { command?: string[] }
  tcpSocket?: { port: number | string }
  initialDelaySeconds?: number
  periodSeconds?: number
  timeoutSeconds?: number
  successThreshold?: number
  failureThreshold?: number
}

export type Container = {
  name: string
  image?: string
  command?: string[]
  args?: string[]
  imagePullPolicy?: string
  restartPolicy?: string
  env?: { name: string; value?: string; valueFrom?: unknown }[]
  ports?: { name?: string; containerPort: number; protocol?: string }[]
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> }
  readinessProbe?: Probe
  livenessProbe?: Probe
  startupProbe?: Probe
  lifecycle?: { preStop?: { exec?: { command?: string[] }; sleep?: { seconds: number } } }
  volumeMounts?: { name: string; mountPath: string }[]
}

export type Toleration = {
  key?: string
  operator?: string
  value?: string
  effect?: string
  tolerationSeconds?: number
}

export type NodeSelectorTerm = {
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
  matchFields?: { key: string; operator: string; values?: string[] }[]
}

export type PodAffinityTerm = { labelSelector?: LabelSelector; topologyKey: string; namespaces?: string[] }

export type PodSpec = {
  containers: Container[]
  initContainers?: Container[]
  volumes?: ({ name: string; persistentVolumeClaim?: { claimName: string; readOnly?: boolean } } & Record<
    string,
    unknown
  >)[]
  nodeName?: string
  nodeSelector?: Record<string, string>
  hostname?: string
  subdomain?: string
  restartPolicy?: string
  schedulerName?: string
  schedulingGates?: { name: string }[]
  terminationGracePeriodSeconds?: number
  tolerations?: Toleration[]
  priorityClassName?: string
  affinity?: {
    nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms: NodeSelectorTerm[] } }
    podAntiAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[] }
    podAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[] }
  }
  readinessGates?: { conditionType: string }[]
} & Record<string, unknown>

export type ContainerState = {
  waiting?: { reason?: string; message?: string }
  running?: { startedAt: string }
  terminated?: {
    exitCode: number
    signal?: number
    reason?: string
    message?: string
    startedAt?: string | null
    finishedAt?: string | null
    containerID?: string
  }
}

export type ContainerStatus = {
  name: string
  state: ContainerState
  lastState: ContainerState
  ready: boolean
  started?: boolean
  restartCount: number
  image: string
  imageID: string
  containerID?: string
  volumeMounts?: { name: string; mountPath: string }[]
}

export type PodStatus = {
  phase?: string
  reason?: string
  message?: string
  observedGeneration?: number
  conditions?: Condition[]
  hostIP?: string
  hostIPs?: { ip: string }[]
  podIP?: string
  podIPs?: { ip: string }[]
  startTime?: string
  qosClass?: string
  nominatedNodeName?: string
  initContainerStatuses?: ContainerStatus[]
  containerStatuses?: ContainerStatus[]
}

export type Pod = Kind & { spec: PodSpec; status: PodStatus }

export type Claim = Kind & {
  spec: {
    accessModes?: string[]
    resources?: { requests?: Record<string, string> }
    storageClassName?: string
    volumeName?: string
    volumeMode?: string
    selector?: LabelSelector
  }
  status: {
    phase?: string
    accessModes?: string[]
    capacity?: Record<string, string>
    conditions?: Condition[]
    allocatedResources?: Record<string, string>
    allocatedResourceStatuses?: Record<string, string>
  }
}

export type Volume = Kind & {
  spec: {
    capacity?: Record<string, string>
    accessModes?: string[]
    claimRef?: {
      apiVersion?: string
      kind?: string
      namespace?: string
      name?: string
      uid?: string
      resourceVersion?: string
    }
    persistentVolumeReclaimPolicy?: string
    storageClassName?: string
    volumeMode?: string
    csi?: { driver: string; volumeHandle: string; fsType?: string; volumeAttributes?: Record<string, string> }
    nodeAffinity?: { required?: { nodeSelectorTerms: NodeSelectorTerm[] } }
  }
  status: { phase?: string; reason?: string; message?: string; lastPhaseTransitionTime?: string }
}

export type StorageClass = Kind & {
  provisioner: string
  parameters?: Record<string, string>
  reclaimPolicy?: string
  volumeBindingMode?: string
  allowVolumeExpansion?: boolean
}

export type Taint = { key: string; value?: string; effect: string; timeAdded?: string }

export type Node = Kind & {
  spec: { podCIDR?: string; podCIDRs?: string[]; providerID?: string; unschedulable?: boolean; taints?: Taint[] }
  status: {
    capacity?: Record<string, string>
    allocatable?: Record<string, string>
    conditions?: Condition[]
    addresses?: { type: string; address: string }[]
    nodeInfo?: Record<string, string>
    images?: { names: string[]; sizeBytes: number }[]
    volumesInUse?: string[]
    volumesAttached?: { name: string; devicePath: string }[]
  } & Record<string, unknown>
}

export type Lease = Kind & {
  spec: { holderIdentity?: string; leaseDurationSeconds?: number; renewTime?: string; acquireTime?: string }
}

export type Service = Kind & {
  spec: {
    selector?: Record<string, string>
    ports?: { name?: string; port: number; targetPort?: number | string; protocol?: string; appProtocol?: string }[]
    clusterIP?: string
    clusterIPs?: string[]
    type?: string
    externalName?: string
    ipFamilies?: string[]
    publishNotReadyAddresses?: boolean
    trafficDistribution?: string
  }
}

export type Endpoint = {
  addresses: string[]
  conditions: { ready?: boolean; serving?: boolean; terminating?: boolean }
  hostname?: string
  targetRef?: { kind: string; namespace?: string; name: string; uid: string }
  nodeName?: string
  zone?: string
}

export type EndpointPort = { name?: string; port?: number; protocol?: string; appProtocol?: string }

/** Either list may be absent: that is how an empty one may look on the wire. */
export type EndpointSlice = Kind & { addressType: string; endpoints?: Endpoint[] | null; ports?: EndpointPort[] | null }

export type Attachment = Kind & {
  spec: { attacher: string; nodeName: string; source: { persistentVolumeName?: string } }
  status?: { attached?: boolean; attachError?: { message?: string; time?: string } }
}

export type Event = Kind & {
  involvedObject: {
    kind?: string
    namespace?: string
    name?: string
    uid?: string
    apiVersion?: string
    resourceVersion?: string
    fieldPath?: string
  }
  reason?: string
  message?: string
  source?: { component?: string; host?: string }
  firstTimestamp?: string | null
  lastTimestamp?: string | null
  count?: number
  type?: string
  eventTime?: string | null
  action?: string
  reportingComponent?: string
  reportingInstance?: string
}

export type Budget = Kind & {
  spec: { selector?: LabelSelector; minAvailable?: number | string; maxUnavailable?: number | string }
  status?: {
    observedGeneration?: number
    disruptionsAllowed: number
    currentHealthy: number
    desiredHealthy: number
    expectedPods: number
    disruptedPods?: Record<string, string>
    conditions?: Condition[]
  }
}

/** Each resource of the API, by its plural name, and the type of its objects. */
export type Kinds = {
  pods: Pod
  statefulsets: StatefulSet
  controllerrevisions: Revision
  persistentvolumeclaims: Claim
  persistentvolumes: Volume
  storageclasses: StorageClass
  volumeattachments: Attachment
  nodes: Node
  leases: Lease
  services: Service
  endpointslices: EndpointSlice
  events: Event
  poddisruptionbudgets: Budget
  namespaces: Kind
  serviceaccounts: Kind
  configmaps: Kind & { data?: Record<string, string> }
  secrets: Kind & { data?: Record<string, string> }
  endpoints: Kind & { subsets?: unknown[] }
}

export type ResourceName = keyof Kinds

/** The condition of that type, if the object has it. */
export const conditionOf = (conditions: Condition[] | undefined, type: string): Condition | undefined =>
  conditions?.find((condition) => condition.type === type)

/** The reference that says who controls an object (at most one). */
export const controllerOf = (object: { metadata: Partial<Meta> }): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((reference) => reference.controller === true)

/** Whether nobody controls the object. */
export const isOrphan = (object: { metadata: Partial<Meta> }): boolean => controllerOf(object) === undefined

/** A controller reference to an object, as `metav1.NewControllerRef` makes it. */
export const controllerReference = (owner: Kind): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
})

/** Whether labels match a selector; an absent selector matches nothing, an empty one everything. */
export function selectorMatches(selector: LabelSelector | undefined, labels: Record<string, string> = {}): boolean {
  if (!selector) return false
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels[key] !== value) return false
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key]
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value)
      case 'NotIn':
        return value === undefined || !values.includes(value)
      case 'Exists':
        return value !== undefined
      case 'DoesNotExist':
        return value === undefined
      default:
        return false
    }
  })
}
