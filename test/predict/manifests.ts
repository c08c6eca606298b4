import type { SetObjects } from '@/lib/statefulset/model/objects'
import type { KubernetesClient } from '@/test/fixtures/kubernetes-client'

/** What situations are made of: small manifests, what can be seen of a set, and what brings about a change. */

export type Manifest = Record<string, unknown>

/** Where a situation is unless it says otherwise. */
export const namespace = 'recorded'

export const serviceOf = (name: string, of = namespace, spec: Manifest = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: of },
  spec: { clusterIP: 'None', selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
})

export function setOf(
  name: string,
  spec: Manifest = {},
  options: { pod?: Manifest; annotations?: Manifest; storageClassName?: string; of?: string; claims?: boolean } = {},
): Manifest {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace: options.of ?? namespace },
    spec: {
      serviceName: name,
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: options.annotations ?? {} },
        spec: {
          terminationGracePeriodSeconds: 3,
          containers: [{ name: 'main', image: 'luksa/kubia-pet:1', ports: [{ name: 'http', containerPort: 8080 }] }],
          ...options.pod,
        },
      },
      volumeClaimTemplates:
        options.claims === false
          ? []
          : [
              {
                metadata: { name: 'data' },
                spec: {
                  accessModes: ['ReadWriteOnce'],
                  ...(options.storageClassName === undefined ? {} : { storageClassName: options.storageClassName }),
                  resources: { requests: { storage: '1Mi' } },
                },
              },
            ],
      ...spec,
    },
  }
}

export const ready = (objects: SetObjects) =>
  objects.pods.filter((pod) => pod.status.conditions.some((each) => each.type === 'Ready' && each.status === 'True'))
    .length
export const allReady = (objects: SetObjects) =>
  ready(objects) === objects.set.spec.replicas && objects.pods.length === objects.set.spec.replicas
export const patchSet =
  (name: string, spec: Manifest, of = namespace) =>
  async ({ api }: { api: KubernetesClient }) =>
    void (await api.request(
      'PATCH',
      `/apis/apps/v1/namespaces/${of}/statefulsets/${name}`,
      { spec },
      'application/strategic-merge-patch+json',
    ))
export const behave =
  (pod: string, behaviour: string) =>
  async ({ api }: { api: KubernetesClient }) =>
    void (await api.request(
      'PATCH',
      `/api/v1/namespaces/${namespace}/pods/${pod}`,
      { metadata: { annotations: { 'ordinal.local/behaviour': behaviour } } },
      'application/merge-patch+json',
    ))
export const image = (value: string) => ({ template: { spec: { containers: [{ name: 'main', image: value }] } } })
export const waitsFor = (objects: SetObjects, ordinal: number, reason: string) =>
  objects.pods.some(
    (pod) =>
      pod.metadata.name.endsWith(`-${ordinal}`) &&
      pod.status.containers.some((each) => each.state?.kind === 'waiting' && each.state.reason === reason),
  )
export const simple = (name: string, spec: Manifest = {}, options: Parameters<typeof setOf>[2] = {}) => [
  serviceOf(name, options.of),
  setOf(name, spec, options),
]
export const day = 24 * 3600
/** Emptied, and so of no use to the situations after it. */
export const drained = 'worker-2'
