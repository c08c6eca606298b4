import type { OrdinalState, StatefulSetSummary } from '@/lib/statefulset/model/view'

/**
 * The overview's filter. A plain word is found in `namespace/name`, or is the name of a pod, a claim or a node of the
 * set. A word with a key looks in one place: `node:worker-3`, `image:postgres`, `state:crash`. `!` turns a word round,
 * before it or after its key; `state:!ok` keeps sets with any ordinal of another state than ready. All words must fit,
 * and nothing fits what the filter does not know.
 */
export function matches(summary: StatefulSetSummary, filter: Filter): boolean {
  if (filter.namespace !== null && summary.namespace !== filter.namespace) return false
  return filter.terms.every((term) => {
    if (term.kind === 'unknown') return false
    if (term.kind === 'state') return summary.ordinals.some(([, state]) => (state === term.value) !== term.not)
    return finds[term.kind](summary, term.value) !== term.not
  })
}

type Find = (summary: StatefulSetSummary, word: string) => boolean

const finds: Readonly<Record<Exclude<FilterKey, 'state'> | 'text', Find>> = {
  text: (summary, word) =>
    nameOf(summary).includes(word) ||
    isPodOf(summary, word) ||
    isClaimOf(summary, word) ||
    summary.nodes.some((node) => node.toLowerCase() === word),
  namespace: ({ namespace }, word) => holds(namespace, word),
  set: ({ name }, word) => holds(name, word),
  pod: (summary, word) => isPodOf(summary, word) || holds(summary.name, word),
  node: ({ nodes }, word) => nodes.some((node) => holds(node.toLowerCase(), word)),
  claim: (summary, word) =>
    isClaimOf(summary, word) || summary.claimTemplates.some((template) => holds(`${template}-${summary.name}-`, word)),
  image: ({ images }, word) => images.some((image) => image.toLowerCase().includes(word)),
}

/** Part of a name, and never part of a number: `worker-1` is not in `worker-10`. */
function holds(name: string, word: string): boolean {
  if (!/\d$/.test(word)) return name.includes(word)
  for (let at = name.indexOf(word); at >= 0; at = name.indexOf(word, at + 1))
    if (!/\d/.test(name.charAt(at + word.length))) return true
  return false
}

const nameOf = ({ namespace, name }: StatefulSetSummary) => `${namespace}/${name}`

/** Whether a word is the name of a pod of the set: the set's own and an ordinal, whether it is there now or not. */
function isPodOf(summary: StatefulSetSummary, word: string): boolean {
  const own = /^(.+)-\d+$/.exec(word)?.[1]
  return own !== undefined && (own === summary.name || own === nameOf(summary))
}

function isClaimOf({ name, claimTemplates }: StatefulSetSummary, word: string): boolean {
  const own = /^(.+)-\d+$/.exec(word)?.[1]
  return own !== undefined && claimTemplates.some((template) => own === `${template}-${name}`)
}

/** The keys that a word may have, in the order in which they are offered. */
export const filterKeys = ['pod', 'node', 'claim', 'image', 'namespace', 'set', 'state'] as const
export type FilterKey = (typeof filterKeys)[number]

export type Term =
  | { kind: 'text' | Exclude<FilterKey, 'state'>; value: string; not: boolean }
  | { kind: 'state'; value: OrdinalState; not: boolean }
  // A key or a state that the filter does not know. No name of Kubernetes holds a colon.
  | { kind: 'unknown'; value: string }
export type Filter = { terms: readonly Term[]; namespace: string | null }

const keys: ReadonlySet<string> = new Set(filterKeys)

/** Reads what was typed; `states` are the names of states. A key without a word yet asks for nothing. */
export function parseFilter(text: string, namespace: string | null, states: ReadonlySet<string>): Filter {
  const terms = text
    .toLowerCase()
    .split(/\s+/)
    .flatMap((word): Term[] => {
      const [, before = '', key, after = '', value = ''] = /^(!?)(?:([a-z]+):(!?))?(.*)$/.exec(word) ?? []
      const not = (before === '!') !== (after === '!')
      if (key === undefined) {
        if (value === '') return []
        return [value.includes(':') ? { kind: 'unknown', value: word } : { kind: 'text', value, not }]
      }
      if (!keys.has(key)) return [{ kind: 'unknown', value: word }]
      if (value === '') return []
      if (key !== 'state') return [{ kind: key as Exclude<FilterKey, 'state'>, value, not }]
      return [
        states.has(value) ? { kind: 'state', value: value as OrdinalState, not } : { kind: 'unknown', value: word },
      ]
    })
  return { terms, namespace }
}
