import 'server-only'
import type { DisruptionBudget, Metadata } from '@/lib/statefulset/model/objects'
import { filled, integer, intOrString, type Json, present, record } from '@/lib/cluster/read-json'
import { selectorOf } from '@/lib/cluster/read-parts'
import { resource } from './resource'

export const poddisruptionbudgets = resource({
  group: 'policy',
  version: 'v1',
  resource: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  namespaced: true,
  parse,
})

function parse(json: Json, metadata: Metadata): DisruptionBudget {
  const { selector, unhealthyPodEvictionPolicy, minAvailable, maxUnavailable } = record(json.spec, 'spec')
  const status = record(json.status, 'status')
  const count = (name: string) => integer(status[name], `status.${name}`) ?? 0
  return {
    metadata,
    selector: present(selector) ? selectorOf(selector) : null,
    unhealthyPodEvictionPolicy: filled(unhealthyPodEvictionPolicy, 'spec.unhealthyPodEvictionPolicy'),
    minAvailable: intOrString(minAvailable, 'spec.minAvailable'),
    maxUnavailable: intOrString(maxUnavailable, 'spec.maxUnavailable'),
    status: present(status.expectedPods)
      ? {
          disruptionsAllowed: count('disruptionsAllowed'),
          currentHealthy: count('currentHealthy'),
          desiredHealthy: count('desiredHealthy'),
          observedGeneration: count('observedGeneration'),
          disruptedPods: Object.keys(record(status.disruptedPods, 'status.disruptedPods')).length,
        }
      : null,
  }
}
