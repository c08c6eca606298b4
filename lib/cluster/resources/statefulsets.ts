import 'server-only'
import type { Metadata, StatefulSet } from '@/lib/statefulset/model/objects'
import { latest } from '@/lib/statefulset/model/time'
import { array, filled, integer, intOrString, type Json, present, record, text, textMap } from '@/lib/cluster/read-json'
import { conditionsOf, namedImage, portsOf, requestedOf, selectorOf } from '@/lib/cluster/read-parts'
import { resource } from './resource'

export const statefulsets = resource({
  group: 'apps',
  version: 'v1',
  resource: 'statefulsets',
  kind: 'StatefulSet',
  namespaced: true,
  parse,
})

/** Defaults are those that the API server itself writes (k8s pkg/apis/apps/v1/defaults.go). */
function parse(json: Json, metadata: Metadata): StatefulSet {
  const spec = record(json.spec, 'spec')
  const status = record(json.status, 'status')
  const strategy = record(spec.updateStrategy, 'spec.updateStrategy')
  const rolling = record(strategy.rollingUpdate, 'spec.updateStrategy.rollingUpdate')
  const retention = record(spec.persistentVolumeClaimRetentionPolicy, 'spec.persistentVolumeClaimRetentionPolicy')
  const template = record(spec.template, 'spec.template')
  const pod = record(template.spec, 'spec.template.spec')
  const count = (field: string) => integer(status[field], `status.${field}`) ?? 0
  return {
    metadata,
    spec: {
      replicas: integer(spec.replicas, 'spec.replicas') ?? 1,
      serviceName: text(spec.serviceName, 'spec.serviceName') ?? '',
      selector: selectorOf(spec.selector),
      podManagementPolicy: filled(spec.podManagementPolicy, 'spec.podManagementPolicy') ?? 'OrderedReady',
      updateStrategy: {
        type: filled(strategy.type, 'spec.updateStrategy.type') ?? 'RollingUpdate',
        rollingUpdate: present(strategy.rollingUpdate)
          ? {
              partition: integer(rolling.partition, 'spec.updateStrategy.rollingUpdate.partition') ?? 0,
              maxUnavailable: intOrString(rolling.maxUnavailable, 'spec.updateStrategy.rollingUpdate.maxUnavailable'),
            }
          : null,
      },
      minReadySeconds: integer(spec.minReadySeconds, 'spec.minReadySeconds') ?? 0,
      ordinalsStart: integer(record(spec.ordinals, 'spec.ordinals').start, 'spec.ordinals.start') ?? 0,
      whenScaled: retention.whenScaled === 'Delete' ? 'Delete' : 'Retain',
      whenDeleted: retention.whenDeleted === 'Delete' ? 'Delete' : 'Retain',
      claimTemplates: array(spec.volumeClaimTemplates, 'spec.volumeClaimTemplates').map((item) => {
        const claim = record(item, 'spec.volumeClaimTemplates')
        const claimSpec = record(claim.spec, 'spec.volumeClaimTemplates.spec')
        return {
          name:
            text(record(claim.metadata, 'spec.volumeClaimTemplates.metadata').name, 'volumeClaimTemplates.name') ?? '',
          storageClassName: text(claimSpec.storageClassName, 'volumeClaimTemplates.storageClassName'),
          requested: requestedOf(claimSpec),
        }
      }),
      template: {
        labels: textMap(record(template.metadata, 'spec.template.metadata').labels, 'spec.template.metadata.labels'),
        terminationGracePeriodSeconds: integer(pod.terminationGracePeriodSeconds, 'terminationGracePeriodSeconds'),
        containers: array(pod.containers, 'spec.template.spec.containers').map((item) => {
          const container = record(item, 'containers')
          return { ...namedImage(container), ports: portsOf(container.ports) }
        }),
        initContainers: array(pod.initContainers, 'spec.template.spec.initContainers').map((item) =>
          namedImage(record(item, 'initContainers')),
        ),
      },
    },
    status: {
      observedGeneration: count('observedGeneration'),
      replicas: count('replicas'),
      readyReplicas: count('readyReplicas'),
      availableReplicas: count('availableReplicas'),
      currentReplicas: count('currentReplicas'),
      updatedReplicas: count('updatedReplicas'),
      currentRevision: text(status.currentRevision, 'status.currentRevision') ?? '',
      updateRevision: text(status.updateRevision, 'status.updateRevision') ?? '',
      conditions: conditionsOf(status.conditions),
    },
    replicasManagers: replicasManagers(record(json.metadata, 'metadata').managedFields),
    writtenAt: writtenAt(record(json.metadata, 'metadata').managedFields),
  }
}

/** Who owns `spec.replicas` in managedFields: the set's own entry, or one of the subresource `scale`. */
function replicasManagers(value: unknown): StatefulSet['replicasManagers'] {
  return array(value, 'metadata.managedFields').flatMap((item) => {
    const entry = record(item, 'managedFields')
    const fields = record(record(entry.fieldsV1, 'fieldsV1')['f:spec'], 'f:spec')
    if (!Object.hasOwn(fields, 'f:replicas')) return []
    return [
      {
        manager: text(entry.manager, 'managedFields.manager') ?? '',
        operation: text(entry.operation, 'managedFields.operation') ?? '',
        subresource: filled(entry.subresource, 'managedFields.subresource'),
        time: text(entry.time, 'managedFields.time'),
      },
    ]
  })
}

/** When anything but the status was last written: each manager's entry has the time of its last change. */
function writtenAt(value: unknown): string | null {
  const entries = array(value, 'metadata.managedFields').map((item) => record(item, 'managedFields'))
  return latest(
    entries.filter((entry) => entry.subresource !== 'status').map((entry) => text(entry.time, 'managedFields.time')),
  )
}
