import 'server-only'
import type { Resource } from '@/lib/statefulset/model/objects'

export type ResourceInfo = {
  /** Empty for the core group. */
  group: string
  version: string
  resource: string
  /** As in `kind:` of a manifest. */
  singular: string
  namespaced: boolean
}

/** Every kind that is followed, with where the API serves it. */
export const kinds: Readonly<Record<Resource, ResourceInfo>> = {
  statefulsets: kind('apps', 'statefulsets', 'StatefulSet', true),
  pods: kind('', 'pods', 'Pod', true),
  persistentvolumeclaims: kind('', 'persistentvolumeclaims', 'PersistentVolumeClaim', true),
  persistentvolumes: kind('', 'persistentvolumes', 'PersistentVolume', false),
  storageclasses: kind('storage.k8s.io', 'storageclasses', 'StorageClass', false),
  nodes: kind('', 'nodes', 'Node', false),
  services: kind('', 'services', 'Service', true),
  endpointslices: kind('discovery.k8s.io', 'endpointslices', 'EndpointSlice', true),
  controllerrevisions: kind('apps', 'controllerrevisions', 'ControllerRevision', true),
  events: kind('', 'events', 'Event', true),
  poddisruptionbudgets: kind('policy', 'poddisruptionbudgets', 'PodDisruptionBudget', true),
}

function kind(group: string, resource: string, singular: string, namespaced: boolean): ResourceInfo {
  return { group, version: 'v1', resource, singular, namespaced }
}

/** True for the plural names of the table above, and for nothing inherited. */
export function isResource(text: string): text is Resource {
  return Object.hasOwn(kinds, text)
}

/** The path segments of a collection, of one namespace or of all. */
export function collectionPath(info: ResourceInfo, namespace?: string): string[] {
  const root = info.group === '' ? ['api', info.version] : ['apis', info.group, info.version]
  return info.namespaced && namespace ? [...root, 'namespaces', namespace, info.resource] : [...root, info.resource]
}

/** The path segments of one object; `namespace` is left out for cluster-scoped kinds. */
export function objectPath(info: ResourceInfo, namespace: string, name: string): string[] {
  return [...collectionPath(info, info.namespaced ? namespace : undefined), name]
}

/** The rule that is missing, in the words of a role: `list persistentvolumes (cluster)`. */
export function ruleText(verb: string, resource: string, namespace?: string): string {
  return `${verb} ${resource} (${namespace ? `namespace ${namespace}` : 'cluster'})`
}
