import {
  conditionOf,
  controllerReference,
  type Claim,
  type NewObject,
  type Pod,
  type StatefulSet,
} from '@/lib/demo/controllers/objects'

/** What the StatefulSet controller asks about pods and makes of them (k8s pkg/controller/statefulset/stateful_set_utils.go). */

export const revisionLabel = 'controller-revision-hash'
const podNameLabel = 'statefulset.kubernetes.io/pod-name'
const podIndexLabel = 'apps.kubernetes.io/pod-index'

/** A pod of the set, or one that is about to be created: that has no phase yet. */
export type Member = Readonly<Pod> | NewObject<Pod>

export const nameOf = (pod: Member): string => pod.metadata.name ?? ''

/** The set's name and the ordinal that a pod's name spells; the ordinal is -1 where there is none or it exceeds 32 bits. */
export function parentAndOrdinal(name: string): { parent: string; ordinal: number } {
  const match = /^(.*)-([0-9]+)$/s.exec(name)
  if (!match) return { parent: '', ordinal: -1 }
  const ordinal = Number(match[2])
  return { parent: match[1] ?? '', ordinal: ordinal <= 0x7fff_ffff ? ordinal : -1 }
}

export const ordinalOf = (pod: Member): number => parentAndOrdinal(nameOf(pod)).ordinal
export const startOrdinal = (set: Readonly<StatefulSet>): number => set.spec.ordinals?.start ?? 0
export const endOrdinal = (set: Readonly<StatefulSet>): number => startOrdinal(set) + set.spec.replicas - 1
export const isMember = (set: Readonly<StatefulSet>, pod: Member): boolean =>
  parentAndOrdinal(nameOf(pod)).parent === set.metadata.name

export function inRange(set: Readonly<StatefulSet>, pod: Member): boolean {
  const ordinal = ordinalOf(pod)
  return ordinal >= startOrdinal(set) && ordinal <= endOrdinal(set)
}

export const revisionOf = (pod: Member): string => pod.metadata.labels?.[revisionLabel] ?? ''
export const isCreated = (pod: Member): boolean => Boolean(pod.status.phase)
export const isPending = (pod: Member): boolean => pod.status.phase === 'Pending'
export const isTerminal = (pod: Member): boolean => pod.status.phase === 'Failed' || pod.status.phase === 'Succeeded'
export const isTerminating = (pod: Member): boolean => pod.metadata.deletionTimestamp !== undefined
const readyCondition = (pod: Member) => conditionOf(pod.status.conditions, 'Ready')
export const isReady = (pod: Member): boolean => readyCondition(pod)?.status === 'True'
export const isRunningAndReady = (pod: Member): boolean => pod.status.phase === 'Running' && isReady(pod)

/** Ready for at least minReadySeconds; the phase is not looked at (k8s pkg/api/v1/pod/util.go). */
export function isAvailable(pod: Member, minReadySeconds: number, now: Date): boolean {
  const ready = readyCondition(pod)
  if (ready?.status !== 'True') return false
  if (minReadySeconds === 0) return true
  const since = Date.parse(ready.lastTransitionTime ?? '')
  return !Number.isNaN(since) && since + minReadySeconds * 1000 <= now.getTime()
}

/** Seconds until a ready pod becomes available; null when it is available or not ready. */
export function secondsToAvailable(pod: Member, minReadySeconds: number, now: Date): number | null {
  const ready = readyCondition(pod)
  if (ready?.status !== 'True' || isAvailable(pod, minReadySeconds, now)) return null
  return Math.max(0, (Date.parse(ready.lastTransitionTime ?? '') + minReadySeconds * 1000 - now.getTime()) / 1000)
}

export const isUnavailable = (pod: Member, minReadySeconds: number, now: Date): boolean =>
  !isAvailable(pod, minReadySeconds, now) || isTerminating(pod)

export const claimName = (set: Readonly<StatefulSet>, template: string, ordinal: number): string =>
  `${template}-${set.metadata.name}-${ordinal}`

/** The claims of one ordinal, with the labels of the template and of the set's selector. */
export function claimsOf(set: Readonly<StatefulSet>, ordinal: number): NewObject<Claim>[] {
  return (set.spec.volumeClaimTemplates ?? []).map((template) => {
    const { name = '', labels, annotations, finalizers, ownerReferences } = template.metadata
    const claim = structuredClone(template)
    claim.metadata = {
      name: claimName(set, name, ordinal),
      ...(set.metadata.namespace === undefined ? {} : { namespace: set.metadata.namespace }),
      ...(labels || set.spec.selector.matchLabels ? { labels: { ...labels, ...set.spec.selector.matchLabels } } : {}),
      ...(annotations ? { annotations: { ...annotations } } : {}),
      ...(finalizers ? { finalizers: [...finalizers] } : {}),
      ...(ownerReferences ? { ownerReferences: structuredClone(ownerReferences) } : {}),
    }
    claim.apiVersion = 'v1'
    claim.kind = 'PersistentVolumeClaim'
    return claim
  })
}

/** Whether name, namespace and pod-name label are those of a member of the set. */
export function identityMatches(set: Readonly<StatefulSet>, pod: Member): boolean {
  const { parent, ordinal } = parentAndOrdinal(nameOf(pod))
  return (
    ordinal >= 0 &&
    parent === set.metadata.name &&
    nameOf(pod) === `${set.metadata.name}-${ordinal}` &&
    pod.metadata.namespace === set.metadata.namespace &&
    pod.metadata.labels?.[podNameLabel] === nameOf(pod)
  )
}

/** Whether the pod mounts each claim of its ordinal. */
export function storageMatches(set: Readonly<StatefulSet>, pod: Member): boolean {
  const ordinal = ordinalOf(pod)
  if (ordinal < 0) return false
  return (set.spec.volumeClaimTemplates ?? []).every(({ metadata }) => {
    const volume = pod.spec.volumes?.find(({ name }) => name === metadata.name)
    return volume?.persistentVolumeClaim?.claimName === claimName(set, metadata.name ?? '', ordinal)
  })
}

export function repairIdentity(set: Readonly<StatefulSet>, pod: Member): void {
  const ordinal = ordinalOf(pod)
  const name = `${set.metadata.name}-${ordinal}`
  pod.metadata.labels = { ...pod.metadata.labels, [podNameLabel]: name, [podIndexLabel]: String(ordinal) }
}

export function repairStorage(set: Readonly<StatefulSet>, pod: Member): void {
  const ordinal = ordinalOf(pod)
  const templates = (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name ?? '')
  const volumes = templates.map((name) => ({
    name,
    persistentVolumeClaim: { claimName: claimName(set, name, ordinal) },
  }))
  const rest = (pod.spec.volumes ?? []).filter(({ name }) => !templates.includes(name))
  const all = [...volumes, ...rest]
  if (all.length > 0) pod.spec.volumes = all
}

/** A pod for one ordinal, made from a template of the set; its revision is its label. */
export function newPod(
  set: Readonly<StatefulSet>,
  template: StatefulSet['spec']['template'],
  revision: string,
  ordinal: number,
): NewObject<Pod> {
  const name = `${set.metadata.name}-${ordinal}`
  const { labels, annotations, finalizers } = template.metadata ?? {}
  const pod: NewObject<Pod> = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${set.metadata.name}-`,
      ...(set.metadata.namespace === undefined ? {} : { namespace: set.metadata.namespace }),
      labels: { ...labels, [revisionLabel]: revision },
      ...(annotations ? { annotations: { ...annotations } } : {}),
      ...(finalizers?.length ? { finalizers: [...finalizers] } : {}),
      ownerReferences: [controllerReference(set)],
    },
    spec: structuredClone(template.spec),
    status: {},
  }
  repairIdentity(set, pod)
  pod.spec.hostname = name
  pod.spec.subdomain = set.spec.serviceName ?? ''
  repairStorage(set, pod)
  return pod
}
