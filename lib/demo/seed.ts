import type { Operations } from './api/operations'
import { createSet, createStorageClasses, ensureNamespace, type SetPlan } from './examples'
import type { Machine } from './kubelet/kubelet'

/** Six machines in three zones. */
export const machines: Machine[] = [1, 2, 3, 4, 5, 6].map((number) => ({
  name: `worker-${number}`,
  zone: `zone-${'abc'[(number - 1) % 3]}`,
  cpu: '8',
  memory: '32Gi',
}))

/** The sets of a small company that a newcomer finds on the first page. kubia is the one that the README speaks of. */
export const sets: SetPlan[] = [
  {
    namespace: 'default',
    name: 'kubia',
    replicas: 3,
    image: 'luksa/kubia-pet',
    port: 8080,
    probePath: '/',
    graceSeconds: 10,
    storage: { size: '1Mi', path: '/var/data' },
    annotations: { 'ordinal.dev/peers': '8080/peers' },
  },
  {
    namespace: 'shop',
    name: 'postgres',
    replicas: 3,
    image: 'postgres:17.5',
    port: 5432,
    portName: 'postgres',
    minReadySeconds: 5,
    storage: { size: '20Gi', storageClass: 'zonal', path: '/var/lib/postgresql/data' },
    pods: { ready: '4s', stop: '3s' },
    cpu: '500m',
    memory: '1Gi',
  },
  {
    namespace: 'shop',
    name: 'cart-cache',
    replicas: 3,
    image: 'redis:8.0-alpine',
    port: 6379,
    portName: 'redis',
    storage: { size: '2Gi', path: '/data' },
    retention: { whenScaled: 'Delete', whenDeleted: 'Delete' },
    pods: { ready: '1s' },
  },
  {
    namespace: 'streaming',
    name: 'kafka',
    replicas: 5,
    image: 'apache/kafka:4.1.0',
    port: 9092,
    portName: 'broker',
    parallel: true,
    publishNotReady: true,
    storage: { claim: 'log', size: '100Gi', storageClass: 'zonal', path: '/var/lib/kafka' },
    pods: { ready: '6s', stop: '4s' },
    cpu: '500m',
    memory: '2Gi',
  },
  {
    namespace: 'streaming',
    name: 'zookeeper',
    replicas: 3,
    image: 'zookeeper:3.9',
    port: 2181,
    portName: 'client',
    publishNotReady: true,
    storage: { size: '5Gi', path: '/data' },
    pods: { ready: '3s' },
  },
  {
    namespace: 'search',
    name: 'opensearch',
    replicas: 3,
    image: 'opensearchproject/opensearch:3.2.0',
    port: 9200,
    parallel: true,
    storage: { size: '50Gi', storageClass: 'zonal', path: '/usr/share/opensearch/data' },
    pods: { ready: '8s', stop: '5s' },
    cpu: '1',
    memory: '2Gi',
  },
  {
    namespace: 'monitoring',
    name: 'prometheus',
    replicas: 2,
    image: 'prom/prometheus:v3.5.0',
    port: 9090,
    storage: { size: '30Gi', path: '/prometheus' },
    retention: { whenScaled: 'Retain', whenDeleted: 'Delete' },
    pods: { ready: '3s' },
  },
  {
    namespace: 'monitoring',
    name: 'loki',
    replicas: 2,
    image: 'grafana/loki:3.5.3',
    port: 3100,
    onDelete: true,
    storage: { size: '10Gi', path: '/loki' },
    pods: { ready: '2s' },
  },
  {
    namespace: 'platform',
    name: 'nats',
    replicas: 3,
    image: 'nats:2.11-alpine',
    port: 4222,
    portName: 'client',
    start: 1,
    storage: { claim: 'jetstream', size: '4Gi', storageClass: 'retained', path: '/data' },
    pods: { ready: '2s' },
  },
  {
    // Somebody's broken test: it crashes for ever, and the first page says so.
    namespace: 'staging',
    name: 'importer',
    replicas: 2,
    image: 'registry.example/team/importer:1.4.2',
    port: 8080,
    storage: { size: '1Gi', path: '/work' },
    pods: { 'crash-after': '20s', ready: '2s' },
  },
]

/** Fills an empty cluster: storage classes, the example sets with their Services, and a disruption budget. */
export function seed(operations: Operations): void {
  createStorageClasses(operations)
  for (const plan of sets) createSet(operations, plan)
  operations.create('poddisruptionbudgets', 'shop', {
    metadata: { name: 'postgres', labels: { app: 'postgres' } },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'postgres' } } },
  })
}

/** A cluster without examples still has its classes. */
export function seedEmpty(operations: Operations): void {
  createStorageClasses(operations)
  ensureNamespace(operations, 'default')
}
