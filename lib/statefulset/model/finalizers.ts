import type { Metadata } from './objects'

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

/** Who takes a finalizer of an object away: its owner by name, else whoever set it; null where neither is known. */
export function keeperOf({ finalizerManagers }: Metadata, finalizer: string): string | null {
  return ownerOfFinalizer(finalizer) ?? finalizerManagers?.[finalizer] ?? null
}

/** Finalizers of an object for a sentence, each with its keeper where one is known. */
export function finalizersWithKeepers(metadata: Metadata, finalizers: readonly string[] = metadata.finalizers): string {
  return finalizers
    .map((each) => {
      const keeper = keeperOf(metadata, each)
      return keeper === null ? each : `${each} (${keeper})`
    })
    .join(', ')
}

/** The namespace and name of the Lease that an owner renews while it runs; null for one whose Lease is not known. */
export function leaseOfKeeper(keeper: string): { namespace: string; name: string } | null {
  return electing.has(keeper) ? { namespace: 'kube-system', name: keeper } : null
}

/** Those that elect a leader under their own name (k8s cmd/kube-controller-manager, cloud-provider/options). */
const electing = new Set(['kube-controller-manager', 'cloud-controller-manager'])
