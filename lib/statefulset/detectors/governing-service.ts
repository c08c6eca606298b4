import { proof } from '@/lib/statefulset/explain/proof'
import { serviceProblem } from '@/lib/statefulset/model/network-identity'
import type { Detection, DetectorInput, Runbook } from './detector'

/** As the catalogue selects its sentence, whose selectors know no hyphens. */
const problemWords = { missing: 'missing', 'not-headless': 'notHeadless', 'selects-nothing': 'selectsNothing' } as const

/** No such Service, one with an address of its own, one that selects nothing, or pods made for another. */
function detect({ objects, explained }: DetectorInput): Detection {
  const { set, service } = objects
  const { pass } = explained
  const slots = pass.replicas.filter((slot) => slot.pod !== null)
  const pods = slots.flatMap((slot) => (slot.pod === null ? [] : [slot.pod]))
  const problem = serviceProblem(service, objects.unknown.services === undefined, set.spec.template.labels, pods)
  if (problem === 'unknown') return null
  const named = proof('StatefulSet', set.metadata, 'spec.serviceName', set.spec.serviceName)
  if (problem !== null)
    return {
      // The field is optional: a set that names none is only told so.
      ...(set.spec.serviceName === '' ? { severity: 'info' as const } : {}),
      params: {
        problem: set.spec.serviceName === '' ? 'noName' : problemWords[problem],
        service: set.spec.serviceName,
      },
      ordinals: [],
      since: null,
      proof: [
        named,
        ...(service === null
          ? []
          : problem === 'not-headless'
            ? [proof('Service', service.metadata, 'spec.clusterIP', service.spec.clusterIP ?? '')]
            : [proof('Service', service.metadata, 'spec.selector', service.spec.selector ?? {})]),
      ],
    }
  const moved = slots.filter((slot) => slot.pod !== null && (slot.pod.spec.subdomain ?? '') !== set.spec.serviceName)
  if (moved.length === 0) return null
  return {
    params: { problem: 'otherSubdomain', service: set.spec.serviceName },
    ordinals: moved.map((slot) => slot.ordinal),
    since: null,
    proof: [
      named,
      ...moved
        .slice(0, 5)
        .flatMap((slot) =>
          slot.pod === null ? [] : [proof('Pod', slot.pod.metadata, 'spec.subdomain', slot.pod.spec.subdomain ?? '')],
        ),
    ],
  }
}

export const governingService: Runbook = { id: 'governing-service', alias: 'R17', severity: 'warning', detect }
