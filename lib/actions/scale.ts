import 'server-only'
import { isClusterError } from '@/lib/cluster/errors'
import { kinds, objectPath } from '@/lib/cluster/kinds'
import { readObject } from '@/lib/cluster/object'
import type { StatefulSet } from '@/lib/statefulset/model/objects'
import { planScale, type ScalePlan } from '@/lib/statefulset/plan/plan'
import type { ActionBody } from '@/lib/contract/actions/contracts'
import type { Action } from './action'
import { ActionError } from './action-error'
import type { ActionContext } from './context'
import { refuseStaleClaims, refuseUnaskedEnd } from './ending-claims'
import { autoscalersOf, budgetsFor } from './lookups'

type Body = ActionBody<'scale'>

/**
 * Sets `spec.replicas` through the scale subresource, with the uid and the version just read. 409 `changed` when uid or
 * generation are not those that were shown. A write of the status alone moves the version but not the generation: then
 * the set is read again.
 */
export const scale: Action<'scale', StatefulSet, ScalePlan | null> = {
  name: 'scale',
  needs: ['statefulsets', 'pods'],
  triesAfterConflict: 8,
  admit: refuseTooMany,
  read: async (context, body) => {
    const set = await readSet(context, body)
    refuseStaleClaims(context, set)
    return set
  },
  // The plan is made of what the API server has now, not of what the watch brought last.
  prepare: ({ live }, { namespace, name, replicas }, set) => {
    const objects = live.objects(namespace, name)
    return objects ? planScale({ ...objects, set }, replicas, live.now()) : null
  },
  refuse: (body, _, plan) => refuseUnaskedEnd(body, plan?.ending ?? []),
  request: ({ namespace, name, replicas }, { metadata: { uid, resourceVersion } }) => ({
    method: 'PATCH',
    path: [...objectPath(kinds.statefulsets, namespace, name), 'scale'],
    contentType: 'application/merge-patch+json',
    body: { metadata: { uid, resourceVersion }, spec: { replicas } },
  }),
  command: ({ name, replicas }, set) => [
    'scale',
    `statefulset/${name}`,
    `--current-replicas=${set.spec.replicas}`,
    `--replicas=${replicas}`,
  ],
  show: (context, { namespace, name }, set, plan) => {
    if (plan === null) throw new ActionError('stale', `The set ${namespace}/${name} has not been seen yet.`)
    const labels = set.spec.template.labels
    return autoscalersOf(context.connection, namespace, name).then((autoscalers) => ({
      plan,
      autoscalers,
      budgets: budgetsFor(context, context.live.objects(namespace, name), { namespace, labels }),
      managers: set.replicasManagers.filter(({ manager }) => manager !== 'ordinal'),
      preconditions: { uid: set.metadata.uid, generation: set.metadata.generation ?? 0 },
    }))
  },
  evidence: (_, set, plan) => evidenceOf(set, plan),
  version: ({ metadata }) => metadata.resourceVersion,
  look: async ({ connection }, { namespace, name, uid, replicas }, before) => {
    const { object: set } = await readObject(connection, 'statefulsets', namespace, name)
    const known = `The set asks for ${set.spec.replicas} replicas at generation ${set.metadata.generation}.`
    const moved = (set.metadata.generation ?? 0) > (before.metadata.generation ?? 0)
    const seen =
      set.metadata.uid === uid && set.spec.replicas === replicas && (moved || before.spec.replicas === replicas)
    return {
      effect: seen ? 'seen' : 'not-seen',
      known,
      version: set.metadata.resourceVersion,
      details: { now: shownOf(set) },
    }
  },
  answer: (done, { replicas }, before) => ({ ...done, from: before.spec.replicas, replicas }),
}

function refuseTooMany({ settings }: ActionContext, { replicas }: Body): void {
  if (replicas <= settings.maxReplicas) return
  const message = `${replicas} replicas are more than ORDINAL_MAX_REPLICAS allows (${settings.maxReplicas}).`
  throw new ActionError('too-many-replicas', message, { most: settings.maxReplicas })
}

/** The set as it is now. Throws 404 or 409 with what it is now. */
async function readSet(
  { connection }: ActionContext,
  { namespace, name, uid, generation }: Body,
): Promise<StatefulSet> {
  const set = await readObject(connection, 'statefulsets', namespace, name).then(
    ({ object }) => object,
    (error: unknown) => {
      if (isClusterError(error) && error.code === 'not-found') {
        throw new ActionError('not-found', `There is no StatefulSet ${namespace}/${name} any more.`)
      }
      throw error
    },
  )
  if (set.metadata.uid !== uid) {
    const message = `${namespace}/${name} was deleted and made again; nothing was changed.`
    throw new ActionError('recreated', message, { shown: { uid }, now: shownOf(set) })
  }
  if (set.metadata.generation !== generation) {
    const message = `${namespace}/${name} was changed meanwhile: it asks for ${set.spec.replicas} replicas now. Nothing was changed.`
    throw new ActionError('changed', message, { shown: { uid, generation }, now: shownOf(set) })
  }
  return set
}

function shownOf(set: StatefulSet): { uid: string; generation: number | null; replicas: number } {
  return { uid: set.metadata.uid, generation: set.metadata.generation, replicas: set.spec.replicas }
}

function evidenceOf(set: StatefulSet, plan: ScalePlan | null): unknown {
  return {
    replicas: { from: set.spec.replicas, ready: set.status.readyReplicas },
    generation: set.metadata.generation,
    resourceVersion: set.metadata.resourceVersion,
    whenScaled: set.spec.whenScaled,
    steps: plan?.steps.slice(0, 50).map(({ action, pod, claims }) => ({
      action,
      pod,
      claims: claims.map(({ name, fate }) => `${name} ${fate}`),
    })),
  }
}
