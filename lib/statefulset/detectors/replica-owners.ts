import { proof } from '@/lib/statefulset/explain/proof'
import { latest } from '@/lib/statefulset/model/time'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/** A writer that will write again by itself: an autoscaler through the scale subresource, or a server-side apply. */
const isAutomatic = (each: { manager: string; operation: string; subresource: string | null }) =>
  each.operation === 'Apply' ||
  (each.subresource === 'scale' && /^(kube-controller-manager|keda|horizontal|hpa)/i.test(each.manager)) ||
  /^(argocd|flux|helm-controller|kustomize-controller|keda)/i.test(each.manager)

/** More than one writer owns `spec.replicas`, and at least one of them writes by itself. */
function detect({ objects }: DetectorInput): Detection {
  const { set } = objects
  const owners = new Map(set.replicasManagers.map((each) => [each.manager, each]))
  if (owners.size < 2 || ![...owners.values()].some(isAutomatic)) return null
  const names = [...owners.keys()].toSorted()
  return {
    params: { managers: listed(names), count: owners.size },
    ordinals: [],
    since: latest([...owners.values()].map((each) => each.time)),
    proof: names.map((name) => {
      const owner = owners.get(name)
      const how =
        owner === undefined ? '' : `${owner.operation}${owner.subresource === null ? '' : ` ${owner.subresource}`}`
      return proof('StatefulSet', set.metadata, `metadata.managedFields[${name}].f:replicas`, how, owner?.time ?? null)
    }),
  }
}

export const replicaOwners: Runbook = { id: 'replica-owners', alias: 'R19', severity: 'warning', detect }
