import type { Ordinal } from '@/e2e/ordinal'

/** One line of the journal that Ordinal prints: what was about to be written, or what became of it. */
export type JournalLine = {
  journal: 'intent' | 'result'
  id: string
  action: string
  namespace: string
  name: string
  uid: string
  user: string
  outcome?: 'done' | 'refused' | 'unknown'
  code?: string | null
  request?: { line: string; body: unknown }
  evidence?: Record<string, unknown>
}

/** The journal's lines about a namespace, in the order in which they were printed. */
export function journalOf(ordinal: Ordinal, namespace: string): JournalLine[] {
  return ordinal
    .output()
    .split('\n')
    .filter((line) => line.includes('"journal"') && line.includes(`"namespace":"${namespace}"`))
    .map((line) => JSON.parse(line) as JournalLine)
}
