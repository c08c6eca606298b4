import type { KubeObject } from '@/lib/demo/store'
import { jsonOf } from './answer'
import type { ListResult } from './list'
import { byPreference, PLAIN, PROTOBUF } from './media-types'
import { groupVersion, type ResourceInfo } from './resources'
import { badRequest, StatusError } from './status'
import { columnsOf, rowsOf } from './tables/table'
import type { Representation } from './watch'

/** How objects are asked for: as they are, as a Table, or as their metadata alone (k8s apiserver pkg/endpoints/handlers/response.go). */
export type Form = {
  as: 'object' | 'table' | 'metadata'
  version: string
  includeObject: 'Metadata' | 'Object' | 'None'
  contentType: string
}

/** The first form of the Accept header that can be served; 406 when there is none. */
export function chooseForm(accept: string | undefined, query: URLSearchParams): Form {
  const include = query.get('includeObject') ?? 'Metadata'
  const includeObject = include === '' ? 'Metadata' : include
  const form = (as: Form['as'], version = ''): Form => {
    if (as === 'table' && includeObject !== 'Metadata' && includeObject !== 'Object' && includeObject !== 'None')
      throw badRequest(
        `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(includeObject)}: must be 'Metadata', 'Object', 'None', or empty`,
      )
    return { as, version, includeObject: includeObject as Form['includeObject'], contentType: PLAIN }
  }
  if (!accept) return form('object')
  // Who takes JSON as well gets JSON.
  for (const [type, parameters] of byPreference(accept)) {
    const value = (name: string) => parameters.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)
    const as = value('as')
    if (as === undefined) return form('object')
    if (value('g') !== 'meta.k8s.io') continue
    const version = value('v') ?? 'v1'
    if (version !== 'v1' && version !== 'v1beta1') continue
    // Rows have no form in protobuf.
    if (as === 'Table' && type !== PROTOBUF) return form('table', version)
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return form('metadata', version)
  }
  throw new StatusError(
    406,
    'NotAcceptable',
    '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    {},
  )
}

const partial = (object: KubeObject, version = 'v1') => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${version}`,
  metadata: object.metadata,
})

function table(
  info: ResourceInfo,
  form: Form,
  objects: KubeObject[],
  metadata: object,
  now: Date,
  withColumns = true,
): string {
  const rows = rowsOf(info, objects, now).map((row, index) => {
    const object = objects[index]
    const shown =
      form.includeObject === 'None' || !object
        ? null
        : form.includeObject === 'Object'
          ? object
          : partial(object, form.version)
    return { ...row, object: shown }
  })
  return JSON.stringify({
    kind: 'Table',
    apiVersion: `meta.k8s.io/${form.version}`,
    metadata,
    columnDefinitions: withColumns ? columnsOf(info) : null,
    rows,
  })
}

export function objectText(info: ResourceInfo, form: Form, object: KubeObject, now: Date): string {
  if (form.as === 'object') return `${jsonOf(object)}\n`
  if (form.as === 'metadata') return `${JSON.stringify(partial(object, form.version))}\n`
  return `${table(info, form, [object], { resourceVersion: object.metadata.resourceVersion }, now)}\n`
}

export function listText(info: ResourceInfo, form: Form, result: ListResult, now: Date): string {
  const metadata = {
    resourceVersion: result.resourceVersion,
    ...(result.continue ? { continue: result.continue } : {}),
    ...(result.remaining === null ? {} : { remainingItemCount: result.remaining }),
  }
  if (form.as === 'table') return `${table(info, form, result.items, metadata, now)}\n`
  const [kind, apiVersion] =
    form.as === 'metadata'
      ? ['PartialObjectMetadataList', `meta.k8s.io/${form.version}`]
      : [`${info.kind}List`, groupVersion(info)]
  const head = `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${JSON.stringify(metadata)}`
  // Items of a list carry neither kind nor apiVersion of their own, as Go writes them.
  const items = result.items.map((object) =>
    form.as === 'metadata' ? JSON.stringify(partial(object, form.version)) : itemText(object),
  )
  return `${head},"items":[${items.join(',')}]}\n`
}

const heads = new WeakMap<object, string>()

function itemText(object: KubeObject): string {
  const known = heads.get(object)
  if (known !== undefined) return known
  const { apiVersion: _1, kind: _2, ...rest } = object
  const text = JSON.stringify(rest)
  if (Object.isFrozen(object)) heads.set(object, text)
  return text
}

/** How a watch writes its objects. Columns are told with the first row only. */
export function watchText(info: ResourceInfo, form: Form, now: () => Date): Representation {
  if (form.as === 'object') return jsonOf
  if (form.as === 'metadata') return (object) => JSON.stringify(partial(object, form.version))
  return (object, first) =>
    table(info, form, [object], { resourceVersion: object.metadata.resourceVersion }, now(), first)
}
