import type { Fields } from '@/lib/demo/store'
import { fieldsAt, textAt } from './fields'
import { badRequest, invalid, qualified, StatusError } from './status'

/**
 * Who may do what. The demo lets everybody do everything, as `kubectl proxy` with an administrator's identity does;
 * tests give it users with bearer tokens and rules, as RBAC would hold them.
 */
export type AccessRule = {
  verbs: string[]
  apiGroups: string[]
  /** With subresources: `pods/log`. */
  resources: string[]
  /** Absent: in all namespaces, and for kinds without. */
  namespaces?: string[]
  resourceNames?: string[]
}

export type User = { name: string; groups?: string[]; token: string; rules: AccessRule[] | 'all' }

export type Attributes = {
  verb: string
  group: string
  resource: string
  subresource: string
  namespace: string
  name: string
}

const ADMIN: User = {
  name: 'kubernetes-admin',
  groups: ['system:masters', 'system:authenticated'],
  token: '',
  rules: 'all',
}

/** The one who asks. Without users everybody is the administrator; with users an unknown token gives 401. */
export function authenticate(users: readonly User[], authorization: string | undefined): User {
  if (users.length === 0) return ADMIN
  const token = /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1]
  const user = token === undefined ? undefined : users.find((one) => one.token === token)
  if (!user) throw new StatusError(401, 'Unauthorized', 'Unauthorized')
  return user
}

const holds = (list: string[], one: string) => list.includes('*') || list.includes(one)

export function mayDo(user: User, attributes: Attributes): boolean {
  if (user.rules === 'all') return true
  const { verb, group, resource, subresource, namespace, name } = attributes
  const full = subresource ? `${resource}/${subresource}` : resource
  return user.rules.some(
    (rule) =>
      holds(rule.verbs, verb) &&
      holds(rule.apiGroups, group) &&
      (holds(rule.resources, full) || (subresource !== '' && rule.resources.includes(`*/${subresource}`))) &&
      (rule.namespaces === undefined || rule.namespaces.includes(namespace)) &&
      (rule.resourceNames === undefined || rule.resourceNames.includes(name)),
  )
}

/** 403 as the API server's RBAC authorizer words it. */
export function refusal(user: User, attributes: Attributes): StatusError {
  const { verb, group, resource, subresource, namespace, name } = attributes
  const full = subresource ? `${resource}/${subresource}` : resource
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope'
  const what = qualified(group, resource)
  const why = `User ${JSON.stringify(user.name)} cannot ${verb} resource ${JSON.stringify(full)} in API group ${JSON.stringify(group)} ${where}`
  return new StatusError(403, 'Forbidden', `${what}${name ? ` ${JSON.stringify(name)}` : ''} is forbidden: ${why}`, {
    ...(name ? { name } : {}),
    ...(group ? { group } : {}),
    kind: resource,
  })
}

const text = (fields: Fields | undefined, name: string) => textAt(fields, name)

/** Answers a SelfSubjectAccessReview with its status filled in. */
export function reviewAccess(user: User, review: Fields): Fields {
  const spec = fieldsAt(review, 'spec')
  const attributes = fieldsAt(spec, 'resourceAttributes')
  const path = fieldsAt(spec, 'nonResourceAttributes')
  // Reviews have neither kind nor name in their errors.
  const of = { group: 'authorization.k8s.io', kind: '' }
  if ((attributes === undefined) === (path === undefined))
    throw invalid(of, '', [
      {
        field: 'spec',
        type: 'Invalid',
        value: spec ?? {},
        detail: 'exactly one of nonResourceAttributes or resourceAttributes must be specified',
      },
    ])
  const metadata = fieldsAt(review, 'metadata') ?? {}
  if (Object.keys(metadata).some((name) => name !== 'managedFields' && name !== 'creationTimestamp'))
    throw invalid(of, '', [{ field: 'metadata', type: 'Invalid', value: metadata, detail: 'must be empty' }])
  const allowed =
    user.rules === 'all' ||
    (attributes !== undefined &&
      mayDo(user, {
        verb: text(attributes, 'verb'),
        group: text(attributes, 'group'),
        resource: text(attributes, 'resource'),
        subresource: text(attributes, 'subresource'),
        namespace: text(attributes, 'namespace'),
        name: text(attributes, 'name'),
      }))
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec,
    status: { allowed, ...(allowed ? { reason: 'allowed by the demo cluster' } : {}) },
  }
}

/** Answers a SelfSubjectRulesReview: the user's rules in one namespace. */
export function reviewRules(user: User, review: Fields): Fields {
  const namespace = textAt(review, 'spec', 'namespace')
  if (namespace === '') throw badRequest('no namespace on request')
  const rules =
    user.rules === 'all'
      ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]
      : user.rules
          .filter((rule) => rule.namespaces === undefined || rule.namespaces.includes(namespace))
          .map(({ verbs, apiGroups, resources, resourceNames }) => ({
            verbs,
            apiGroups,
            resources,
            ...(resourceNames ? { resourceNames } : {}),
          }))
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: {},
    status: {
      resourceRules: rules,
      nonResourceRules: user.rules === 'all' ? [{ verbs: ['*'], nonResourceURLs: ['*'] }] : [],
      incomplete: false,
    },
  }
}

/** Answers a SelfSubjectReview: who the server takes the client for. */
export const reviewSelf = (user: User, now: Date): Fields => ({
  kind: 'SelfSubjectReview',
  apiVersion: 'authentication.k8s.io/v1',
  metadata: { creationTimestamp: `${now.toISOString().slice(0, 19)}Z` },
  status: { userInfo: { username: user.name, groups: user.groups ?? ['system:authenticated'] } },
})
