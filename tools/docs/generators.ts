import { kinds } from '@/lib/cluster/kinds'
import { actionContracts } from '@/lib/contract/actions/list'
import { readSettings, variables } from '@/lib/settings'
import { allResources } from '@/lib/statefulset/model/objects'
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

/** The role of somebody who may look, with what is read when it is needed and not followed. */
function viewerRole(): string {
  const groups = Map.groupBy(Object.values(kinds), ({ group }) => group)
  const rule = (group: string, resources: readonly string[], verbs: string, why = '') =>
    `  - { apiGroups: [${group || '""'}], resources: [${resources.join(', ')}], verbs: [${verbs}] }${why && ` # ${why}`}`
  return [
    '```yaml',
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: ClusterRole',
    'metadata: { name: ordinal-viewer }',
    'rules:',
    ...[...groups].map(([group, all]) =>
      rule(
        group,
        all.map(({ resource }) => resource),
        'get, list, watch',
      ),
    ),
    rule('', ['pods/log'], 'get'),
    rule('coordination.k8s.io', ['leases'], 'get', 'whether the kubelet is alive'),
    rule('autoscaling', ['horizontalpodautoscalers'], 'list', 'for the preview of a scale'),
    '```',
  ].join('\n')
}

/** What code knows and documents say, by the name of its marker. */
export const generators: Readonly<Record<string, () => string>> = {
  'resource-count': () => String(allResources.length),
  resources: () => allResources.map((resource) => `\`${resource}\``).join(', '),
  'viewer-role': viewerRole,
  'action-rules': () =>
    table(
      ['action', 'rule'],
      Object.entries(actionContracts).map(([name, { rule }]) => [
        `\`${name}\``,
        `\`${rule.verb} ${rule.resource}\`${rule.group === '' ? '' : ` in \`${rule.group}\``}`,
      ]),
    ),
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
