import { RESOURCES } from '@/lib/demo/api/resources'
import type { Cluster } from './cluster'
import { isNotFound } from './failures'
import { WorkQueue } from './work-queue'

/**
 * Gives each namespace its `default` service account and its copy of the cluster's root certificate, empties namespaces
 * that are being deleted, pods first, and then lets them go (k8s pkg/controller/namespace, pkg/controller/serviceaccount).
 */
export class NamespaceController {
  readonly #cluster: Cluster
  readonly #queue: WorkQueue

  constructor(cluster: Cluster, onError: (key: string, error: unknown) => void) {
    this.#cluster = cluster
    this.#queue = new WorkQueue(cluster.clock, (name) => this.#sync(name), onError)
  }

  start(): void {
    this.#cluster.on('namespaces', ({ object }) => {
      this.#queue.add(object.metadata.name)
    })
    this.#cluster.on('serviceaccounts', ({ type, object }) => {
      if (type === 'DELETED') this.#queue.add(object.metadata.namespace ?? '')
    })
    this.#cluster.onAny(({ type, object }) => {
      if (type !== 'DELETED' || !object.metadata.namespace) return
      const home = this.#cluster.get('namespaces', '', object.metadata.namespace)
      if (home?.metadata.deletionTimestamp) this.#queue.add(home.metadata.name)
    })
    for (const { metadata } of this.#cluster.list('namespaces')) this.#queue.add(metadata.name)
  }

  stop(): void {
    this.#queue.stop()
  }

  #sync(name: string): void {
    const namespace = this.#cluster.get('namespaces', '', name)
    if (!namespace) return
    if (!namespace.metadata.deletionTimestamp) {
      this.#furnish(name)
      return
    }
    let left = 0
    const order = [...RESOURCES.values()].filter(({ namespaced }) => namespaced)
    order.sort((a, b) => Number(b.resource === 'pods') - Number(a.resource === 'pods'))
    for (const { resource } of order) {
      for (const { metadata } of this.#cluster.listAny(resource, name)) {
        left += 1
        if (metadata.deletionTimestamp) continue
        try {
          this.#cluster.delete(resource, name, metadata.name)
        } catch (error) {
          if (!isNotFound(error)) throw error
        }
      }
      // Pods go before everything else that they may still need.
      if (resource === 'pods' && left > 0) return
    }
    const remaining = order.some(({ resource }) => this.#cluster.listAny(resource, name).length > 0)
    if (left > 0 && remaining) return
    this.#cluster.finalizeNamespace(name)
  }

  #furnish(namespace: string): void {
    if (!this.#cluster.get('serviceaccounts', namespace, 'default')) {
      this.#cluster.create('serviceaccounts', namespace, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace },
      })
    }
    if (!this.#cluster.get('configmaps', namespace, 'kube-root-ca.crt')) {
      this.#cluster.create('configmaps', namespace, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'kube-root-ca.crt', namespace },
        data: { 'ca.crt': 'The demo cluster has no certificate authority: it speaks plain HTTP.\n' },
      })
    }
  }
}
