import type { Operations } from './api/operations'
import { diskDriver, shareDriver } from './controllers/volumes/provisioner'

/** Makers of the objects that the example sets and the scenarios are made of. */

export type SetPlan = {
  namespace: string
  name: string
  replicas: number
  image: string
  port: number
  portName?: string
  storage?: { claim?: string; size: string; storageClass?: string; path: string }
  parallel?: boolean
  partition?: number
  onDelete?: boolean
  minReadySeconds?: number
  start?: number
  retention?: { whenScaled: 'Retain' | 'Delete'; whenDeleted: 'Retain' | 'Delete' }
  serviceName?: string
  publishNotReady?: boolean
  /** `ordinal.local/…` annotations of the pods: how the program behaves. */
  pods?: Record<string, string>
  graceSeconds?: number
  cpu?: string
  memory?: string
  probePath?: string
  /** Of the set itself. */
  annotations?: Record<string, string>
}

const claimOf = (plan: SetPlan): string => plan.storage?.claim ?? 'data'

/** A headless Service that gives the pods of a set their names. */
export const governingService = (plan: SetPlan): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: plan.serviceName ?? plan.name, namespace: plan.namespace, labels: { app: plan.name } },
  spec: {
    clusterIP: 'None',
    selector: { app: plan.name },
    ...(plan.publishNotReady ? { publishNotReadyAddresses: true } : {}),
    ports: [{ name: plan.portName ?? 'http', port: plan.port === 8080 ? 80 : plan.port, targetPort: plan.port }],
  },
})

export function statefulSet(plan: SetPlan): object {
  const { namespace, name, replicas, image, port, storage } = plan
  const labels = { app: name }
  const annotations = Object.fromEntries(
    Object.entries(plan.pods ?? {}).map(([key, value]) => [`ordinal.local/${key}`, value]),
  )
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace, labels, ...(plan.annotations ? { annotations: plan.annotations } : {}) },
    spec: {
      serviceName: plan.serviceName ?? name,
      replicas,
      ...(plan.parallel ? { podManagementPolicy: 'Parallel' } : {}),
      ...(plan.onDelete ? { updateStrategy: { type: 'OnDelete' } } : {}),
      ...(plan.partition === undefined
        ? {}
        : { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: plan.partition } } }),
      ...(plan.minReadySeconds === undefined ? {} : { minReadySeconds: plan.minReadySeconds }),
      ...(plan.start === undefined ? {} : { ordinals: { start: plan.start } }),
      ...(plan.retention ? { persistentVolumeClaimRetentionPolicy: plan.retention } : {}),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
        spec: {
          terminationGracePeriodSeconds: plan.graceSeconds ?? 30,
          containers: [
            {
              name,
              image,
              ports: [{ name: plan.portName ?? 'http', containerPort: port }],
              resources: { requests: { cpu: plan.cpu ?? '50m', memory: plan.memory ?? '64Mi' } },
              readinessProbe: plan.probePath
                ? { httpGet: { path: plan.probePath, port }, periodSeconds: 5 }
                : { tcpSocket: { port }, periodSeconds: 5 },
              ...(storage ? { volumeMounts: [{ name: claimOf(plan), mountPath: storage.path }] } : {}),
            },
          ],
        },
      },
      ...(storage
        ? {
            volumeClaimTemplates: [
              {
                metadata: { name: claimOf(plan) },
                spec: {
                  accessModes: ['ReadWriteOnce'],
                  ...(storage.storageClass ? { storageClassName: storage.storageClass } : {}),
                  resources: { requests: { storage: storage.size } },
                },
              },
            ],
          }
        : {}),
    },
  }
}

/** Creates the set with its governing Service, and the namespace when it is not there yet. */
export function createSet(operations: Operations, plan: SetPlan, { service = true } = {}): void {
  ensureNamespace(operations, plan.namespace)
  if (service) operations.create('services', plan.namespace, governingService(plan))
  operations.create('statefulsets', plan.namespace, statefulSet(plan))
}

export function ensureNamespace(operations: Operations, name: string): void {
  if (!operations.store.get('namespaces', '', name)) operations.create('namespaces', '', { metadata: { name } })
  // A pod needs its namespace's account at once; the controller that gives it may come a moment later.
  if (!operations.store.get('serviceaccounts', name, 'default')) {
    operations.create('serviceaccounts', name, { metadata: { name: 'default' } })
  }
}

/** The classes of the demo cluster: the default one, one that keeps its volumes, one whose volumes live in a zone. */
export function createStorageClasses(operations: Operations): void {
  const make = (
    name: string,
    provisioner: string,
    reclaimPolicy: string,
    extra: object,
    annotations: Record<string, string> = {},
  ) => {
    if (operations.store.get('storageclasses', '', name)) return
    operations.create('storageclasses', '', {
      metadata: { name, annotations },
      provisioner,
      reclaimPolicy,
      allowVolumeExpansion: true,
      ...extra,
    })
  }
  make(
    'standard',
    shareDriver,
    'Delete',
    { volumeBindingMode: 'Immediate' },
    { 'storageclass.kubernetes.io/is-default-class': 'true' },
  )
  make('retained', shareDriver, 'Retain', { volumeBindingMode: 'Immediate' })
  make('zonal', diskDriver, 'Delete', { volumeBindingMode: 'WaitForFirstConsumer', parameters: { zonal: 'true' } })
}
