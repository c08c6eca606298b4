import type { Fields, KubeObject, ResourceType } from '@/lib/demo/store'
import { fieldsAt, listAt, textAt, valueAt } from './fields'
import { problemsOfLabelValue, problemsOfQualifiedName } from './grammar'
import { badRequest } from './status'

/** Label selectors and field selectors, as text in a query and as objects (k8s apimachinery pkg/labels, pkg/fields). */

type Labels = Record<string, string> | undefined
export type LabelTest = (labels: Labels) => boolean

type Requirement = { key: string; operator: '=' | '!=' | 'in' | 'notin' | 'exists' | '!'; values: string[] }

function satisfies({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels?.[key]
  switch (operator) {
    case '=':
    case 'in':
      return value !== undefined && values.includes(value)
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value)
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
  }
}

/** The test of a LabelSelector object; null when it cannot be read. An empty one matches everything. */
export function selectorOf(selector: Fields): LabelTest | null {
  const requirements: Requirement[] = Object.entries(fieldsAt(selector, 'matchLabels') ?? {}).map(([key, value]) => ({
    key,
    operator: '=',
    values: [String(value)],
  }))
  const operators: Record<string, Requirement['operator']> = {
    In: 'in',
    NotIn: 'notin',
    Exists: 'exists',
    DoesNotExist: '!',
  }
  for (const expression of listAt(selector, 'matchExpressions')) {
    const operator = operators[textAt(expression, 'operator')]
    const given = expression['values']
    const values = Array.isArray(given) ? given.filter((one) => typeof one === 'string') : []
    if (!operator || (operator === 'in' || operator === 'notin' ? values.length === 0 : values.length > 0)) return null
    requirements.push({ key: textAt(expression, 'key'), operator, values })
  }
  return (labels) => requirements.every((one) => satisfies(one, labels))
}

/** A LabelSelector object as the text that /scale carries, keys in order. */
export function selectorText(selector: Fields | undefined): string {
  if (!selector) return ''
  const parts: [string, string][] = Object.entries(fieldsAt(selector, 'matchLabels') ?? {}).map(([key, value]) => [
    key,
    `${key}=${String(value)}`,
  ])
  for (const expression of listAt(selector, 'matchExpressions')) {
    const key = textAt(expression, 'key')
    const values = (Array.isArray(expression['values']) ? expression['values'].map(String) : []).sort().join(',')
    const forms: Record<string, string> = {
      In: `${key} in (${values})`,
      NotIn: `${key} notin (${values})`,
      Exists: key,
      DoesNotExist: `!${key}`,
    }
    parts.push([key, forms[textAt(expression, 'operator')] ?? ''])
  }
  return parts
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, text]) => text)
    .join(',')
}

/** Reads `a=b,c in (d,e),!f`. Throws 400 when it cannot. */
export function parseLabelSelector(text: string): LabelTest {
  const requirements: Requirement[] = []
  let rest = text.trim()
  const fail = (why: string): never => {
    throw badRequest(`unable to parse requirement: ${why}`)
  }
  const key = (name: string): string => {
    const problem = problemsOfQualifiedName(name)[0]
    if (problem) fail(`<nil>: Invalid value: ${JSON.stringify(name)}: ${problem}`)
    return name
  }
  while (rest !== '') {
    const set = /^([^\s,=!()<>]+)\s+(in|notin)\s*\(([^()]*)\)\s*/.exec(rest)
    const absent = /^!\s*([^\s,=!()<>]+)\s*/.exec(rest)
    const equal = /^([^\s,=!()<>]+)\s*(==|=|!=)\s*([^\s,=!()<>]*)\s*/.exec(rest)
    const present = /^([^\s,=!()<>]+)\s*(?=,|$)/.exec(rest)
    const match = set ?? absent ?? equal ?? present
    if (!match) return fail(`found '${rest.slice(0, 20)}', expected: identifier or end`)
    const [whole, name = ''] = match
    if (set) {
      const values = (set[3] ?? '').split(',').map((one) => one.trim())
      requirements.push({
        key: key(name),
        operator: set[2] === 'in' ? 'in' : 'notin',
        values: values.map((one) => value(name, one)),
      })
    } else if (absent) requirements.push({ key: key(name), operator: '!', values: [] })
    else if (equal)
      requirements.push({
        key: key(name),
        operator: equal[2] === '!=' ? '!=' : '=',
        values: [value(name, equal[3] ?? '')],
      })
    else requirements.push({ key: key(name), operator: 'exists', values: [] })
    rest = rest.slice(whole.length)
    if (rest === '') break
    if (!rest.startsWith(',')) return fail(`found '${rest.slice(0, 20)}', expected: ',' or 'end of string'`)
    rest = rest.slice(1).trim()
    if (rest === '') return fail("found '', expected: identifier after ','")
  }
  return (labels) => requirements.every((one) => satisfies(one, labels))

  function value(of: string, one: string): string {
    const problem = problemsOfLabelValue(one)[0]
    if (problem) fail(`values[0][${of}]: Invalid value: ${JSON.stringify(one)}: ${problem}`)
    return one
  }
}

export type FieldTest = (object: KubeObject) => boolean

/** Fields beyond name and namespace, and how each is read (k8s pkg/apis/core/v1/conversion.go). */
const SELECTABLE: Record<string, Record<string, string[]>> = {
  pods: {
    'spec.nodeName': ['spec', 'nodeName'],
    'spec.restartPolicy': ['spec', 'restartPolicy'],
    'spec.schedulerName': ['spec', 'schedulerName'],
    'spec.serviceAccountName': ['spec', 'serviceAccountName'],
    'spec.hostNetwork': ['spec', 'hostNetwork'],
    'status.phase': ['status', 'phase'],
    'status.podIP': ['status', 'podIP'],
    'status.podIPs': ['status', 'podIP'],
    'status.nominatedNodeName': ['status', 'nominatedNodeName'],
  },
  nodes: { 'spec.unschedulable': ['spec', 'unschedulable'] },
  services: { 'spec.clusterIP': ['spec', 'clusterIP'], 'spec.type': ['spec', 'type'] },
  namespaces: { 'status.phase': ['status', 'phase'] },
  secrets: { type: ['type'] },
  events: {
    'involvedObject.kind': ['involvedObject', 'kind'],
    'involvedObject.namespace': ['involvedObject', 'namespace'],
    'involvedObject.name': ['involvedObject', 'name'],
    'involvedObject.uid': ['involvedObject', 'uid'],
    'involvedObject.apiVersion': ['involvedObject', 'apiVersion'],
    'involvedObject.resourceVersion': ['involvedObject', 'resourceVersion'],
    'involvedObject.fieldPath': ['involvedObject', 'fieldPath'],
    reason: ['reason'],
    reportingComponent: ['reportingComponent'],
    source: ['source', 'component'],
    type: ['type'],
  },
}
const FALSE_WHEN_ABSENT = new Set(['spec.unschedulable', 'spec.hostNetwork'])
/** Kinds with their own conversion say it shorter. */
const SHORT_REFUSAL = new Set(['pods', 'events', 'nodes', 'services', 'namespaces', 'secrets'])

function readField(object: KubeObject, field: string, path: string[]): string {
  const found = valueAt(object, ...path)
  if (found === undefined) return FALSE_WHEN_ABSENT.has(field) ? 'false' : ''
  return typeof found === 'object' ? '' : String(found)
}

/** Reads `metadata.name=x,status.phase!=Running`. Throws 400 for a field this kind cannot be selected by. */
export function parseFieldSelector(resource: ResourceType, text: string): FieldTest {
  const tests: FieldTest[] = []
  for (const part of text.split(/(?<!\\),/)) {
    if (part.trim() === '') continue
    const match = /^([^=!]*)(==|!=|=)(.*)$/.exec(part)
    if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`)
    const field = (match[1] ?? '').trim()
    const wanted = (match[3] ?? '').replace(/\\([\\,=])/g, '$1')
    const path = fieldPath(resource, field)
    const differs = match[2] === '!='
    tests.push((object) => (readField(object, field, path) === wanted) !== differs)
  }
  return (object) => tests.every((test) => test(object))
}

/** The one name that a field selector asks for, if it asks for one: watches and lists of one object are cheap then. */
export function selectedName(text: string): string | null {
  return /(?:^|,)metadata\.name==?([^,=!\\]+)(?:,|$)/.exec(text)?.[1] ?? null
}

function fieldPath(resource: ResourceType, field: string): string[] {
  if (field === 'metadata.name' || field === 'metadata.namespace') return field.split('.')
  const path = SELECTABLE[resource]?.[field]
  if (path) return path
  throw badRequest(
    SHORT_REFUSAL.has(resource)
      ? `field label not supported: ${field}`
      : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
  )
}
