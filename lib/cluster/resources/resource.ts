import 'server-only'
import type { Metadata } from '@/lib/statefulset/model/objects'
import type { Json } from '@/lib/cluster/read-json'

/** Where the API serves a resource, and what it calls one object of it. */
export type ResourceInfo = {
  /** Empty for the core group. */
  group: string
  version: string
  /** The plural name in paths and rules: `pods`. */
  resource: string
  /** As in `kind:` of a manifest. */
  kind: string
  namespaced: boolean
}

/** A resource that is followed: where it is, and how one object becomes the few fields that Ordinal reads. */
export type ResourceDefinition<T> = ResourceInfo & {
  /** Throws `ParseError`, which names the field. */
  parse(json: Json, metadata: Metadata): T
}

/** Keeps the type of what `parse` gives. */
export function resource<T>(definition: ResourceDefinition<T>): ResourceDefinition<T> {
  return definition
}
