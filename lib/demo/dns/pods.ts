import type { Operations } from '@/lib/demo/api/operations'
import type { Cluster } from '@/lib/demo/controllers/cluster'

const namespace = 'kube-system'
const service = 'kube-dns'
/** The label by which every cluster marks its DNS. */
const labels = { 'k8s-app': 'kube-dns' }
const replicas = 2

/**
 * The pods of the cluster's DNS and their Service, as kubeadm has them. Without a Deployment, which the demo does not
 * know: one that goes is replaced here.
 */
export class DnsPods {
  readonly #cluster: Cluster
  readonly #operations: Operations
  #started = false

  constructor(cluster: Cluster, operations: Operations) {
    this.#cluster = cluster
    this.#operations = operations
  }

  start(): void {
    if (!this.#operations.store.get('services', namespace, service))
      this.#operations.create('services', namespace, {
        metadata: { name: service, namespace, labels },
        spec: {
          clusterIP: '10.96.0.10',
          selector: labels,
          ports: [
            { name: 'dns', port: 53, protocol: 'UDP' },
            { name: 'dns-tcp', port: 53, protocol: 'TCP' },
          ],
        },
      })
    this.#fill()
    if (this.#started) return
    this.#started = true
    this.#cluster.on('pods', ({ type, object }) => {
      if (type === 'DELETED' && object.metadata.namespace === namespace) this.#fill()
    })
  }

  #fill(): void {
    const mine = [...this.#cluster.list('pods', namespace)].filter(
      ({ metadata }) => metadata.labels?.['k8s-app'] === 'kube-dns',
    )
    for (let have = mine.length; have < replicas; have += 1)
      this.#operations.create('pods', namespace, {
        metadata: { generateName: 'coredns-6d58d46f65-', namespace, labels },
        spec: {
          // It stays where it is while its node is lost, as the pods of a control plane do.
          tolerations: [{ operator: 'Exists' }],
          containers: [
            {
              name: 'coredns',
              image: 'registry.k8s.io/coredns/coredns:v1.14.6',
              ports: [
                { name: 'dns', containerPort: 53, protocol: 'UDP' },
                { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
              ],
            },
          ],
        },
      })
  }
}
