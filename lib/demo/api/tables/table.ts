import type { KubeObject } from '@/lib/demo/store'
import { fieldsAt, isFields, listAt, numberAt, textAt } from '@/lib/demo/api/fields'
import type { ResourceInfo } from '@/lib/demo/api/resources'
import { age } from './ages'
import { podRow } from './pod-row'

/** Tables of every kind: k8s pkg/printers/internalversion/printers.go. */

export type Column = { name: string; type: string; format: string; description: string; priority: number }
export type Row = { cells: unknown[]; conditions?: object[] }

type Printer = {
  /** Names; `*` before what only `-o wide` shows, `#` for integers, `?` for truth values. */
  columns: string
  cells(object: KubeObject, now: Date, inList: KubeObject[]): unknown[]
}

const or = (text: string, none = '<none>') => (text === '' ? none : text)

const MODES: Record<string, string> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}

function accessModes(modes: unknown): string {
  const given = new Set(Array.isArray(modes) ? modes.map(String) : [])
  return Object.keys(MODES)
    .filter((mode) => given.has(mode))
    .map((mode) => MODES[mode])
    .join(',')
}

const labelText = (labels: unknown) =>
  or(
    Object.entries(isFields(labels) ? labels : {})
      .map(([key, value]) => `${key}=${String(value)}`)
      .sort()
      .join(','),
  )

const terminating = (object: KubeObject, otherwise: string) =>
  object.metadata.deletionTimestamp ? 'Terminating' : otherwise

const count = (object: KubeObject, field: string) => {
  const value = object[field]
  return Array.isArray(value) ? value.length : Object.keys(isFields(value) ? value : {}).length
}

const created = (object: KubeObject, now: Date) => age(object.metadata.creationTimestamp, now)

/** At most so many, then how many more. */
const some = (items: string[], most: number, none: string) =>
  items.length === 0
    ? none
    : items.length > most
      ? `${items.slice(0, most).join(',')} + ${items.length - most} more...`
      : items.join(',')

function nodeStatus(node: KubeObject): string {
  const ready = listAt(node.status, 'conditions').find((one) => one['type'] === 'Ready')
  const word = !ready ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady'
  return node.spec?.['unschedulable'] === true ? `${word},SchedulingDisabled` : word
}

function nodeRoles(node: KubeObject): string {
  const roles = Object.entries(node.metadata.labels ?? {}).flatMap(([key, value]) =>
    key.startsWith('node-role.kubernetes.io/')
      ? [key.slice('node-role.kubernetes.io/'.length)]
      : key === 'kubernetes.io/role' && value !== ''
        ? [value]
        : [],
  )
  return or([...new Set(roles)].sort().join(','))
}

const nodeAddress = (node: KubeObject, type: string) =>
  or(
    textAt(
      listAt(node.status, 'addresses').find((one) => one['type'] === type),
      'address',
    ),
  )

function servicePorts(service: KubeObject): string {
  return or(
    listAt(service.spec, 'ports')
      .map((port) => {
        const outside = numberAt(port, 'nodePort')
        return `${String(port['port'])}${outside ? `:${outside}` : ''}/${textAt(port, 'protocol')}`
      })
      .join(','),
  )
}

function externalAddress(service: KubeObject): string {
  const type = textAt(service.spec, 'type')
  if (type === 'ExternalName') return textAt(service.spec, 'externalName')
  const given = service.spec?.['externalIPs']
  const outside = Array.isArray(given) ? given.map(String) : []
  const ingress = listAt(service.status, 'loadBalancer', 'ingress').map(
    (one) => textAt(one, 'ip') || textAt(one, 'hostname'),
  )
  const all = [...ingress, ...outside].join(',')
  return type === 'LoadBalancer' ? or(all, '<pending>') : or(all)
}

function eventSeen(event: KubeObject, now: Date): { first: string; last: string; count: number } {
  const micro = textAt(event, 'eventTime')
  const series = fieldsAt(event, 'series')
  const firstAt = textAt(event, 'firstTimestamp') || micro
  const lastAt = textAt(event, 'lastTimestamp')
  const first = age(firstAt, now)
  let last = lastAt === '' ? first : age(lastAt, now)
  let times = numberAt(event, 'count') ?? 0
  if (series) {
    times = numberAt(series, 'count') ?? 0
    last = `${age(textAt(series, 'lastObservedTime'), now)} (x${times} over ${first})`
  } else if (times > 1) last = `${last} (x${times} over ${first})`
  return { first, last, count: times === 0 ? 1 : times }
}

function eventCells(event: KubeObject, now: Date): unknown[] {
  const about = fieldsAt(event, 'involvedObject') ?? {}
  const seen = eventSeen(event, now)
  const source = [
    textAt(event, 'source', 'component') || textAt(event, 'reportingComponent'),
    textAt(event, 'source', 'host') || textAt(event, 'reportingInstance'),
  ]
  return [
    seen.last,
    textAt(event, 'type'),
    textAt(event, 'reason'),
    `${textAt(about, 'kind').toLowerCase()}/${textAt(about, 'name')}`,
    textAt(about, 'fieldPath'),
    source.filter(Boolean).join(', '),
    textAt(event, 'message').trim(),
    seen.first,
    seen.count,
    event.metadata.name,
  ]
}

function scalerTargets(scaler: KubeObject): string {
  const parts = listAt(scaler.spec, 'metrics').map((metric) => {
    const resource = fieldsAt(metric, 'resource')
    const wanted = numberAt(resource, 'target', 'averageUtilization')
    const current = listAt(scaler.status, 'currentMetrics').find(
      (one) => textAt(one, 'resource', 'name') === textAt(resource, 'name'),
    )
    const now = numberAt(current, 'resource', 'current', 'averageUtilization')
    return wanted === undefined
      ? '<unknown>'
      : `${textAt(resource, 'name')}: ${now === undefined ? '<unknown>' : `${now}%`}/${wanted}%`
  })
  return some(parts, 2, '<none>')
}

function revisionController(revision: KubeObject): string {
  const owner = revision.metadata.ownerReferences?.find((one) => one.controller)
  if (!owner) return '<none>'
  const group = owner.apiVersion.includes('/') ? owner.apiVersion.split('/')[0] : ''
  return `${owner.kind.toLowerCase()}${group ? `.${group}` : ''}/${owner.name}`
}

/** Only in a list, and only the newest class that is marked. */
function className(storageClass: KubeObject, inList: KubeObject[]): string {
  const { name } = storageClass.metadata
  if (inList.length < 2) return name
  const mark = 'storageclass.kubernetes.io/is-default-class'
  const newest = inList
    .filter((one) => one.metadata.annotations?.[mark] === 'true')
    .sort((a, b) => b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp))[0]
  return newest?.metadata.name === name ? `${name} (default)` : name
}

function quotaCell(quota: KubeObject, limits: boolean): string {
  const hard = fieldsAt(quota.status, 'hard') ?? {}
  return Object.keys(hard)
    .sort()
    .filter((resource) => resource.startsWith('limits.') === limits)
    .map((resource) => `${resource}: ${textAt(quota.status, 'used', resource) || '0'}/${String(hard[resource])}`)
    .join(', ')
}

const endpointsText = (endpoints: KubeObject) =>
  some(
    listAt(endpoints, 'subsets').flatMap((subset) =>
      listAt(subset, 'addresses').flatMap((address) =>
        listAt(subset, 'ports').map((port) => `${textAt(address, 'ip')}:${String(port['port'])}`),
      ),
    ),
    3,
    '<none>',
  )

const PRINTERS: Record<string, Printer> = {
  pods: {
    columns: 'Name,Ready,Status,Restarts,Age,*IP,*Node,*Nominated Node,*Readiness Gates',
    cells: (pod, now) => podRow(pod, now).cells,
  },
  statefulsets: {
    columns: 'Name,Ready,Age,*Containers,*Images',
    cells: (set, now) => {
      const containers = listAt(set, 'spec', 'template', 'spec', 'containers')
      return [
        set.metadata.name,
        `${numberAt(set.status, 'readyReplicas') ?? 0}/${numberAt(set.spec, 'replicas') ?? 0}`,
        created(set, now),
        containers.map((one) => textAt(one, 'name')).join(','),
        containers.map((one) => textAt(one, 'image')).join(','),
      ]
    },
  },
  persistentvolumeclaims: {
    columns: 'Name,Status,Volume,Capacity,Access Modes,StorageClass,VolumeAttributesClass,Age,*VolumeMode',
    cells: (claim, now) => {
      const bound = textAt(claim.spec, 'volumeName') !== ''
      return [
        claim.metadata.name,
        terminating(claim, textAt(claim.status, 'phase')),
        textAt(claim.spec, 'volumeName'),
        bound ? textAt(claim.status, 'capacity', 'storage') || '0' : '',
        bound ? accessModes(claim.status?.['accessModes']) : '',
        textAt(claim.spec, 'storageClassName'),
        or(textAt(claim.spec, 'volumeAttributesClassName'), '<unset>'),
        created(claim, now),
        or(textAt(claim.spec, 'volumeMode'), '<unset>'),
      ]
    },
  },
  persistentvolumes: {
    columns:
      'Name,Capacity,Access Modes,Reclaim Policy,Status,Claim,StorageClass,VolumeAttributesClass,Reason,Age,*VolumeMode',
    cells: (volume, now) => [
      volume.metadata.name,
      textAt(volume.spec, 'capacity', 'storage') || '0',
      accessModes(volume.spec?.['accessModes']),
      textAt(volume.spec, 'persistentVolumeReclaimPolicy'),
      terminating(volume, textAt(volume.status, 'phase')),
      fieldsAt(volume.spec, 'claimRef')
        ? `${textAt(volume.spec, 'claimRef', 'namespace')}/${textAt(volume.spec, 'claimRef', 'name')}`
        : '',
      textAt(volume.spec, 'storageClassName'),
      or(textAt(volume.spec, 'volumeAttributesClassName'), '<unset>'),
      textAt(volume.status, 'reason'),
      created(volume, now),
      or(textAt(volume.spec, 'volumeMode'), '<unset>'),
    ],
  },
  nodes: {
    columns: 'Name,Status,Roles,Age,Version,*Internal-IP,*External-IP,*OS-Image,*Kernel-Version,*Container-Runtime',
    cells: (node, now) => {
      const info = (name: string) => or(textAt(node.status, 'nodeInfo', name), '<unknown>')
      return [
        node.metadata.name,
        nodeStatus(node),
        nodeRoles(node),
        created(node, now),
        textAt(node.status, 'nodeInfo', 'kubeletVersion'),
        nodeAddress(node, 'InternalIP'),
        nodeAddress(node, 'ExternalIP'),
        info('osImage'),
        info('kernelVersion'),
        info('containerRuntimeVersion'),
      ]
    },
  },
  services: {
    columns: 'Name,Type,Cluster-IP,External-IP,Port(s),Age,*Selector',
    cells: (service, now) => [
      service.metadata.name,
      textAt(service.spec, 'type'),
      or(textAt(service.spec, 'clusterIP')),
      externalAddress(service),
      servicePorts(service),
      created(service, now),
      labelText(service.spec?.['selector']),
    ],
  },
  endpointslices: {
    columns: 'Name,AddressType,Ports,Endpoints,Age',
    cells: (slice, now) => [
      slice.metadata.name,
      textAt(slice, 'addressType'),
      some(
        listAt(slice, 'ports').map((port) => (port['port'] ? String(port['port']) : '*')),
        3,
        '<unset>',
      ),
      some(
        listAt(slice, 'endpoints').flatMap((one) =>
          Array.isArray(one['addresses']) ? one['addresses'].map(String) : [],
        ),
        3,
        '<unset>',
      ),
      created(slice, now),
    ],
  },
  endpoints: {
    columns: 'Name,Endpoints,Age',
    cells: (endpoints, now) => [endpoints.metadata.name, endpointsText(endpoints), created(endpoints, now)],
  },
  controllerrevisions: {
    columns: 'Name,Controller,Revision,Age',
    cells: (revision, now) => [
      revision.metadata.name,
      revisionController(revision),
      numberAt(revision, 'revision') ?? 0,
      created(revision, now),
    ],
  },
  storageclasses: {
    columns: 'Name,Provisioner,ReclaimPolicy,VolumeBindingMode,AllowVolumeExpansion,Age',
    cells: (storageClass, now, inList) => [
      className(storageClass, inList),
      textAt(storageClass, 'provisioner'),
      textAt(storageClass, 'reclaimPolicy') || 'Delete',
      textAt(storageClass, 'volumeBindingMode') || 'Immediate',
      storageClass['allowVolumeExpansion'] === true,
      created(storageClass, now),
    ],
  },
  volumeattachments: {
    columns: 'Name,Attacher,PV,Node,?Attached,Age',
    cells: (attachment, now) => [
      attachment.metadata.name,
      textAt(attachment.spec, 'attacher'),
      textAt(attachment.spec, 'source', 'persistentVolumeName'),
      textAt(attachment.spec, 'nodeName'),
      attachment.status?.['attached'] === true,
      created(attachment, now),
    ],
  },
  csinodes: {
    columns: 'Name,#Drivers,Age',
    cells: (node, now) => [node.metadata.name, listAt(node, 'spec', 'drivers').length, created(node, now)],
  },
  events: {
    columns: 'Last Seen,Type,Reason,Object,*Subobject,*Source,Message,*First Seen,*Count,*Name',
    cells: eventCells,
  },
  poddisruptionbudgets: {
    columns: 'Name,Min Available,Max Unavailable,#Allowed Disruptions,Age',
    cells: (budget, now) => [
      budget.metadata.name,
      String(budget.spec?.['minAvailable'] ?? 'N/A'),
      String(budget.spec?.['maxUnavailable'] ?? 'N/A'),
      numberAt(budget.status, 'disruptionsAllowed') ?? 0,
      created(budget, now),
    ],
  },
  horizontalpodautoscalers: {
    columns: 'Name,Reference,Targets,MinPods,MaxPods,Replicas,Age',
    cells: (scaler, now) => [
      scaler.metadata.name,
      `${textAt(scaler.spec, 'scaleTargetRef', 'kind')}/${textAt(scaler.spec, 'scaleTargetRef', 'name')}`,
      scalerTargets(scaler),
      String(numberAt(scaler.spec, 'minReplicas') ?? '<unset>'),
      numberAt(scaler.spec, 'maxReplicas') ?? 0,
      numberAt(scaler.status, 'currentReplicas') ?? 0,
      created(scaler, now),
    ],
  },
  namespaces: {
    columns: 'Name,Status,Age',
    cells: (namespace, now) => [namespace.metadata.name, textAt(namespace.status, 'phase'), created(namespace, now)],
  },
  configmaps: {
    columns: 'Name,Data,Age',
    cells: (map, now) => [map.metadata.name, count(map, 'data') + count(map, 'binaryData'), created(map, now)],
  },
  secrets: {
    columns: 'Name,Type,Data,Age',
    cells: (secret, now) => [secret.metadata.name, textAt(secret, 'type'), count(secret, 'data'), created(secret, now)],
  },
  serviceaccounts: {
    columns: 'Name,Secrets,Age',
    cells: (account, now) => [account.metadata.name, count(account, 'secrets'), created(account, now)],
  },
  leases: {
    columns: 'Name,Holder,Age',
    cells: (lease, now) => [lease.metadata.name, textAt(lease.spec, 'holderIdentity'), created(lease, now)],
  },
  resourcequotas: {
    columns: 'Name,Request,Limit,Age',
    cells: (quota, now) => [quota.metadata.name, quotaCell(quota, false), quotaCell(quota, true), created(quota, now)],
  },
  limitranges: {
    columns: 'Name,Created At',
    cells: (range) => [range.metadata.name, range.metadata.creationTimestamp],
  },
}

const DEFAULT: Printer = {
  columns: 'Name,Age',
  cells: (object, now) => [object.metadata.name, created(object, now)],
}

const printerOf = (info: ResourceInfo) => PRINTERS[info.resource] ?? DEFAULT

export function columnsOf(info: ResourceInfo): Column[] {
  return printerOf(info)
    .columns.split(',')
    .map((text) => {
      const name = text.replace(/^[*#?]+/, '')
      return {
        name,
        type: text.includes('#') ? 'integer' : text.startsWith('?') || text.startsWith('*?') ? 'boolean' : 'string',
        // Kubernetes marks both as names of objects.
        format: name === 'Name' || (name === 'Attacher' && info.resource === 'volumeattachments') ? 'name' : '',
        description: '',
        priority: text.startsWith('*') ? 1 : 0,
      }
    })
}

export function rowsOf(info: ResourceInfo, objects: KubeObject[], now: Date): Row[] {
  const { cells } = printerOf(info)
  return objects.map((object) => {
    const row: Row = { cells: cells(object, now, objects) }
    const done = info.resource === 'pods' ? podRow(object, now).done : null
    if (done)
      row.conditions = [
        {
          type: 'Completed',
          status: 'True',
          reason: done.phase,
          message: done.phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.',
        },
      ]
    return row
  })
}
