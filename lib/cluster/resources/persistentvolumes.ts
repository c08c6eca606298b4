import 'server-only'
import type { Metadata, Volume } from '@/lib/statefulset/model/objects'
import { array, filled, type Json, present, record, text, texts } from '@/lib/cluster/read-json'
import { storageOf } from '@/lib/cluster/read-parts'
import { resource } from './resource'

export const persistentvolumes = resource({
  group: '',
  version: 'v1',
  resource: 'persistentvolumes',
  kind: 'PersistentVolume',
  namespaced: false,
  parse,
})

function parse(json: Json, metadata: Metadata): Volume {
  const spec = record(json.spec, 'spec')
  const status = record(json.status, 'status')
  const reference = record(spec.claimRef, 'spec.claimRef')
  return {
    metadata,
    spec: {
      capacity: storageOf(spec.capacity),
      reclaimPolicy: filled(spec.persistentVolumeReclaimPolicy, 'spec.persistentVolumeReclaimPolicy') ?? 'Retain',
      storageClassName: text(spec.storageClassName, 'spec.storageClassName'),
      claimRef: present(spec.claimRef)
        ? {
            namespace: text(reference.namespace, 'spec.claimRef.namespace') ?? '',
            name: text(reference.name, 'spec.claimRef.name') ?? '',
            uid: filled(reference.uid, 'spec.claimRef.uid'),
          }
        : null,
      ...placesOf(spec, metadata),
      driver: driverOf(spec),
    },
    status: {
      phase: text(status.phase, 'status.phase') ?? '',
      message: text(status.message, 'status.message', 4096) || null,
      reason: filled(status.reason, 'status.reason'),
    },
  }
}

/** Keys under which provisioners write a zone; a driver's own key ends in `/zone` too (`topology.ebs.csi.aws.com/zone`). */
const zoneKey = /(?:^failure-domain\.beta\.kubernetes\.io|^topology\.[^/]+)\/zone$/

/**
 * Where the volume can be reached: what its node affinity says, or else its labels, which in-tree drivers wrote alone
 * and the scheduler still heeds; several zones are parted by `__` (k8s
 * pkg/scheduler/framework/plugins/volumezone/volume_zone.go, `LabelZonesToSet`).
 */
function placesOf(spec: Json, { labels }: Metadata): { zones: string[]; hostnames: string[] } {
  const affinity = affinityOf(spec)
  if (affinity.zones.length > 0 || affinity.hostnames.length > 0) return affinity
  const named = labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? ''
  return { zones: named.split('__').filter((zone) => zone !== ''), hostnames: [] }
}

function affinityOf(spec: Json): { zones: string[]; hostnames: string[] } {
  const zones = new Set<string>()
  const hostnames = new Set<string>()
  const required = record(record(spec.nodeAffinity, 'spec.nodeAffinity').required, 'nodeAffinity.required')
  for (const term of array(required.nodeSelectorTerms, 'nodeSelectorTerms')) {
    for (const item of array(record(term, 'nodeSelectorTerms').matchExpressions, 'matchExpressions')) {
      const expression = record(item, 'matchExpressions')
      const key = text(expression.key, 'matchExpressions.key') ?? ''
      if (expression.operator !== 'In') continue
      const found = zoneKey.test(key) ? zones : key === 'kubernetes.io/hostname' ? hostnames : null
      for (const value of texts(expression.values, 'matchExpressions.values')) found?.add(value)
    }
  }
  return { zones: [...zones], hostnames: [...hostnames] }
}

/** Every source of a volume is a field of its spec; these are the fields that are not sources. */
const notSources = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
])

/** The CSI driver, else the name of the built-in volume type. */
function driverOf(spec: Json): string | null {
  if (present(spec.csi)) return filled(record(spec.csi, 'spec.csi').driver, 'spec.csi.driver')
  return Object.keys(spec).find((key) => !notSources.has(key) && typeof spec[key] === 'object') ?? null
}
