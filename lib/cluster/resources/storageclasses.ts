import 'server-only'
import type { Metadata, StorageClass } from '@/lib/statefulset/model/objects'
import { filled, type Json, text } from '@/lib/cluster/read-json'
import { resource } from './resource'

export const storageclasses = resource({
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'storageclasses',
  kind: 'StorageClass',
  namespaced: false,
  parse,
})

function parse(json: Json, metadata: Metadata): StorageClass {
  const annotation = (prefix: string) => metadata.annotations[`${prefix}/is-default-class`] === 'true'
  return {
    metadata,
    provisioner: text(json.provisioner, 'provisioner') ?? '',
    reclaimPolicy: filled(json.reclaimPolicy, 'reclaimPolicy') ?? 'Delete',
    volumeBindingMode: filled(json.volumeBindingMode, 'volumeBindingMode') ?? 'Immediate',
    isDefault: annotation('storageclass.kubernetes.io') || annotation('storageclass.beta.kubernetes.io'),
  }
}
