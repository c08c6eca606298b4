import { quantity } from './quantity'

/**
 * Why the API server refused to create something, read from the text of its answer: the words of the admission
 * plug-ins and of the validation, each matched by its own constant. Sources: k8s
 * staging/src/k8s.io/apiserver/pkg/admission/plugin (resourcequota/controller.go, webhook/errors/statuserror.go,
 * policy/validating, namespace/lifecycle), staging/src/k8s.io/pod-security-admission/admission/admission.go,
 * plugin/pkg/admission (limitranger, serviceaccount, priority), apimachinery pkg/api/errors and
 * pkg/util/validation/field.
 */
export type Refusal = Why & {
  /** The claim of the pod that was refused; null where it was the pod itself. */
  claim: string | null
}

type Why =
  | { why: 'quota'; quota: string; shortages: readonly Shortage[] }
  | { why: 'quota-unset'; quota: string; resources: string }
  | { why: 'limit-range'; resource: string; bound: string; asked: string | null }
  | { why: 'pod-security'; level: string }
  | { why: 'webhook-denied' | 'webhook-down'; webhook: string }
  | { why: 'policy-denied'; policy: string }
  | { why: 'security-context' }
  | { why: 'too-long'; field: string }
  | { why: 'invalid-field'; field: string; others: number }
  | { why: 'account-missing'; account: string }
  | { why: 'class-missing'; kind: 'PriorityClass' | 'RuntimeClass'; name: string }
  | { why: 'namespace-ending' | 'namespace-missing'; namespace: string }
  | { why: 'not-allowed'; user: string; resource: string }
  | { why: 'already-exists'; name: string }
  | { why: 'server-error' }
  | { why: 'unknown' }

/** One resource of a quota that would be exceeded: quantities as they are written; null where they cannot be told. */
export type Shortage = {
  resource: string
  requested: string | null
  used: string | null
  limited: string | null
  over: string | null
}

/** The reason of a refusal; `message` is the controller's event or the answer alone. */
export function readRefusal(message: string): Refusal {
  const { claim, text } = answerOf(message)
  const found = rules.map((rule) => rule(text)).find((each) => each !== null) ?? { why: 'unknown' as const }
  return { claim, ...found }
}

/**
 * The controller's words around the answer: an event of the claim itself, or an event of the pod with the errors of its
 * claims in it (k8s pkg/controller/statefulset/stateful_pod_control.go createPersistentVolumeClaims).
 */
function answerOf(message: string): { claim: string | null; text: string } {
  const ofClaim = /^\w+ Claim (\S+)/i.exec(message)?.[1] ?? null
  const text = message.replace(/^\w+ (?:Pod|Claim) \S+ .*?failed error: /is, '')
  const wrapped = /^\[?failed to create PVC (\S+): /i.exec(text)
  return wrapped === null
    ? { claim: ofClaim, text }
    : { claim: wrapped[1] ?? ofClaim, text: text.slice(wrapped[0].length) }
}

type Rule = (text: string) => Why | null

/** A rule that needs one match and its groups. */
function on(pattern: RegExp, found: (...groups: string[]) => Why | null): Rule {
  return (text) => {
    const match = pattern.exec(text)
    return match === null ? null : found(...match.slice(1).map((each: string | undefined) => each ?? ''))
  }
}

/** What a webhook or a policy writes is its own and may hold any words: those two are asked first. */
const rules: readonly Rule[] = [
  on(/failed calling (?:admission )?webhook "([^"]+)"/, (webhook) => ({ why: 'webhook-down', webhook })),
  on(/admission webhook "([^"]+)" (?:denied the request|does not support dry run)/, (webhook) => ({
    why: 'webhook-denied',
    webhook,
  })),
  on(/ValidatingAdmissionPolicy '([^']+)' (?:with binding '[^']*' )?denied request/, (policy) => ({
    why: 'policy-denied',
    policy,
  })),
  on(/exceeded quota: ([^,\s]+)(.*)$/s, (quota, numbers) => ({ why: 'quota', quota, shortages: shortagesOf(numbers) })),
  on(/failed quota: ([^:\s]+): must specify (.*)$/s, (quota, what) => {
    const resources = what.split(/[;,]\s*/).map((each) => each.replace(/ for: .*$/s, '').trim())
    const named = [...new Set(resources)].filter((each) => /^[a-z]+\.[\w./-]+$|^(?:cpu|memory)$/.test(each))
    return named.length === 0 ? null : { why: 'quota-unset', quota, resources: named.join(', ') }
  }),
  on(
    /(?:maximum|minimum) (\S+) usage per (?:Container|Pod|PersistentVolumeClaim) is (\S+?)(?:, but (?:limit|request) is (\S+?)[.,\]]*(?:\s|$)|\.\s+No (?:limit|request) is specified)/,
    (resource, bound, asked) => ({ why: 'limit-range', resource, bound, asked: asked === '' ? null : asked }),
  ),
  on(/violates PodSecurity "([^":]+)(?::[^"]*)?"/, (level) => ({ why: 'pod-security', level })),
  on(/unable to validate against any security context constraint/, () => ({ why: 'security-context' })),
  on(/in namespace (\S+) because it is being terminated/, (namespace) => ({ why: 'namespace-ending', namespace })),
  on(/namespaces? "([^"]+)" not found/, (namespace) => ({ why: 'namespace-missing', namespace })),
  on(/error looking up service account (\S+?): serviceaccounts? "[^"]*" not found/, (account) => ({
    why: 'account-missing',
    account,
  })),
  on(/no PriorityClass with name (\S+) was found/, (name) => ({ why: 'class-missing', kind: 'PriorityClass', name })),
  on(/RuntimeClass "?([^"\s]+)"? not found/, (name) => ({ why: 'class-missing', kind: 'RuntimeClass', name })),
  on(/User "([^"]+)" cannot create resource "([^"]+)"/, (user, resource) => ({ why: 'not-allowed', user, resource })),
  on(/"([^"]+)" already exists$/, (name) => ({ why: 'already-exists', name })),
  invalid,
  on(
    /^(?:Internal error occurred|etcdserver:|Timeout: |rpc error:|the server (?:was unable|has received too many|is currently unable|could not)|context deadline exceeded|client rate limiter|(?:Post|Get) "https?:)/i,
    () => ({ why: 'server-error' }),
  ),
]

/** `Pod "web-0" is invalid: field: Invalid value: …`, one field or a list of them in brackets. */
function invalid(text: string): Why | null {
  const rest = /^\w[\w.]* "[^"]*" is invalid: (.*)$/s.exec(text)?.[1]
  if (rest === undefined) return null
  const fields = [...rest.matchAll(/(?:^\[?|, )([a-z][\w.]*(?:\[[^\]]*\][\w.]*)*): (?=[A-Z])/g)].map((each) => each[1])
  const [field] = fields
  if (field === undefined) return { why: 'invalid-field', field: '', others: 0 }
  if (/must be no more than \d+ (?:characters|bytes)/.test(rest) && /^(?:metadata\.|spec\.hostname)/.test(field))
    return { why: 'too-long', field }
  return { why: 'invalid-field', field, others: new Set(fields).size - 1 }
}

/** `, requested: pods=1,cpu=2, used: …, limited: …`: the resources of which there is too little. */
function shortagesOf(numbers: string): Shortage[] {
  const tables = new Map(
    ['requested', 'used', 'limited'].map((name) => {
      const text = new RegExp(`, ${name}: ([^\\s]*)`).exec(numbers)?.[1] ?? ''
      const pairs = text.split(',').flatMap((each) => {
        const [resource, value] = each.split('=')
        return resource !== undefined && resource !== '' && value !== undefined && quantity(value) !== null
          ? [[resource, value] as const]
          : []
      })
      return [name, new Map(pairs)] as const
    }),
  )
  const of = (table: string, resource: string) => tables.get(table)?.get(resource) ?? null
  return [...(tables.get('requested')?.keys() ?? [])].map((resource) => {
    const told = {
      requested: of('requested', resource),
      used: of('used', resource),
      limited: of('limited', resource),
    }
    return { resource, ...told, over: excess(told) }
  })
}

const units = ['', 'm', 'k', 'M', 'G', 'T', 'P', 'E', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

/** By how much the sum of two quantities is above the third, in the largest of their units that tells it exactly. */
function excess({ requested, used, limited }: Omit<Shortage, 'resource' | 'over'>): string | null {
  const given = [requested, used, limited]
  const [wants, has, may] = given.map(quantity)
  if (typeof wants !== 'number' || typeof has !== 'number' || typeof may !== 'number') return null
  const over = wants + has - may
  if (over <= 0) return null
  const seen = new Set(given.map((each) => /[a-zA-Z]*$/.exec(each ?? '')?.[0] ?? ''))
  const fitting = units.flatMap((unit) => {
    const size = quantity(`1${unit}`) ?? 0
    const count = Math.round(over / size)
    // Nothing smaller than a thousandth is counted.
    return seen.has(unit) && Math.abs(count * size - over) < 0.0005 ? [{ size, text: `${count}${unit}` }] : []
  })
  return fitting.toSorted((a, b) => b.size - a.size)[0]?.text ?? null
}
