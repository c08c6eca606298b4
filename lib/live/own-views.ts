import 'server-only'
import type { Connection } from '@/lib/cluster/connection'
import { isClusterError } from '@/lib/cluster/errors'
import { ruleText } from '@/lib/cluster/kinds'
import { askThroughProxy } from '@/lib/cluster/proxy'
import type { Pod, SetObjects } from '@/lib/statefulset/model/objects'
import { isMember, podsByOrdinal } from '@/lib/statefulset/model/ownership'
import { type AppAddress, firstLine, ordinalsNamed } from '@/lib/statefulset/peers/own-view'
import type { OwnView } from '@/lib/statefulset/peers/peers'

/** How many pods are asked, how many at a time, and how long one may take. */
const mostPods = 50
const atOnce = 8
const timeoutMs = 2_000

/** Asks each pod of a set for its own view of its peers: a GET through the API server's proxy, where the set says so. */
export async function askApplications(
  connection: Connection,
  objects: SetObjects,
  app: AppAddress,
): Promise<Map<number, OwnView>> {
  const all = [...podsByOrdinal(objects)]
    .flatMap(([ordinal, { pod, claimed }]) => (isMember(claimed) ? [{ ordinal, pod }] : []))
    .toSorted((a, b) => a.ordinal - b.ordinal)
  const peers = all.map(({ ordinal, pod }) => ({ ordinal, pod: pod.metadata.name, addresses: addressesOf(pod) }))
  const asked = all.slice(0, mostPods)
  const views = new Map<number, OwnView>()
  const ask = async ({ ordinal, pod }: (typeof all)[number]) => {
    const { namespace, name } = pod.metadata
    try {
      const answer = await askThroughProxy(connection, { kind: 'pods', namespace, name, ...app }, { timeoutMs })
      const failed = answer.from === 'api-server' || answer.status >= 300
      const others = failed ? null : ordinalsNamed(answer.text, peers).filter((each) => each !== ordinal)
      const problem = failed ? `${answer.status} ${firstLine(answer.text) ?? ''}`.trim() : null
      views.set(ordinal, { says: failed ? null : firstLine(answer.text), sees: others, problem })
    } catch (error) {
      if (!isClusterError(error)) throw error
      const problem = error.code === 'forbidden' ? ruleText('get', 'pods/proxy', namespace) : error.message
      views.set(ordinal, { says: null, sees: null, problem })
    }
  }
  for (let at = 0; at < asked.length; at += atOnce) await Promise.all(asked.slice(at, at + atOnce).map(ask))
  return views
}

function addressesOf({ status: { podIP, podIPs } }: Pod): string[] {
  return podIPs.length > 0 ? [...podIPs] : podIP === null ? [] : [podIP]
}
