import 'server-only'
import type { ControllerRevision, Metadata } from '@/lib/statefulset/model/objects'
import { integer, type Json } from '@/lib/cluster/read-json'
import { resource } from './resource'

export const controllerrevisions = resource({
  group: 'apps',
  version: 'v1',
  resource: 'controllerrevisions',
  kind: 'ControllerRevision',
  namespaced: true,
  parse,
})

function parse(json: Json, metadata: Metadata): ControllerRevision {
  return { metadata, revision: integer(json.revision, 'revision') ?? 0 }
}
