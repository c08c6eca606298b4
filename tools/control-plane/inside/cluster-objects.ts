import { dnsAddress } from './network'
import { bootAnnotation, type NodePlan } from './protocol'
import { provisionerName } from './provisioner'

type CollectionAndObject = [collection: string, object: Record<string, unknown>]
const rbac = '/apis/rbac.authorization.k8s.io/v1'
const group = 'rbac.authorization.k8s.io'

const storageClass = (
  name: string,
  it: { reclaimPolicy: string; zonal?: boolean; isDefault?: boolean },
): CollectionAndObject => [
  '/apis/storage.k8s.io/v1/storageclasses',
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name,
      annotations: it.isDefault ? { 'storageclass.kubernetes.io/is-default-class': 'true' } : {},
    },
    provisioner: provisionerName,
    reclaimPolicy: it.reclaimPolicy,
    volumeBindingMode: it.zonal ? 'WaitForFirstConsumer' : 'Immediate',
    allowVolumeExpansion: true,
    parameters: it.zonal ? { zonal: 'true' } : undefined,
  },
]

/** Users of the kubeconfig besides the admin, and what they may do. `nobody` may do nothing. */
const users: CollectionAndObject[] = [
  [
    `${rbac}/clusterrolebindings`,
    {
      metadata: { name: 'ordinal-viewer' },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'view' },
      subjects: [{ apiGroup: group, kind: 'User', name: 'viewer' }],
    },
  ],
  [
    `${rbac}/namespaces/default/roles`,
    {
      metadata: { name: 'one-namespace', namespace: 'default' },
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
        { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['list', 'watch'] },
      ],
    },
  ],
  [
    `${rbac}/namespaces/default/rolebindings`,
    {
      metadata: { name: 'one-namespace', namespace: 'default' },
      roleRef: { apiGroup: group, kind: 'Role', name: 'one-namespace' },
      subjects: [{ apiGroup: group, kind: 'User', name: 'one-namespace' }],
    },
  ],
]

const dns: CollectionAndObject[] = [
  [
    '/api/v1/namespaces/kube-system/services',
    {
      metadata: { name: 'kube-dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
      spec: {
        clusterIP: dnsAddress,
        selector: { 'k8s-app': 'kube-dns' },
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP' },
        ],
      },
    },
  ],
  [
    '/apis/apps/v1/namespaces/kube-system/deployments',
    {
      metadata: { name: 'coredns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
      spec: {
        replicas: 1,
        selector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        template: {
          metadata: { labels: { 'k8s-app': 'kube-dns' } },
          spec: {
            containers: [
              {
                name: 'coredns',
                image: 'registry.k8s.io/coredns/coredns:v1.15.0',
                ports: [
                  { name: 'dns', containerPort: 53, protocol: 'UDP' },
                  { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
                ],
              },
            ],
          },
        },
      },
    },
  ],
]

/** What the cluster holds before anybody uses it: storage classes, users, DNS. Collections and objects, in order. */
export const clusterObjects: CollectionAndObject[] = [
  storageClass('standard', { reclaimPolicy: 'Delete', isDefault: true }),
  storageClass('retained', { reclaimPolicy: 'Retain' }),
  storageClass('zonal', { reclaimPolicy: 'Delete', zonal: true }),
  [
    '/apis/storage.k8s.io/v1/csidrivers',
    { metadata: { name: provisionerName }, spec: { attachRequired: false, podInfoOnMount: false } },
  ],
  ...users,
  ...dns,
]

export function nodeObject(node: NodePlan, bootId: string): CollectionAndObject {
  return [
    '/api/v1/nodes',
    {
      metadata: {
        name: node.name,
        labels: {
          'kubernetes.io/hostname': node.name,
          'kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
          'topology.kubernetes.io/region': 'region-1',
          'topology.kubernetes.io/zone': node.zone,
        },
        annotations: { [bootAnnotation]: bootId },
      },
      spec: { podCIDR: node.podCIDR, podCIDRs: [node.podCIDR] },
    },
  ]
}
