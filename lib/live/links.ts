import 'server-only'
import { ordinalOfClaim } from '@/lib/statefulset/model/identity'
import type {
  DisruptionBudget,
  EndpointSlice,
  Event,
  Metadata,
  ObjectsByResource,
  Pod,
  Resource,
  SetObjects,
  StatefulSet,
} from '@/lib/statefulset/model/objects'
import { claimants, dashParts, keyOf, parentOf } from './indexes'

/** From a key to the keys of the objects that are found under it. */
export type IndexName =
  /** Set key (whether that set exists or not) to pods that bear its name or are owned by it. */
  | 'podsOfSet'
  | 'podsOnNode'
  /** Possible set key to claims; `ordinalOfClaim` decides. */
  | 'claimsOfSet'
  | 'claimsOfVolume'
  /** Possible set key to volumes that bear the name of a claim of its, whether that claim exists or not. */
  | 'volumesOfSet'
  | 'setsOfService'
  | 'slicesOfService'
  | 'revisionsOfSet'
  | 'eventsOfSet'
  | 'eventsOfObject'
  /** A label that a set's pods bear, or none, to the sets and to the budgets that name it first. */
  | 'setsOfLabel'
  | 'budgetsOfLabel'
  /** Labels that only pods bear (a webhook gave them) to the sets that had such pods when looked at, and the way back. */
  | 'setsOfPodLabel'
  | 'podLabelsOfSet'
  /** A part of a set's name to the sets that have it, within a namespace. */
  | 'setsOfPart'
  /** Nodes that matter to a set although none of its pods names them any more, and the way back. */
  | 'setsOfOldNode'
  | 'oldNodesOfSet'

/** How the rows below look into the store. */
export type Find = {
  keys(index: IndexName, key: string): Iterable<string>
  get<K extends Resource>(resource: K, key: string): ObjectsByResource[K] | undefined
  /** Every set by its key. */
  sets(): Iterable<[string, StatefulSet]>
  /** The keys of all objects of a resource, readable or not. */
  names(resource: Resource): Iterable<string>
}

/**
 * How the objects of one resource hang together with the sets. `object` is null for one of which only the metadata
 * could be read: it is then linked to every set that it may concern.
 */
type Links<T> = {
  /** Under which keys the object is found again. */
  indexes(metadata: Metadata, object: T | null): readonly (readonly [IndexName, string])[]
  /** The sets whose view it is part of. */
  sets(metadata: Metadata, object: T | null, find: Find): Iterable<string>
  /** Whether it is kept at all. */
  keep?(object: T): boolean
  /** At most so many are kept under one key of an index; those that come first by `order` make room. */
  bound?: { index: IndexName; most: number; order(a: T, b: T): number }
}

/** One row for each resource; the store's links and touches all derive from it. */
export const links: { readonly [K in Resource]: Links<ObjectsByResource[K]> } = {
  statefulsets: {
    indexes: ({ namespace, name }, set) => [
      ...dashParts(name).map((part) => ['setsOfPart', keyOf(namespace, part)] as const),
      ...(set === null ? [] : [['setsOfService', keyOf(namespace, set.spec.serviceName)] as const]),
      ...(set === null ? [] : labelKeys(set).map((label) => ['setsOfLabel', label] as const)),
    ],
    sets: ({ namespace, name }, _set, find) => [
      keyOf(namespace, name),
      ...neighboursOf(namespace, name, find).map((neighbour) => keyOf(namespace, neighbour)),
    ],
  },
  pods: {
    indexes: (metadata, pod) => [
      ...setsOfPod(metadata).map((set) => ['podsOfSet', set] as const),
      ...(pod === null || pod.spec.nodeName === null ? [] : [['podsOnNode', pod.spec.nodeName] as const]),
    ],
    sets: setsOfPod,
  },
  persistentvolumeclaims: {
    indexes: ({ namespace, name }, claim) => [
      ...claimants(name).map((candidate) => ['claimsOfSet', keyOf(namespace, candidate)] as const),
      ...(claim === null || claim.spec.volumeName === null ? [] : [['claimsOfVolume', claim.spec.volumeName] as const]),
    ],
    sets: ({ namespace, name }, _claim, find) => setsOfClaim(namespace, name, find),
  },
  persistentvolumes: {
    indexes: (_metadata, volume) => {
      const owner = volume?.spec.claimRef ?? null
      if (owner === null) return []
      return claimants(owner.name).map((candidate) => ['volumesOfSet', keyOf(owner.namespace, candidate)] as const)
    },
    sets: ({ name }, volume, find) => [
      ...[...find.keys('claimsOfVolume', name)].flatMap((key) => {
        const claim = find.get('persistentvolumeclaims', key)
        return claim ? setsOfClaim(claim.metadata.namespace, claim.metadata.name, find) : []
      }),
      ...(volume?.spec.claimRef ? setsOfClaim(volume.spec.claimRef.namespace, volume.spec.claimRef.name, find) : []),
    ],
  },
  storageclasses: {
    indexes: () => [],
    sets: ({ name }, storageClass, find) =>
      [...find.sets()].flatMap(([key, set]) =>
        usesClass(set, name, storageClass?.isDefault ?? true) ||
        claimKeysOf(set, key, find).some(
          (claim) => find.get('persistentvolumeclaims', claim)?.spec.storageClassName === name,
        )
          ? [key]
          : [],
      ),
  },
  nodes: {
    indexes: () => [],
    sets: ({ name }, _node, find) => [
      ...[...find.keys('podsOnNode', name)].flatMap((key) => {
        const pod = find.get('pods', key)
        return pod ? setsOfPod(pod.metadata) : []
      }),
      ...find.keys('setsOfOldNode', name),
    ],
  },
  services: {
    indexes: () => [],
    sets: ({ namespace, name }, _service, find) => find.keys('setsOfService', keyOf(namespace, name)),
  },
  endpointslices: {
    indexes: (metadata, slice) => serviceOf(metadata, slice).map((key) => ['slicesOfService', key] as const),
    sets: (metadata, slice, find) => serviceOf(metadata, slice).flatMap((key) => [...find.keys('setsOfService', key)]),
  },
  controllerrevisions: {
    indexes: (metadata) => setsOfOwned(metadata).map((set) => ['revisionsOfSet', set] as const),
    sets: setsOfOwned,
  },
  events: {
    indexes: (metadata, event) => [
      ...setsOfEvent(metadata, event).map((set) => ['eventsOfSet', set] as const),
      ...(event === null ? [] : [['eventsOfObject', involvedKey(event)] as const]),
    ],
    sets: (metadata, event, find) => setsOfEvent(metadata, event).filter((key) => find.get('statefulsets', key)),
    // Events of other objects are not kept: a busy cluster has thousands of them.
    keep: (event) => setsOfEvent(event.metadata, event).length > 0,
    bound: {
      index: 'eventsOfObject',
      most: 100,
      order: (a, b) => (a.lastSeen ?? '').localeCompare(b.lastSeen ?? ''),
    },
  },
  poddisruptionbudgets: {
    indexes: (metadata, budget) => [['budgetsOfLabel', firstLabelKey(metadata, budget)]],
    sets: (metadata, budget, find) => {
      const label = firstLabelKey(metadata, budget)
      return new Set([...find.keys('setsOfLabel', label), ...find.keys('setsOfPodLabel', label)])
    },
  },
}

/**
 * Everything that the view of a set is made of, and the keys of the labels that only its pods bear. `take` gives the
 * objects of some keys, and notes those of them that are there and cannot be read.
 */
export function gather(
  set: StatefulSet,
  find: Find,
  take: <K extends Resource>(resource: K, keys: Iterable<string>) => ObjectsByResource[K][],
): { gathered: Omit<SetObjects, 'unknown' | 'unreadable' | 'serverVersion'>; podLabels: readonly string[] } {
  const { namespace, name } = set.metadata
  const key = keyOf(namespace, name)
  const serviceKey = keyOf(namespace, set.spec.serviceName)
  const pods = take('pods', find.keys('podsOfSet', key))
  const claims = take('persistentvolumeclaims', claimKeysOf(set, key, find))
  const bound = new Set(claims.map(({ spec }) => spec.volumeName).filter((volume) => volume !== null))
  // What an earlier claim of the set left is there though no claim names it.
  const unbound = [...find.keys('volumesOfSet', key)].filter((volume) => !bound.has(volume))
  const left = take('persistentvolumes', unbound).filter(
    ({ spec: { claimRef } }) => claimRef?.namespace === namespace && isClaimOf(set, claimRef.name),
  )
  const hosts = new Set(pods.map(({ spec }) => spec.nodeName).filter((node) => node !== null))
  const nodes = take('nodes', [...hosts, ...find.keys('oldNodesOfSet', key)])
  const podLabels = podLabelKeys(set, pods)
  const gathered = {
    set,
    pods,
    claims,
    volumes: byName([...take('persistentvolumes', bound), ...left]),
    storageClasses: byName(take('storageclasses', find.names('storageclasses'))),
    nodes: byName(nodes),
    service: take('services', [serviceKey])[0] ?? null,
    slices: take('endpointslices', find.keys('slicesOfService', serviceKey)),
    revisions: take('controllerrevisions', find.keys('revisionsOfSet', key)),
    events: take('events', find.keys('eventsOfSet', key)).filter(
      ({ involved }) => involved.kind !== 'PersistentVolumeClaim' || isClaimOf(set, involved.name),
    ),
    budgets: take(
      'poddisruptionbudgets',
      [...labelKeys(set), ...podLabels].flatMap((label) => [...find.keys('budgetsOfLabel', label)]),
    ),
    neighbours: neighboursOf(namespace, name, find),
  }
  return { gathered, podLabels }
}

function byName<T extends { metadata: Metadata }>(objects: readonly T[]): Map<string, T> {
  return new Map(objects.map((each) => [each.metadata.name, each]))
}

function neighboursOf(namespace: string, name: string, find: Find): string[] {
  const found = new Set<string>()
  for (const key of find.keys('setsOfPart', keyOf(namespace, name))) found.add(key.slice(namespace.length + 1))
  for (const part of dashParts(name)) if (find.get('statefulsets', keyOf(namespace, part))) found.add(part)
  found.delete(name)
  return [...found].sort()
}

function setsOfOwned({ namespace, owners }: Metadata): string[] {
  return owners.filter(({ kind }) => kind === 'StatefulSet').map(({ name }) => keyOf(namespace, name))
}

function setsOfPod(metadata: Metadata): string[] {
  const owners = setsOfOwned(metadata)
  const parent = parentOf(metadata.name)
  const named = parent === null ? null : keyOf(metadata.namespace, parent)
  return named === null || owners.includes(named) ? owners : [...owners, named]
}

function setsOfClaim(namespace: string, name: string, find: Find): string[] {
  return claimants(name)
    .map((candidate) => keyOf(namespace, candidate))
    .filter((key) => {
      const set = find.get('statefulsets', key)
      return set !== undefined && isClaimOf(set, name)
    })
}

function claimKeysOf(set: StatefulSet, setKey: string, find: Find): string[] {
  const { namespace } = set.metadata
  const nameOf = (key: string) => (namespace === '' ? key : key.slice(namespace.length + 1))
  return [...find.keys('claimsOfSet', setKey)].filter((key) => isClaimOf(set, nameOf(key)))
}

/** An event's own name begins with the name of the object it is about (client-go tools/record/event.go). */
function setsOfEvent(metadata: Metadata, event: Event | null): string[] {
  if (event === null) {
    const about = metadata.name.slice(0, Math.max(0, metadata.name.lastIndexOf('.')))
    const parent = parentOf(about)
    return [about, ...(parent === null ? [] : [parent]), ...claimants(about)].map((name) =>
      keyOf(metadata.namespace, name),
    )
  }
  const { kind, namespace, name } = event.involved
  if (kind === 'StatefulSet') return [keyOf(namespace, name)]
  if (kind === 'PersistentVolumeClaim') return claimants(name).map((candidate) => keyOf(namespace, candidate))
  const parent = kind === 'Pod' ? parentOf(name) : null
  return parent === null ? [] : [keyOf(namespace, parent)]
}

function involvedKey({ involved }: Event): string {
  return `${involved.kind} ${involved.namespace}/${involved.name}`
}

function serviceOf({ namespace, labels }: Metadata, slice: EndpointSlice | null): string[] {
  const service = slice === null ? (labels['kubernetes.io/service-name'] ?? null) : slice.serviceName
  return service === null ? [] : [keyOf(namespace, service)]
}

const labelKey = (namespace: string, label: string, value: string) => `${namespace}/${label}=${value}`

/** Where budgets that may select the set's pods are found: each label of its selector and its template, and none. */
function labelKeys({ metadata: { namespace }, spec }: StatefulSet): string[] {
  const own = [spec.selector.matchLabels, spec.template.labels].flatMap(Object.entries<string>)
  return [...new Set([`${namespace}/`, ...own.map(([label, value]) => labelKey(namespace, label, value))])]
}

/** Where else they are found: each label that neither the set nor its template bears. */
function podLabelKeys({ metadata: { namespace }, spec }: StatefulSet, pods: readonly Pod[]): string[] {
  const keys = new Set<string>()
  for (const { metadata } of pods)
    for (const label of Object.keys(metadata.labels)) {
      const value = metadata.labels[label] ?? ''
      if (spec.template.labels[label] === value || podsOwn.has(label)) continue
      if (spec.selector.matchLabels[label] !== value) keys.add(labelKey(namespace, label, value))
    }
  return [...keys]
}

/** Labels that the controller gives to each pod by itself: no set and no template bears them (stateful_set_utils.go). */
const podsOwn = new Set([
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'controller-revision-hash',
])

/**
 * A budget's selector asks for all of its labels, so that one of them finds every set it can concern. One that asks for
 * labels of single pods alone may concern every set of its namespace.
 */
function firstLabelKey({ namespace }: Metadata, budget: DisruptionBudget | null): string {
  const first = Object.entries(budget?.selector?.matchLabels ?? {}).find(([key]) => !podsOwn.has(key))
  return first ? labelKey(namespace, ...first) : `${namespace}/`
}

function isClaimOf(set: StatefulSet, claim: string): boolean {
  return set.spec.claimTemplates.some(({ name }) => ordinalOfClaim(name, set.metadata.name, claim) !== null)
}

function usesClass(set: StatefulSet, name: string, isDefault: boolean): boolean {
  return set.spec.claimTemplates.some(
    ({ storageClassName }) => storageClassName === name || (storageClassName === null && isDefault),
  )
}
