import { join } from 'node:path'
import { controlPlaneAddress, serviceCIDR } from './network'
import { ProgramRun } from './programs'
import type { NodePlan, Plan } from './protocol'

/** The programs of the control plane with the flags they are started with. */
export function controlPlanePrograms(plan: Plan) {
  const file = (name: string) => join(plan.folder, name)
  const program = (name: string, args: string[]) => new ProgramRun(name, plan.folder, plan.binaries[name] ?? '', args)
  const toleration = plan.tolerationSeconds
  return {
    etcd: program('etcd', [
      `--data-dir=${file('etcd')}`,
      '--unsafe-no-fsync',
      '--listen-client-urls=http://127.0.0.1:2379',
      '--advertise-client-urls=http://127.0.0.1:2379',
      '--listen-peer-urls=http://127.0.0.1:2380',
      '--quota-backend-bytes=4294967296',
    ]),
    apiServer: program('kube-apiserver', [
      '--etcd-servers=http://127.0.0.1:2379',
      // Bound to loopback, so that the certificate it signs for itself is good for 127.0.0.1.
      '--bind-address=127.0.0.1',
      `--advertise-address=${controlPlaneAddress}`,
      '--secure-port=6443',
      `--cert-dir=${file('certificates')}`,
      `--token-auth-file=${file('tokens.csv')}`,
      `--client-ca-file=${file('client-authority.crt')}`,
      '--authorization-mode=RBAC',
      '--anonymous-auth=true',
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-key-file=${file('service-account.pub')}`,
      `--service-account-signing-key-file=${file('service-account.key')}`,
      `--service-cluster-ip-range=${serviceCIDR}`,
      `--default-not-ready-toleration-seconds=${toleration}`,
      `--default-unreachable-toleration-seconds=${toleration}`,
      '--kubelet-preferred-address-types=InternalIP',
      '--max-requests-inflight=1000',
      '--max-mutating-requests-inflight=500',
    ]),
    controllerManager: program('kube-controller-manager', [
      `--kubeconfig=${file('inside.kubeconfig')}`,
      '--controllers=*',
      '--leader-elect=false',
      '--node-monitor-grace-period=10s',
      '--node-monitor-period=1s',
      '--node-eviction-rate=1',
      `--service-account-private-key-file=${file('service-account.key')}`,
      `--root-ca-file=${file('certificates/apiserver.crt')}`,
      '--kube-api-qps=500',
      '--kube-api-burst=1000',
    ]),
    scheduler: program('kube-scheduler', [
      `--kubeconfig=${file('inside.kubeconfig')}`,
      '--leader-elect=false',
      '--kube-api-qps=500',
      '--kube-api-burst=1000',
    ]),
    coredns: program('coredns', ['-conf', file('Corefile')]),
  }
}

/** One node's kubelet: a kwok process that manages this node alone. */
export function kwokProgram(plan: Plan, node: NodePlan): ProgramRun {
  return new ProgramRun(`kwok-${node.name}`, plan.folder, plan.binaries['kwok'] ?? '', [
    `--kubeconfig=${join(plan.folder, 'inside.kubeconfig')}`,
    `--config=${join(plan.folder, `kwok-${node.kubelet}.yaml`)}`,
    `--manage-single-node=${node.name}`,
    '--manage-all-nodes=false',
    `--node-name=${node.name}`,
    `--node-ip=${node.address}`,
    '--node-port=10250',
    `--cidr=${node.podCIDR}`,
    `--server-address=127.0.0.1:${node.kwokPort}`,
    '--node-lease-duration-seconds=8',
  ])
}
