import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseAllDocuments } from 'yaml'

/** The documents of a YAML text, with one field of every set's pod template changed. */
function withPodField(yaml: string, field: readonly string[], value: unknown): string {
  return parseAllDocuments(yaml)
    .map((document) => {
      if (document.get('kind') === 'StatefulSet') document.setIn(['spec', 'template', 'spec', ...field], value)
      return document.toString()
    })
    .join('---\n')
}

/** kubia whose pods stay on a lost node for so many seconds before they are marked for deletion. */
export function kubiaThatTolerates(seconds: number): string {
  const kubia = readFileSync(path.resolve(import.meta.dirname, '../../examples/kubia.yaml'), 'utf8')
  const tolerations = ['not-ready', 'unreachable'].map((condition) => ({
    key: `node.kubernetes.io/${condition}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: seconds,
  }))
  return withPodField(kubia, ['tolerations'], tolerations)
}

/** The same objects, whose pods are placed on these nodes only: who loses one of them disturbs no other's pods. */
export function keptOn(nodes: readonly string[], yaml: string): string {
  const hostname = { key: 'kubernetes.io/hostname', operator: 'In', values: nodes }
  return withPodField(yaml, ['affinity', 'nodeAffinity'], {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] },
  })
}
