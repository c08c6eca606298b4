import type { ResourceType } from '@/lib/demo/store'

/**
 * The kinds that the demo cluster serves, as discovery tells them (k8s api/discovery/*.json).
 * Everything about a kind that is not a rule about its fields is here.
 */
export type ResourceInfo = {
  resource: ResourceType
  group: string
  version: string
  kind: string
  singular: string
  shortNames: string[]
  categories: string[]
  namespaced: boolean
  /** The kind has /status, and a write to the object itself leaves the status alone. */
  status: boolean
  /** metadata.generation counts changes of the spec. */
  generation: boolean
  /** What a name has to be. */
  name: 'subdomain' | 'label' | 'service' | 'path'
  /** DELETE answers with the object even when it is gone at once (otherwise with a Status). */
  deleteReturnsObject: boolean
  /** PUT without resourceVersion is taken. */
  unconditionalUpdate: boolean
  /** PUT of a name that does not exist creates it. */
  createOnUpdate: boolean
}

type Options = Partial<Omit<ResourceInfo, 'resource' | 'group' | 'version' | 'kind'>>

function define(groupVersion: string, kind: string, resource: string, options: Options = {}): ResourceInfo {
  const [group = '', version = 'v1'] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion]
  return {
    resource,
    group,
    version,
    kind,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    status: false,
    generation: false,
    name: 'subdomain',
    deleteReturnsObject: false,
    unconditionalUpdate: true,
    createOnUpdate: false,
    ...options,
  }
}

const table: ResourceInfo[] = [
  define('v1', 'ConfigMap', 'configmaps', { shortNames: ['cm'] }),
  define('v1', 'Endpoints', 'endpoints', { shortNames: ['ep'], createOnUpdate: true }),
  define('v1', 'Event', 'events', { shortNames: ['ev'], createOnUpdate: true }),
  define('v1', 'LimitRange', 'limitranges', { shortNames: ['limits'], createOnUpdate: true }),
  define('v1', 'Namespace', 'namespaces', {
    shortNames: ['ns'],
    namespaced: false,
    status: true,
    name: 'label',
    deleteReturnsObject: true,
  }),
  define('v1', 'Node', 'nodes', { shortNames: ['no'], namespaced: false, status: true }),
  define('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', {
    shortNames: ['pvc'],
    status: true,
    deleteReturnsObject: true,
  }),
  define('v1', 'PersistentVolume', 'persistentvolumes', {
    shortNames: ['pv'],
    namespaced: false,
    status: true,
    deleteReturnsObject: true,
  }),
  define('v1', 'Pod', 'pods', {
    shortNames: ['po'],
    categories: ['all'],
    status: true,
    generation: true,
    deleteReturnsObject: true,
  }),
  define('v1', 'ResourceQuota', 'resourcequotas', { shortNames: ['quota'], status: true, deleteReturnsObject: true }),
  define('v1', 'Secret', 'secrets'),
  define('v1', 'ServiceAccount', 'serviceaccounts', { shortNames: ['sa'], deleteReturnsObject: true }),
  define('v1', 'Service', 'services', {
    shortNames: ['svc'],
    categories: ['all'],
    status: true,
    name: 'service',
    deleteReturnsObject: true,
    createOnUpdate: true,
  }),
  define('apps/v1', 'ControllerRevision', 'controllerrevisions'),
  define('apps/v1', 'StatefulSet', 'statefulsets', {
    shortNames: ['sts'],
    categories: ['all'],
    status: true,
    generation: true,
    name: 'label',
  }),
  define('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', {
    shortNames: ['hpa'],
    categories: ['all'],
    status: true,
    generation: true,
  }),
  define('coordination.k8s.io/v1', 'Lease', 'leases', { createOnUpdate: true }),
  define('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', { generation: true }),
  define('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', {
    shortNames: ['pdb'],
    status: true,
    generation: true,
    unconditionalUpdate: false,
  }),
  define('storage.k8s.io/v1', 'CSINode', 'csinodes', { namespaced: false, deleteReturnsObject: true }),
  define('storage.k8s.io/v1', 'StorageClass', 'storageclasses', {
    shortNames: ['sc'],
    namespaced: false,
    deleteReturnsObject: true,
  }),
  define('storage.k8s.io/v1', 'VolumeAttachment', 'volumeattachments', {
    namespaced: false,
    status: true,
    deleteReturnsObject: true,
    unconditionalUpdate: false,
  }),
]

export const RESOURCES: ReadonlyMap<ResourceType, ResourceInfo> = new Map(table.map((info) => [info.resource, info]))

/** `v1` or `apps/v1`. */
export const groupVersion = (info: Pick<ResourceInfo, 'group' | 'version'>) =>
  info.group ? `${info.group}/${info.version}` : info.version

/** The plural of a kind in a group, whatever the version: owner references and events name kinds. */
export function resourceOfKind(apiVersion: string, kind: string): ResourceInfo | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  for (const info of RESOURCES.values()) if (info.kind === kind && info.group === group) return info
  return undefined
}
