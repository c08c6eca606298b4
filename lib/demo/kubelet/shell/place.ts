import { listAt, textAt, fieldsAt } from '@/lib/demo/api/fields'
import type { Cluster } from '@/lib/demo/controllers/cluster'
import type { Container, Pod } from '@/lib/demo/controllers/objects'
import { normalize, type Place } from './surroundings'

/** What a claim's volume holds, by the claim's name; null when nothing is written there. */
type ReadDisk = (volume: string) => { name: string; data: string } | null

const FOLDERS = ['/', '/bin', '/etc', '/home', '/proc', '/root', '/tmp', '/usr', '/var', '/var/run']

/** What is seen from inside a container: the pod's names and addresses, its environment, and what its volumes hold. */
export function placeOf(
  cluster: Cluster,
  pod: Readonly<Pod>,
  container: Readonly<Container>,
  readDisk: ReadDisk,
): Place {
  const { name, namespace = '' } = pod.metadata
  const files = new Map<string, string>()
  const folders = new Set(FOLDERS)
  const put = (path: string, text: string) => files.set(normalize(path), text)
  const domain = `${namespace}.svc.cluster.local`
  const host = pod.spec.subdomain ? `${name}.${pod.spec.subdomain}.${domain}\t${name}` : name
  put('/etc/hostname', `${name}\n`)
  put(
    '/etc/hosts',
    `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${pod.status.podIP ?? ''}\t${host}\n`,
  )
  put('/etc/resolv.conf', `search ${domain} svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n`)
  const account = '/var/run/secrets/kubernetes.io/serviceaccount'
  folders.add(account)
  put(`${account}/namespace`, namespace)
  for (const mount of container.volumeMounts ?? []) {
    folders.add(normalize(mount.mountPath))
    const volume = (pod.spec.volumes ?? []).find((one) => one.name === mount.name)
    for (const [file, text] of contents(cluster, namespace, volume, readDisk)) put(`${mount.mountPath}/${file}`, text)
  }
  return {
    hostname: name,
    environment: environmentOf(cluster, pod, container),
    files,
    folders,
    now: () => cluster.clock.now(),
    after: (seconds, run) => cluster.clock.after(seconds, run),
  }
}

const decoded = (data: Record<string, string> = {}) =>
  Object.entries(data).map(([key, text]): [string, string] => [key, Buffer.from(text, 'base64').toString('utf8')])

const valuesOf = (cluster: Cluster, kind: 'configmaps' | 'secrets', namespace: string, name: string) => {
  const data = cluster.get(kind, namespace, name)?.data
  return kind === 'secrets' ? decoded(data) : Object.entries(data ?? {})
}

/** The files of a volume. */
function contents(cluster: Cluster, namespace: string, volume: unknown, readDisk: ReadDisk): [string, string][] {
  const claim = textAt(volume, 'persistentVolumeClaim', 'claimName')
  const kept = claim === '' ? null : readDisk(textAt(volume, 'name'))
  if (kept) return [[kept.name, kept.data]]
  const source = fieldsAt(volume, 'configMap') ?? fieldsAt(volume, 'secret')
  const values = fieldsAt(volume, 'configMap')
    ? valuesOf(cluster, 'configmaps', namespace, textAt(source, 'name'))
    : valuesOf(cluster, 'secrets', namespace, textAt(source, 'secretName'))
  const items = listAt(source, 'items')
  if (items.length === 0) return values
  return items.flatMap((item) =>
    values.filter(([key]) => key === item['key']).map(([, text]): [string, string] => [textAt(item, 'path'), text]),
  )
}

/** The container's environment, in the order in which it is declared (k8s pkg/kubelet/kubelet_pods.go). */
function environmentOf(cluster: Cluster, pod: Readonly<Pod>, container: Readonly<Container>): Map<string, string> {
  const { namespace = '' } = pod.metadata
  const found = new Map([
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['HOSTNAME', pod.metadata.name],
    ['HOME', '/root'],
    ['KUBERNETES_SERVICE_HOST', '10.96.0.1'],
    ['KUBERNETES_SERVICE_PORT', '443'],
  ])
  for (const source of listAt(container, 'envFrom')) {
    const kind = fieldsAt(source, 'configMapRef') ? 'configmaps' : 'secrets'
    const name = textAt(source, 'configMapRef', 'name') || textAt(source, 'secretRef', 'name')
    for (const [key, value] of valuesOf(cluster, kind, namespace, name))
      found.set(textAt(source, 'prefix') + key, value)
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const given = value === undefined ? referred(cluster, pod, valueFrom) : expanded(value, found)
    if (given !== undefined) found.set(name, given)
  }
  return found
}

/** `$(NAME)` stands for what was declared before; `$$(NAME)` is the text `$(NAME)`. */
const expanded = (text: string, known: ReadonlyMap<string, string>) =>
  text.replace(/\$(\$)?\(([A-Za-z_.-][\w.-]*)\)/g, (whole, escaped: string | undefined, name: string) =>
    escaped ? whole.slice(1) : (known.get(name) ?? whole),
  )

function referred(cluster: Cluster, pod: Readonly<Pod>, source: unknown): string | undefined {
  const field = textAt(source, 'fieldRef', 'fieldPath')
  if (field !== '') {
    const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(field)
    return keyed ? textAt(pod, 'metadata', keyed[1] ?? '', keyed[2] ?? '') : textAt(pod, ...field.split('.'))
  }
  const kind = fieldsAt(source, 'configMapKeyRef') ? 'configmaps' : 'secrets'
  const reference = fieldsAt(source, 'configMapKeyRef') ?? fieldsAt(source, 'secretKeyRef')
  const values = valuesOf(cluster, kind, pod.metadata.namespace ?? '', textAt(reference, 'name'))
  return values.find(([key]) => key === reference?.['key'])?.[1]
}
