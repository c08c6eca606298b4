import words from '@/lib/i18n/messages/en/runbooks.json'
import { sooner } from '@/lib/statefulset/model/time'
import type { Problem } from '@/lib/statefulset/model/view'
import type { DetectorInput } from './detector'
import { runbooks } from './list'

/** The problems of a set, each with its proof, the most urgent first, and when the clock alone adds one. */
export function detect(scene: DetectorInput): { problems: Problem[]; until: number | null } {
  const problems: Problem[] = []
  let until: number | null = null
  for (const { id, alias, severity, detect } of runbooks) {
    const found = detect?.(scene) ?? null
    if (found === null) continue
    if ('until' in found) until = sooner(until, found.until)
    else problems.push({ runbook: id, alias, title: titleOf(id), ...found, severity: found.severity ?? severity })
  }
  return { problems, until }
}

/** The title in English, for programs; pages say it in the reader's language. */
function titleOf(id: string): string {
  const texts: Readonly<Record<string, object | string>> = words
  const runbook = texts[id]
  return typeof runbook === 'object' && 'title' in runbook ? String(runbook.title) : id
}
