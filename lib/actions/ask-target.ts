import 'server-only'
import { ClusterError, isClusterError } from '@/lib/cluster/errors'
import { ruleText } from '@/lib/cluster/kinds'
import { readObject } from '@/lib/cluster/object'
import { type ProxyAnswer, askThroughProxy } from '@/lib/cluster/proxy'
import { selects } from '@/lib/statefulset/model/network-identity'
import type { Pod, Service } from '@/lib/statefulset/model/objects'
import { ordinalOwnerOf } from '@/lib/statefulset/model/ownership'
import type { ObjectRef } from '@/lib/contract/names'
import { ActionError } from './action-error'
import { type ActionContext, readingContext } from './context'
import { readPod } from './preconditions'

/**
 * Whom the proxy may be asked for: a port that the pod declares, or that its governing Service leads to. Nobody finds
 * out through Ordinal what else listens there.
 */
export function refuseUndeclared(context: ActionContext, pod: Pod, port: number): void {
  const owner = ordinalOwnerOf(pod)
  const service = owner && context.live.objects(pod.metadata.namespace, owner.set)?.service
  const declared = pod.spec.containers.flatMap(({ ports }) => ports).filter(({ protocol }) => protocol === 'TCP')
  const led = service && selects(service, pod.metadata.labels) ? service.spec.ports : []
  const ports = [
    ...declared.map(({ containerPort }) => containerPort),
    ...led.map(({ targetPort }) => Number(targetPort)),
  ]
  if (!ports.includes(port)) throw notOffered(`The pod ${pod.metadata.name} declares no port ${port}`)
}

/** GETs from a pod, if it is still the one that was looked at. Reads only, so it is done with READ_ONLY too. */
export async function askPodFor(
  cluster: string,
  target: ObjectRef,
  { port, path }: { port: number; path: string },
): Promise<ProxyAnswer> {
  const context = await readingContext(cluster)
  const { pod } = await readPod(context, target)
  refuseUndeclared(context, pod, port)
  const { namespace, name } = target
  return named(askThroughProxy(context.connection, { kind: 'pods', namespace, name, port, path }), 'pods', namespace)
}

/** GETs from whichever pod the API server chooses behind a Service that selects pods. */
export async function askServiceFor(
  cluster: string,
  { namespace, name }: { namespace: string; name: string },
  { port, path }: { port: number; path: string },
): Promise<ProxyAnswer> {
  const { connection } = await readingContext(cluster)
  const service = await readObject(connection, 'services', namespace, name).then(
    ({ object }) => object,
    (error: unknown) => {
      if (isClusterError(error) && error.code === 'not-found')
        throw new ActionError('not-found', `There is no Service ${namespace}/${name}; nothing was asked.`)
      throw error
    },
  )
  refuseElsewhere(service, port)
  return named(askThroughProxy(connection, { kind: 'services', namespace, name, port, path }), 'services', namespace)
}

/** A Service that stands for another host, or has endpoints that are no pods, would lead out of the cluster. */
function refuseElsewhere({ metadata, spec }: Service, port: number): void {
  const selectsPods = spec.type !== 'ExternalName' && Object.keys(spec.selector ?? {}).length > 0
  if (!selectsPods) throw notOffered(`The Service ${metadata.name} selects no pods`)
  if (!spec.ports.some((each) => each.port === port && each.protocol === 'TCP'))
    throw notOffered(`The Service ${metadata.name} has no port ${port}`)
}

function notOffered(why: string): ClusterError {
  return new ClusterError('bad-name', `${why}; nothing was sent.`, { tried: 'checking a port', sent: 'no' })
}

/** A refusal with the rule that is missing. */
async function named<T>(asking: Promise<T>, resource: string, namespace: string): Promise<T> {
  try {
    return await asking
  } catch (error) {
    if (!isClusterError(error) || error.code !== 'forbidden') throw error
    const [, verb = 'get'] = /cannot (\w+) resource/.exec(error.kubernetes?.message ?? '') ?? []
    const rule = ruleText(verb, `${resource}/proxy`, namespace)
    throw new ActionError('forbidden', `The rule that is missing: ${rule}.`, { rule, reason: error.message })
  }
}
