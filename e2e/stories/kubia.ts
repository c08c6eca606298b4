import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseAllDocuments } from 'yaml'

/** kubia whose pods stay on a lost node for so many seconds before they are marked for deletion. */
export function kubiaThatTolerates(seconds: number): string {
  const kubia = readFileSync(path.resolve(import.meta.dirname, '../../examples/kubia.yaml'), 'utf8')
  const tolerations = ['not-ready', 'unreachable'].map((condition) => ({
    key: `node.kubernetes.io/${condition}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: seconds,
  }))
  return parseAllDocuments(kubia)
    .map((document) => {
      if (document.get('kind') === 'StatefulSet')
        document.setIn(['spec', 'template', 'spec', 'tolerations'], tolerations)
      return document.toString()
    })
    .join('---\n')
}
