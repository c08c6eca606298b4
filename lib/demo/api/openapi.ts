import { servedGroupVersions, servedKinds, type DiscoveryAnswer } from './discovery'
import { createHash } from 'node:crypto'

/**
 * /openapi/v3 as far as kubectl needs it: which kinds take fieldValidation, so that it leaves the checking to the server.
 * The items of a `kind: List` kubectl checks itself, by /openapi/v2, and lets through what has no definition there
 * (kubectl pkg/validation/validation.go validateResource). So there is none, and the server checks them as well.
 */
export function openApi(path: string, accept: string): DiscoveryAnswer | null {
  if (path === '/openapi/v2') {
    if (!accept.includes('com.github.proto-openapi.spec.v2'))
      return { body: JSON.stringify({ swagger: '2.0', info: INFO, paths: {} }), contentType: 'application/json' }
    const info = field(1, INFO.title) + field(2, INFO.version)
    return {
      body: field(1, '2.0') + field(2, info),
      contentType: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    }
  }
  if (path === '/openapi/v3') {
    const paths: Record<string, { serverRelativeURL: string }> = {}
    for (const { group, version } of servedGroupVersions()) {
      const key = group ? `apis/${group}/${version}` : `api/${version}`
      const hash = createHash('sha256').update(documentOf(group, version)).digest('hex').slice(0, 32).toUpperCase()
      paths[key] = { serverRelativeURL: `/openapi/v3/${key}?hash=${hash}` }
    }
    return { body: JSON.stringify({ paths }), contentType: 'application/json' }
  }
  for (const { group, version } of servedGroupVersions()) {
    if (path === `/openapi/v3/${group ? `apis/${group}/${version}` : `api/${version}`}`)
      return { body: documentOf(group, version), contentType: 'application/json' }
  }
  return null
}

const INFO = { title: 'Kubernetes', version: 'v1.37.1' }

/** A short text, or message, as a field of a protobuf message. */
const field = (number: number, value: string) => String.fromCharCode((number << 3) | 2, value.length) + value

function documentOf(group: string, version: string): string {
  const root = group ? `/apis/${group}/${version}` : `/api/${version}`
  const parameter = (name: string) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } })
  const paths: Record<string, object> = {}
  for (const kind of servedKinds(group)) {
    const where = kind.namespaced ? `${root}/namespaces/{namespace}` : root
    const gvk = { group, version, kind: kind.kind }
    const parameters = ['dryRun', 'fieldManager', 'fieldValidation'].map(parameter)
    const operation = (action: string) => ({
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': gvk,
      parameters,
      responses: { '200': { description: 'OK' } },
    })
    paths[`${where}/${kind.resource}`] = { post: operation('post') }
    if (kind.verbs.includes('patch'))
      paths[`${where}/${kind.resource}/{name}`] = {
        put: operation('put'),
        patch: { ...operation('patch'), parameters: [...parameters, parameter('force')] },
      }
  }
  return JSON.stringify({
    openapi: '3.0.0',
    info: INFO,
    paths,
    components: { schemas: {} },
  })
}
