import 'server-only'
import type { ContainerState, ContainerStatus, Metadata, Pod } from '@/lib/statefulset/model/objects'
import { array, filled, flag, integer, type Json, present, record, text } from '@/lib/cluster/read-json'
import { conditionsOf, namedImage, portsOf } from '@/lib/cluster/read-parts'
import { resource } from './resource'

export const pods = resource({
  group: '',
  version: 'v1',
  resource: 'pods',
  kind: 'Pod',
  namespaced: true,
  parse,
})

function parse(json: Json, metadata: Metadata): Pod {
  const spec = record(json.spec, 'spec')
  const status = record(json.status, 'status')
  return {
    metadata,
    spec: {
      nodeName: filled(spec.nodeName, 'spec.nodeName'),
      hostname: filled(spec.hostname, 'spec.hostname'),
      subdomain: filled(spec.subdomain, 'spec.subdomain'),
      terminationGracePeriodSeconds: integer(spec.terminationGracePeriodSeconds, 'spec.terminationGracePeriodSeconds'),
      schedulingGates: array(spec.schedulingGates, 'spec.schedulingGates').map(
        (item) => text(record(item, 'schedulingGates').name, 'schedulingGates.name') ?? '',
      ),
      readinessGates: array(spec.readinessGates, 'spec.readinessGates').map(
        (item) => text(record(item, 'readinessGates').conditionType, 'readinessGates.conditionType') ?? '',
      ),
      containers: array(spec.containers, 'spec.containers').map((item) => {
        const container = record(item, 'spec.containers')
        return {
          ...namedImage(container),
          ports: portsOf(container.ports),
        }
      }),
      initContainers: array(spec.initContainers, 'spec.initContainers').map((item) => {
        const container = record(item, 'spec.initContainers')
        return { ...namedImage(container), sidecar: container.restartPolicy === 'Always' }
      }),
      claims: array(spec.volumes, 'spec.volumes').flatMap((item) => {
        const volume = record(item, 'spec.volumes')
        const claim = text(record(volume.persistentVolumeClaim, 'persistentVolumeClaim').claimName, 'claimName')
        return claim === null ? [] : [{ volume: text(volume.name, 'volumes.name') ?? '', claim }]
      }),
      tolerations: array(spec.tolerations, 'spec.tolerations').map((item) => {
        const toleration = record(item, 'spec.tolerations')
        return {
          key: filled(toleration.key, 'tolerations.key'),
          operator: filled(toleration.operator, 'tolerations.operator'),
          effect: filled(toleration.effect, 'tolerations.effect'),
          seconds: integer(toleration.tolerationSeconds, 'tolerations.tolerationSeconds'),
        }
      }),
    },
    status: {
      phase: text(status.phase, 'status.phase') ?? '',
      reason: filled(status.reason, 'status.reason'),
      message: text(status.message, 'status.message', 4096) || null,
      podIP: filled(status.podIP, 'status.podIP'),
      podIPs: array(status.podIPs, 'status.podIPs').flatMap(
        (item) => filled(record(item, 'status.podIPs').ip, 'podIPs.ip') ?? [],
      ),
      startTime: text(status.startTime, 'status.startTime'),
      conditions: conditionsOf(status.conditions),
      initContainers: array(status.initContainerStatuses, 'status.initContainerStatuses').map(containerStatus),
      containers: array(status.containerStatuses, 'status.containerStatuses').map(containerStatus),
    },
  }
}

function containerStatus(item: unknown): ContainerStatus {
  const status = record(item, 'containerStatuses')
  return {
    ...namedImage(status),
    ready: flag(status.ready, 'containerStatuses.ready') ?? false,
    started: flag(status.started, 'containerStatuses.started'),
    restartCount: integer(status.restartCount, 'containerStatuses.restartCount') ?? 0,
    state: containerState(status.state),
    lastState: containerState(status.lastState),
  }
}

function containerState(value: unknown): ContainerState | null {
  const state = record(value, 'containerStatuses.state')
  if (present(state.running)) {
    return { kind: 'running', startedAt: text(record(state.running, 'state.running').startedAt, 'startedAt') }
  }
  if (present(state.terminated)) {
    const ended = record(state.terminated, 'state.terminated')
    return {
      kind: 'terminated',
      reason: filled(ended.reason, 'terminated.reason'),
      message: text(ended.message, 'terminated.message', 4096) || null,
      exitCode: integer(ended.exitCode, 'terminated.exitCode') ?? 0,
      signal: integer(ended.signal, 'terminated.signal') || null,
      startedAt: text(ended.startedAt, 'terminated.startedAt'),
      finishedAt: text(ended.finishedAt, 'terminated.finishedAt'),
    }
  }
  if (present(state.waiting)) {
    const waiting = record(state.waiting, 'state.waiting')
    return {
      kind: 'waiting',
      reason: filled(waiting.reason, 'waiting.reason'),
      message: text(waiting.message, 'waiting.message', 4096) || null,
    }
  }
  return null
}
