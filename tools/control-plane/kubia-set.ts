/** What a test may want different from examples/kubia.yaml. */
export type KubiaOptions = {
  name?: string
  namespace: string
  replicas?: number
  image?: string
  storageClassName?: string
  podManagementPolicy?: 'OrderedReady' | 'Parallel'
  gracePeriodSeconds?: number
  annotations?: Record<string, string>
  /** Without claims a set is quicker and many can be made. */
  claims?: boolean
  spec?: Record<string, unknown>
}

/** A headless Service and a StatefulSet as in examples/kubia.yaml, in a namespace, as one List to apply. */
export function kubiaSet(options: KubiaOptions) {
  const { name = 'kubia', namespace, replicas = 3, claims = true } = options
  const labels = { app: name }
  const metadata = { name, namespace, labels }
  const port = { name: 'http', containerPort: 8080 }
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { clusterIP: 'None', selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata,
        spec: {
          serviceName: name,
          replicas,
          podManagementPolicy: options.podManagementPolicy ?? 'OrderedReady',
          selector: { matchLabels: labels },
          template: {
            metadata: { labels, annotations: options.annotations ?? {} },
            spec: {
              terminationGracePeriodSeconds: options.gracePeriodSeconds ?? 5,
              containers: [
                {
                  name: 'kubia',
                  image: options.image ?? 'luksa/kubia-pet',
                  ports: [port],
                  volumeMounts: claims ? [{ name: 'data', mountPath: '/var/data' }] : [],
                },
              ],
            },
          },
          volumeClaimTemplates: claims
            ? [
                {
                  metadata: { name: 'data' },
                  spec: {
                    accessModes: ['ReadWriteOnce'],
                    storageClassName: options.storageClassName ?? 'standard',
                    resources: { requests: { storage: '1Mi' } },
                  },
                },
              ]
            : [],
          ...options.spec,
        },
      },
    ],
  }
}
