import { allResources } from '@/lib/cluster/kinds'
import { readSettings, variables } from '@/lib/settings'
import { runbooks } from '@/lib/statefulset/detectors/list'
import english from '@/lib/i18n/messages/en/runbooks.json' with { type: 'json' }
import { rooms } from '@/eslint.config.mjs'
import { apiPage } from './api-page'

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |')
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

const titleOf = (id: string): string => {
  const entry = (english as Record<string, unknown>)[id]
  return typeof entry === 'object' && entry !== null && 'title' in entry ? String(entry.title) : id
}

/** What code knows and documents say, by the name of its marker. */
export const generators: Readonly<Record<string, () => string>> = {
  'resource-count': () => String(allResources.length),
  resources: () => allResources.map((resource) => `\`${resource}\``).join(', '),
  api: apiPage,
  'runbook-count': () => String(runbooks.length),
  'detector-count': () => String(runbooks.filter(({ detect }) => detect !== null).length),
  runbooks: () =>
    table(
      ['situation', 'number', 'how much it hurts', 'proved by', 'id'],
      runbooks.map(({ id, alias, severity, detect }) => [
        titleOf(id),
        alias,
        severity,
        detect === null ? 'a page only' : 'the objects',
        `\`${id}\``,
      ]),
    ),
  variables: () =>
    table(
      ['variable', 'meaning', 'default'],
      variables().map(({ name, meaning, fallback }) => [`\`${name}\``, meaning, fallback]),
    ),
  'changes-per-minute': () => String(readSettings({}).changesPerMinute),
  rooms: () =>
    table(
      ['room', 'may import'],
      Object.entries(rooms).map(([room, allowed]) => [
        room,
        allowed.filter((name) => name !== room).join(', ') || 'itself only',
      ]),
    ),
}
