import 'server-only'
import type { Claim, Metadata, StorageClass, Volume } from '@/lib/statefulset/model/objects'
import { conditionsOf } from './parse-conditions'
import { requestedOf } from './parse-statefulset'
import { array, filled, flag, type Json, present, record, text, texts } from './read-json'

export function parseClaim(json: Json, metadata: Metadata): Claim {
  const spec = record(json.spec, 'spec')
  const status = record(json.status, 'status')
  return {
    metadata,
    spec: {
      volumeName: filled(spec.volumeName, 'spec.volumeName'),
      // Empty is a value of its own here: no class at all, which turns dynamic provisioning off.
      storageClassName: text(spec.storageClassName, 'spec.storageClassName'),
      accessModes: texts(spec.accessModes, 'spec.accessModes'),
      requested: requestedOf(spec),
    },
    status: {
      phase: filled(status.phase, 'status.phase'),
      capacity: storageOf(status.capacity),
      conditions: conditionsOf(status.conditions),
    },
  }
}

export function parseVolume(json: Json, metadata: Metadata): Volume {
  const spec = record(json.spec, 'spec')
  const status = record(json.status, 'status')
  const reference = record(spec.claimRef, 'spec.claimRef')
  return {
    metadata,
    spec: {
      capacity: storageOf(spec.capacity),
      reclaimPolicy: filled(spec.persistentVolumeReclaimPolicy, 'spec.persistentVolumeReclaimPolicy') ?? 'Retain',
      storageClassName: text(spec.storageClassName, 'spec.storageClassName'),
      accessModes: texts(spec.accessModes, 'spec.accessModes'),
      claimRef: present(spec.claimRef)
        ? {
            namespace: text(reference.namespace, 'spec.claimRef.namespace') ?? '',
            name: text(reference.name, 'spec.claimRef.name') ?? '',
            uid: filled(reference.uid, 'spec.claimRef.uid'),
          }
        : null,
      ...affinityOf(spec),
      driver: driverOf(spec),
    },
    status: {
      phase: text(status.phase, 'status.phase') ?? '',
      message: text(status.message, 'status.message', 4096) || null,
      reason: filled(status.reason, 'status.reason'),
    },
  }
}

export function parseStorageClass(json: Json, metadata: Metadata): StorageClass {
  const annotation = (prefix: string) => metadata.annotations[`${prefix}/is-default-class`] === 'true'
  return {
    metadata,
    provisioner: text(json.provisioner, 'provisioner') ?? '',
    reclaimPolicy: filled(json.reclaimPolicy, 'reclaimPolicy') ?? 'Delete',
    volumeBindingMode: filled(json.volumeBindingMode, 'volumeBindingMode') ?? 'Immediate',
    allowVolumeExpansion: flag(json.allowVolumeExpansion, 'allowVolumeExpansion') ?? false,
    isDefault: annotation('storageclass.kubernetes.io') || annotation('storageclass.beta.kubernetes.io'),
  }
}

function storageOf(value: unknown): string | null {
  return text(record(value, 'capacity').storage, 'capacity.storage')
}

/** Keys under which provisioners write a zone; a driver's own key ends in `/zone` too (`topology.ebs.csi.aws.com/zone`). */
const zoneKey = /(?:^failure-domain\.beta\.kubernetes\.io|^topology\.[^/]+)\/zone$/

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
