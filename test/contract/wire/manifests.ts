import type { Json } from './client'

/** The objects that the cases write. */

export const config = (name: string, more: Json = {}): Json => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { a: '1' },
  ...more,
})

/** A pod that nobody schedules. With `node` it is bound to a machine that does not exist, so that nobody runs it. */
export const pod = (name: string, { node, meta = {}, ...spec }: Json & { node?: boolean; meta?: Json } = {}): Json => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...meta },
  spec: {
    schedulerName: 'nobody',
    ...(node ? { nodeName: 'wire-nowhere' } : {}),
    containers: [{ name: 'main', image: 'kubia:1' }],
    ...spec,
  },
})

/** A set without pods. */
export const set = (name: string, spec: Json = {}, meta: Json = {}): Json => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name, ...meta },
  spec: {
    serviceName: 'kubia',
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { schedulerName: 'nobody', containers: [{ name: 'main', image: 'kubia:1' }] },
    },
    ...spec,
  },
})

export const budget = (name: string, spec: Json = {}): Json => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec: { minAvailable: 1, selector: { matchLabels: { app: name } }, ...spec },
})

export const claim = (name: string, spec: Json = {}): Json => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'nobody',
    resources: { requests: { storage: '1Gi' } },
    ...spec,
  },
})
