import { createHash } from 'node:crypto'
import { groupVersion, RESOURCES, type ResourceInfo } from './resources'

/** What the server tells of itself: /api, /apis (plain and aggregated), /api/v1 …, /version (k8s api/discovery/*.json). */

export const GIT_VERSION = 'v1.37.1+ordinal.demo'

export const VERSION = {
  major: '1',
  minor: '37',
  emulationMajor: '1',
  emulationMinor: '37',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '36',
  gitVersion: GIT_VERSION,
  gitCommit: 'ordinal',
  gitTreeState: 'clean',
  buildDate: '2026-11-22T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'linux/amd64',
}

type Subresource = { name: string; kind: string; group: string; version: string; verbs: string[] }
type Served = Pick<
  ResourceInfo,
  'resource' | 'group' | 'version' | 'kind' | 'singular' | 'shortNames' | 'categories' | 'namespaced'
> & {
  verbs: string[]
  subresources: Subresource[]
}

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const READ_WRITE = ['get', 'patch', 'update']
const CONNECT = ['create', 'get']
const PROXY = ['create', 'delete', 'get', 'patch', 'update']

function subresourcesOf(info: ResourceInfo): Subresource[] {
  const sub = (name: string, verbs: string[], kind = info.kind, group = '', version = '') => ({
    name,
    kind,
    group,
    version,
    verbs,
  })
  const proxyKind = info.resource === 'pods' ? 'PodProxyOptions' : 'ServiceProxyOptions'
  return [
    ...(info.resource === 'pods'
      ? [
          sub('binding', ['create'], 'Binding'),
          sub('eviction', ['create'], 'Eviction', 'policy', 'v1'),
          sub('exec', CONNECT, 'PodExecOptions'),
          sub('log', ['get']),
          sub('portforward', CONNECT, 'PodPortForwardOptions'),
        ]
      : []),
    ...(info.resource === 'namespaces' ? [sub('finalize', ['update'])] : []),
    ...(info.resource === 'pods' || info.resource === 'services' ? [sub('proxy', PROXY, proxyKind)] : []),
    ...(info.resource === 'statefulsets' ? [sub('scale', READ_WRITE, 'Scale', 'autoscaling', 'v1')] : []),
    ...(info.status ? [sub('status', READ_WRITE)] : []),
  ]
}

/** Kinds that can only be created, never stored: reviews. */
const review = (group: string, kind: string): Served => ({
  resource: `${kind.toLowerCase()}s`,
  group,
  version: 'v1',
  kind,
  singular: kind.toLowerCase(),
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: ['create'],
  subresources: [],
})

const SERVED: Served[] = [
  ...[...RESOURCES.values()].map((info) => ({
    ...info,
    verbs: info.resource === 'namespaces' ? VERBS.filter((verb) => verb !== 'deletecollection') : VERBS,
    subresources: subresourcesOf(info),
  })),
  review('authentication.k8s.io', 'SelfSubjectReview'),
  review('authorization.k8s.io', 'SelfSubjectAccessReview'),
  review('authorization.k8s.io', 'SelfSubjectRulesReview'),
]

/** In the order of priority that the API server keeps: core, apps, then by name. */
const GROUPS = ['', ...[...new Set(SERVED.map((one) => one.group))].filter(Boolean).sort()]

const servedIn = (group: string) =>
  SERVED.filter((one) => one.group === group).sort((a, b) => (a.resource < b.resource ? -1 : 1))

const versionOf = (group: string) => servedIn(group)[0]?.version ?? 'v1'

const serverAddress = [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:8001' }]

function apiGroup(group: string, withKind: boolean) {
  const version = versionOf(group)
  const preferred = { groupVersion: `${group}/${version}`, version }
  const body = { name: group, versions: [preferred], preferredVersion: preferred }
  return withKind ? { kind: 'APIGroup', apiVersion: 'v1', ...body } : body
}

function resourceList(group: string) {
  const resources = servedIn(group).flatMap((one) => [
    {
      name: one.resource,
      singularName: one.singular,
      namespaced: one.namespaced,
      kind: one.kind,
      verbs: one.verbs,
      ...(one.shortNames.length > 0 ? { shortNames: one.shortNames } : {}),
      ...(one.categories.length > 0 ? { categories: one.categories } : {}),
    },
    ...one.subresources.map((sub) => ({
      name: `${one.resource}/${sub.name}`,
      singularName: '',
      namespaced: one.namespaced,
      ...(sub.group ? { group: sub.group, version: sub.version } : {}),
      kind: sub.kind,
      verbs: sub.verbs,
    })),
  ])
  return {
    kind: 'APIResourceList',
    ...(group ? { apiVersion: 'v1' } : {}),
    groupVersion: groupVersion({ group, version: versionOf(group) }),
    resources,
  }
}

function aggregated(groups: string[]) {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => ({
      metadata: { ...(group ? { name: group } : {}), creationTimestamp: null },
      versions: [
        {
          version: versionOf(group),
          freshness: 'Current',
          resources: servedIn(group).map((one) => ({
            resource: one.resource,
            responseKind: { group: '', version: '', kind: one.kind },
            scope: one.namespaced ? 'Namespaced' : 'Cluster',
            singularResource: one.singular,
            verbs: one.verbs,
            ...(one.shortNames.length > 0 ? { shortNames: one.shortNames } : {}),
            ...(one.categories.length > 0 ? { categories: one.categories } : {}),
            ...(one.subresources.length > 0
              ? {
                  subresources: one.subresources.map((sub) => ({
                    subresource: sub.name,
                    responseKind: { group: sub.group, version: sub.version, kind: sub.kind },
                    verbs: sub.verbs,
                  })),
                }
              : {}),
          })),
        },
      ],
    })),
  }
}

const AGGREGATED_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

export type DiscoveryAnswer = { body: string; contentType: string; etag?: string }

function answer(body: object, contentType = 'application/json'): DiscoveryAnswer {
  const text = `${JSON.stringify(body)}\n`
  if (contentType === 'application/json') return { body: text, contentType }
  const etag = `"${createHash('sha512').update(text).digest('hex').toUpperCase()}"`
  return { body: text, contentType, etag }
}

/** Whether the client would rather have aggregated discovery of version 2. */
const wantsAggregated = (accept: string) =>
  accept.split(',').some((part) => {
    const [type = '', ...parameters] = part.split(';').map((one) => one.trim())
    return (
      (type === 'application/json' || type === '*/*') &&
      parameters.includes('g=apidiscovery.k8s.io') &&
      parameters.includes('v=v2') &&
      parameters.includes('as=APIGroupDiscoveryList')
    )
  })

/** The answer to a discovery path, or null when the path is none. */
export function discover(path: string, accept: string): DiscoveryAnswer | null {
  const clean = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  const whole = wantsAggregated(accept)
  if (clean === '/api')
    return whole
      ? answer(aggregated(['']), AGGREGATED_TYPE)
      : answer({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: serverAddress })
  if (clean === '/apis') {
    const groups = GROUPS.filter(Boolean)
    return whole
      ? answer(aggregated(groups), AGGREGATED_TYPE)
      : answer({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((group) => apiGroup(group, false)) })
  }
  if (clean === '/api/v1') return answer(resourceList(''))
  const [, root, group = '', version, ...more] = clean.split('/')
  if (root !== 'apis' || !GROUPS.includes(group) || group === '' || more.length > 0) return null
  if (version === undefined) return answer(apiGroup(group, true))
  return version === versionOf(group) ? answer(resourceList(group)) : null
}

export const servedGroupVersions = () => GROUPS.map((group) => ({ group, version: versionOf(group) }))
export const servedKinds = (group: string) => servedIn(group)
