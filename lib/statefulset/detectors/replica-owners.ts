import { compareNames } from '@/lib/statefulset/model/natural-order'
import { proof } from '@/lib/statefulset/explain/proof'
import type { StatefulSet } from '@/lib/statefulset/model/objects'
import { latest } from '@/lib/statefulset/model/time'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

type Owner = StatefulSet['replicasManagers'][number]

/**
 * An autoscaler: it writes through the subresource `scale`, which the HorizontalPodAutoscaler's controller does as
 * kube-controller-manager (k8s pkg/controller/podautoscaler/horizontal.go).
 */
const isAutoscaler = ({ manager, subresource }: Owner) =>
  (subresource === 'scale' && /^(kube-controller-manager|horizontal|hpa|keda)/i.test(manager)) || /^keda/i.test(manager)

/** A writer that will write again by itself: an autoscaler, a server-side apply, a program that keeps to a repository. */
const isAutomatic = (each: Owner) =>
  each.operation === 'Apply' ||
  isAutoscaler(each) ||
  /^(argocd|flux|helm-controller|kustomize-controller)/i.test(each.manager)

/**
 * Somebody who writes by himself owns `spec.replicas`: beside another owner, or alone as an autoscaler. An Update takes
 * a field away from other Updates, so who lost it to the autoscaler is not to be seen (structured-merge-diff,
 * `Updater.Update`).
 */
function detect({ objects }: DetectorInput): Detection {
  const { set } = objects
  const owners = new Map(set.replicasManagers.map((each) => [each.manager, each]))
  const all = [...owners.values()]
  const isAlone = owners.size === 1 && all.every(isAutoscaler)
  if (!isAlone && (owners.size < 2 || !all.some(isAutomatic))) return null
  const names = [...owners.keys()].toSorted(compareNames)
  return {
    // One autoscaler that does its work is nothing to mend.
    ...(isAlone ? { severity: 'info' as const } : {}),
    params: { managers: listed(names), count: owners.size },
    ordinals: [],
    since: latest(all.map((each) => each.time)),
    proof: names.map((name) => {
      const owner = owners.get(name)
      const how =
        owner === undefined ? '' : `${owner.operation}${owner.subresource === null ? '' : ` ${owner.subresource}`}`
      return proof('StatefulSet', set.metadata, `metadata.managedFields[${name}].f:replicas`, how, owner?.time ?? null)
    }),
  }
}

export const replicaOwners: Runbook = { id: 'replica-owners', alias: 'R19', severity: 'warning', detect }
