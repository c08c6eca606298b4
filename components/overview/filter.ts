import type { OrdinalState, StatefulSetSummary } from '@/lib/statefulset/model/view'

/**
 * The overview's filter. Words must all be found in `namespace/name`; `!word` must not be found;
 * `state:crash` keeps sets with such an ordinal, `state:!ok` those with any ordinal of another state than ready.
 */
export function matches(summary: StatefulSetSummary, filter: Filter): boolean {
  if (filter.namespace !== null && summary.namespace !== filter.namespace) return false
  const text = `${summary.namespace}/${summary.name}`.toLowerCase()
  return filter.terms.every((term) => {
    if (term.kind === 'text') return text.includes(term.value) !== term.not
    const states = summary.ordinals.map(([, state]) => state)
    return states.some((state) => (state === term.value) !== term.not)
  })
}

export type Term = { kind: 'text'; value: string; not: boolean } | { kind: 'state'; value: OrdinalState; not: boolean }
export type Filter = { terms: readonly Term[]; namespace: string | null }

/** Reads what was typed. A `state:` of no such name is taken as text, so that nothing typed is silently ignored. */
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
      return word.startsWith('!')
        ? { kind: 'text', value: word.slice(1), not: true }
        : { kind: 'text', value: word, not: false }
    })
  return { terms, namespace }
}
