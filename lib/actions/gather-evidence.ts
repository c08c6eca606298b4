import 'server-only'
import type { Connection } from '@/lib/cluster/connection'
import { isClusterError } from '@/lib/cluster/errors'
import { ruleText } from '@/lib/cluster/kinds'
import { nodeLeaseOf } from '@/lib/cluster/lease'
import { listPages } from '@/lib/cluster/list'
import { readObject } from '@/lib/cluster/object'
import { askThroughProxy } from '@/lib/cluster/proxy'
import { ordinalOwnerOf } from '@/lib/statefulset/model/ownership'
import { type Gathered, judgeEvidence } from '@/lib/statefulset/explain/evidence'
import type { Node, Pod } from '@/lib/statefulset/model/objects'
import type { CollectedEvidence } from '@/lib/contract/evidence'
import type { ObjectRef } from '@/lib/contract/names'
import { type ActionContext, readingContext } from './context'
import { earlierBootID, leaseReading } from './earlier-readings'
import { leaseOf } from './lookups'
import { readPod } from './preconditions'

const probeMs = 1_500
const readMs = 4_000

/** Whether a pod may still run, collected now. Reads only, so it is given with READ_ONLY too. */
export async function evidenceFor(cluster: string, target: ObjectRef): Promise<CollectedEvidence> {
  return collectEvidence(await readingContext(cluster), target)
}

/**
 * Everything that tells whether a pod may still run, read now; of earlier readings only what a second one is compared
 * with. Throws 404 and 409 as every reading of a pod does; what may not be seen is part of the answer.
 */
export async function collectEvidence(context: ActionContext, target: ObjectRef): Promise<CollectedEvidence> {
  const { connection } = context
  const { pod, now } = await readPod(context, target)
  const nodeName = pod.spec.nodeName
  const [{ node, nodeKnown }, lease, probe, silentNodes] = await Promise.all([
    readNode(connection, nodeName),
    nodeName ? leaseOf(connection, nodeLeaseOf(nodeName)) : null,
    ask(connection, pod),
    countSilent(connection),
  ])
  const owner = ordinalOwnerOf(pod)
  const objects = owner === null ? undefined : context.live.objects(target.namespace, owner.set)
  const evidence = judgeEvidence(
    {
      pod,
      node,
      nodeKnown,
      earlierBootID: earlierBootID(connection.server, pod, node),
      lease: nodeName && !(lease && 'unknown' in lease) ? leaseReading(connection.server, nodeName, lease) : null,
      slices: objects?.slices ?? [],
      slicesKnown: objects !== undefined && objects.unknown.endpointslices === undefined,
      probe,
      silentNodes,
    },
    now,
  )
  const { uid, deletionTimestamp, finalizers } = pod.metadata
  return {
    owner,
    pod: { uid, node: nodeName, deletionTimestamp, finalizers },
    node: node ? { uid: node.metadata.uid, bootID: node.status.bootID } : null,
    evidence,
    collectedAt: now.toISOString(),
  }
}

async function readNode(
  connection: Connection,
  name: string | null,
): Promise<{ node: Node | null; nodeKnown: boolean }> {
  if (name === null) return { node: null, nodeKnown: true }
  try {
    return { node: (await readObject(connection, 'nodes', '', name, { timeoutMs: readMs })).object, nodeKnown: true }
  } catch (error) {
    if (!isClusterError(error)) throw error
    return { node: null, nodeKnown: error.code === 'not-found' }
  }
}

/** Texts in which the API server's proxy says that something did answer, only not in HTTP (Go net/http transport). */
const answeredOtherwise =
  /malformed HTTP|first record does not look like a TLS|EOF|connection reset|server gave HTTP response/i

/**
 * A refusal is sent by a network stack that lives at the address; a tunnel of the API server's own that refuses has
 * another address in the text (Go net.OpError).
 */
function isRefusedBy(address: string, port: number, text: string): boolean {
  const dialled = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  return text.includes(`dial tcp ${dialled}: connect: connection refused`)
}

/** Asks the pod's first TCP port through the API server, once and shortly. */
async function ask(connection: Connection, pod: Pod): Promise<Gathered['probe']> {
  const port = pod.spec.containers
    .flatMap(({ ports }) => ports)
    .find(({ protocol }) => protocol === 'TCP')?.containerPort
  if (port === undefined || port === 0) return { result: 'not-asked', port: null, detail: 'The pod names no TCP port.' }
  if (pod.status.podIP === null) return { result: 'not-asked', port, detail: 'The pod has no address.' }
  const { namespace, name } = pod.metadata
  try {
    const answer = await askThroughProxy(connection, { kind: 'pods', namespace, name, port }, { timeoutMs: probeMs })
    if (answer.from === 'app') return { result: 'answers', port, detail: `${answer.status} in ${answer.ms} ms` }
    if (answeredOtherwise.test(answer.text)) return { result: 'answers', port, detail: answer.text.slice(0, 200) }
    if (isRefusedBy(pod.status.podIP, port, answer.text))
      return { result: 'refused', port, detail: answer.text.slice(0, 200) }
    if (answer.status >= 500) return { result: 'silent', port, detail: answer.text.slice(0, 200) }
    return { result: 'not-asked', port, detail: answer.text.slice(0, 200) }
  } catch (error) {
    if (!isClusterError(error)) throw error
    if (error.code === 'forbidden')
      return { result: 'not-asked', port, detail: ruleText('get', 'pods/proxy', namespace) }
    if (error.code === 'timeout') return { result: 'silent', port, detail: `no answer within ${probeMs} ms` }
    return { result: 'not-asked', port, detail: error.message }
  }
}

/** How many nodes nobody hears from: many at once speak for a control plane or a network that is broken. */
async function countSilent(connection: Connection): Promise<Gathered['silentNodes']> {
  let total = 0
  let silent = 0
  try {
    for await (const page of listPages(connection, 'nodes', { resourceVersion: '0', timeoutMs: readMs })) {
      total += page.items.length + page.skipped.length
      silent += page.items.filter(
        (node) => !node.status.conditions.some(({ type, status }) => type === 'Ready' && status !== 'Unknown'),
      ).length
    }
    return { silent, total }
  } catch (error) {
    if (!isClusterError(error)) throw error
    return null
  }
}
