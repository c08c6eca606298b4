import type { OrdinalState, StatefulSetSummary } from '@/lib/statefulset/model/view'

/**
 * The overview's filter. Words must all be found in `namespace/name`, or be the name of a pod of the set; `!word` must
 * not be found; `state:crash` keeps sets with such an ordinal, `state:!ok` those with any ordinal of another state than
 * ready. Nothing fits what the filter does not know.
 */
export function matches(summary: StatefulSetSummary, filter: Filter): boolean {
  if (filter.namespace !== null && summary.namespace !== filter.namespace) return false
  const text = `${summary.namespace}/${summary.name}`.toLowerCase()
  return filter.terms.every((term) => {
    if (term.kind === 'unknown') return false
    if (term.kind === 'text') return (text.includes(term.value) || isPodOf(text, term.value)) !== term.not
    const states = summary.ordinals.map(([, state]) => state)
    return states.some((state) => (state === term.value) !== term.not)
  })
}

/** Whether a word is the name of a pod of the set: the set's own and an ordinal, whether it is there now or not. */
function isPodOf(set: string, word: string): boolean {
  const own = /^(.+)-\d+$/.exec(word)?.[1]
  return own !== undefined && (own === set || own === set.slice(set.indexOf('/') + 1))
}

export type Term =
  | { kind: 'text'; value: string; not: boolean }
  | { kind: 'state'; value: OrdinalState; not: boolean }
  // A key or a state that the filter does not know. No name of Kubernetes holds a colon.
  | { kind: 'unknown'; value: string }
export type Filter = { terms: readonly Term[]; namespace: string | null }

/** Reads what was typed. */
export function parseFilter(text: string, namespace: string | null, known: ReadonlySet<string>): Filter {
  const terms = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '!')
    .map((word): Term => {
      const state = /^state:(!?)([a-z-]+)$/.exec(word)
      const value = state?.[2]
      if (state && value !== undefined && known.has(value))
        return { kind: 'state', value: value as OrdinalState, not: state[1] === '!' }
      if (word.includes(':')) return { kind: 'unknown', value: word }
      return word.startsWith('!')
        ? { kind: 'text', value: word.slice(1), not: true }
        : { kind: 'text', value: word, not: false }
    })
  return { terms, namespace }
}
