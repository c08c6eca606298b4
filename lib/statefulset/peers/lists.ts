import { searchPath } from './peers'

/** Peers as other programs want to be told them: what goes into a command line or a configuration. */

export const peerLists = ['host-port', 'etcd', 'mongodb', 'zookeeper'] as const
export type PeerList = (typeof peerLists)[number]

export type NamedPeer = { ordinal: number; pod: string; name: string }
type Port = { name: string | null; port: number; targetPort: string }

/** The ports that each program listens on where its Service says nothing else. */
const etcdPeerPort = 2380
const zookeeperPorts = { peer: 2888, election: 3888, client: 2181 }

/** The port with one of these names, else the first one, else the usual one. */
function portNamed(ports: readonly Port[], names: RegExp, usual: number | null): number | null {
  const found = ports.find(({ name }) => name !== null && names.test(name)) ?? (usual === null ? ports[0] : undefined)
  if (found === undefined) return usual
  return /^[0-9]+$/.test(found.targetPort) ? Number(found.targetPort) : found.port
}

/** The list in one line, or for ZooKeeper one line for each peer. */
export function peerList(kind: PeerList, peers: readonly NamedPeer[], ports: readonly Port[]): string {
  if (kind === 'etcd') {
    const port = portNamed(ports, /^(peer|server)/, etcdPeerPort)
    return peers.map(({ pod, name }) => `${pod}=http://${name}:${port}`).join(',')
  }
  if (kind === 'zookeeper') {
    const { client, peer, election } = {
      client: portNamed(ports, /^(client|zk)/, zookeeperPorts.client),
      peer: portNamed(ports, /^(server|peer|follower|quorum)/, zookeeperPorts.peer),
      election: portNamed(ports, /election/, zookeeperPorts.election),
    }
    // Numbers of servers begin at one (ZooKeeper's myid).
    return peers.map(({ ordinal, name }) => `server.${ordinal + 1}=${name}:${peer}:${election};${client}`).join('\n')
  }
  const port = portNamed(ports, /^(client|mongo)/, null)
  const hosts = peers.map(({ name }) => (port === null ? name : `${name}:${port}`)).join(',')
  return kind === 'mongodb' ? `mongodb://${hosts}/?replicaSet=rs0` : hosts
}

/** The question for a terminal, asked from a pod that goes when it is answered. */
export function digCommand(namespace: string, domain: string): string {
  return `kubectl -n ${namespace} run dig --rm -it --restart=Never --image=registry.k8s.io/e2e-test-images/agnhost:2.53 --command -- dig SRV ${domain}`
}

/** The shortest form of a name that still resolves from a pod of the namespace, and the search path that does it. */
export function shortName(name: string, namespace: string, zone: string): string {
  const [own = ''] = searchPath(namespace, zone)
  return name.endsWith(`.${own}`) ? name.slice(0, -own.length - 1) : name
}
