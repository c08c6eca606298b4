import 'server-only'
import type { ObjectsByResource, Resource } from '@/lib/statefulset/model/objects'
import { controllerrevisions } from './resources/controllerrevisions'
import { endpointslices } from './resources/endpointslices'
import { events } from './resources/events'
import { nodes } from './resources/nodes'
import { persistentvolumeclaims } from './resources/persistentvolumeclaims'
import { persistentvolumes } from './resources/persistentvolumes'
import { poddisruptionbudgets } from './resources/poddisruptionbudgets'
import { pods } from './resources/pods'
import type { ResourceDefinition, ResourceInfo } from './resources/resource'
import { services } from './resources/services'
import { statefulsets } from './resources/statefulsets'
import { storageclasses } from './resources/storageclasses'

export type { ResourceInfo }

/** Every resource that is followed: where it lives and how it is read. */
export const kinds: { readonly [K in Resource]: ResourceDefinition<ObjectsByResource[K]> } = {
  statefulsets,
  pods,
  persistentvolumeclaims,
  persistentvolumes,
  storageclasses,
  nodes,
  services,
  endpointslices,
  controllerrevisions,
  events,
  poddisruptionbudgets,
}

/** True for the plural names of the table above, and for nothing inherited. */
export function isResource(text: string): text is Resource {
  return Object.hasOwn(kinds, text)
}

/** The resource as rules and audit logs name it, with its group: `statefulsets.apps`. */
export function qualifiedName({ group, resource }: ResourceInfo): string {
  return group === '' ? resource : `${resource}.${group}`
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
