/**
 * Who takes a finalizer away, by the prefixes and names that well-known controllers use. Whether that controller runs
 * cannot be told from the object that it holds.
 */
const owners: readonly (readonly [RegExp, string])[] = [
  [/^(orphan|foregroundDeletion)$/, 'kube-controller-manager'],
  [/^kubernetes\.io\/(pvc|pv)-protection$/, 'kube-controller-manager'],
  [/^batch\.kubernetes\.io\//, 'kube-controller-manager'],
  [/^resource\.kubernetes\.io\//, 'kube-controller-manager'],
  [/^external-attacher\//, 'CSI external-attacher'],
  [/^external-provisioner\.volume\.kubernetes\.io\//, 'CSI external-provisioner'],
  [/^snapshot\.storage\.kubernetes\.io\//, 'CSI snapshot-controller'],
  [/^service\.kubernetes\.io\//, 'cloud-controller-manager'],
  [/(^|\.)elbv2\.k8s\.aws\//, 'AWS Load Balancer Controller'],
  [/(^|[.-])argocd\.argoproj\.io/, 'Argo CD'],
  [/(^|\.)fluxcd\.io(\/|$)/, 'Flux'],
  [/(^|\.)cattle\.io(\/|$)/, 'Rancher'],
  [/(^|\.)crossplane\.io(\/|$)/, 'Crossplane'],
  [/(^|\.)kruise\.io(\/|$)/, 'OpenKruise'],
  [/(^|\.)strimzi\.io(\/|$)/, 'Strimzi'],
]

/** The controller that a finalizer belongs to; null when its name does not tell. */
export function ownerOfFinalizer(finalizer: string): string | null {
  return owners.find(([pattern]) => pattern.test(finalizer))?.[1] ?? null
}

/** Finalizers for a sentence, each with its owner where its name tells one. */
export function finalizersWithOwners(finalizers: readonly string[]): string {
  return finalizers
    .map((each) => {
      const owner = ownerOfFinalizer(each)
      return owner === null ? each : `${each} (${owner})`
    })
    .join(', ')
}
