import 'server-only'
import type { ScalePreview, Scaled } from '@/lib/contract/actions/scale'
import { isClusterError } from '@/lib/cluster/errors'
import { kinds, objectPath } from '@/lib/cluster/kinds'
import { readObject } from '@/lib/cluster/object'
import type { RequestOptions } from '@/lib/cluster/request'
import type { StatefulSet } from '@/lib/statefulset/model/objects'
import { planScale, type ScalePlan } from '@/lib/statefulset/plan/plan'
import { ActionError } from './action-error'
import type { ActionBody } from '@/lib/contract/actions/contracts'
import { kubectl } from './kubectl'
import { type ActionContext, refuseStale } from './context'
import { dryRun } from './dry-run'
import { refuseStaleClaims, refuseUnaskedEnd } from './ending-claims'
import { autoscalersOf, budgetsFor } from './lookups'
import { mutate } from './mutate'
import { refuseForbidden, ruleOf } from './rights'
import { refuseUnconfirmed } from './preconditions'

type Body = ActionBody<'scale'>

/** What scaling would do, without doing it. Throws 409 when the set is no longer the one that was shown. */
export async function previewScale(context: ActionContext, body: Body): Promise<ScalePreview> {
  refuseTooMany(context, body)
  refuseStale(context, ['statefulsets', 'pods'])
  const { connection, live } = context
  const { namespace, name, replicas } = body
  await refuseForbidden(connection, ruleOf('scale', namespace, name))
  const set = await readSet(context, body)
  refuseStaleClaims(context, set)
  const objects = live.objects(namespace, name)
  if (!objects) throw new ActionError('stale', `The set ${namespace}/${name} has not been seen yet.`)
  const [dry, autoscalers] = await Promise.all([
    dryRun(connection, { ...scaleRequest(body, set), query: { dryRun: 'All' } }),
    autoscalersOf(connection, namespace, name),
  ])
  return {
    // The plan is made of what the API server has now, not of what the watch brought last.
    plan: planScale({ ...objects, set }, replicas, live.now()),
    command: kubectl(
      connection,
      namespace,
      'scale',
      `statefulset/${name}`,
      `--current-replicas=${set.spec.replicas}`,
      `--replicas=${replicas}`,
    ),
    dryRun: dry,
    autoscalers,
    budgets: budgetsFor(context, objects, { namespace, labels: set.spec.template.labels }),
    managers: set.replicasManagers.filter(({ manager }) => manager !== 'ordinal'),
    preconditions: { uid: set.metadata.uid, generation: set.metadata.generation ?? 0 },
  }
}

/**
 * Sets `spec.replicas` through the scale subresource, with the uid and the version just read. 409 `changed` when uid or
 * generation are not those that were shown. A write of the status alone moves the version but not the generation: then
 * the set is read again.
 */
export async function scale(context: ActionContext, body: Body): Promise<Scaled> {
  const { connection, live } = context
  const { namespace, name, uid, replicas } = body
  refuseUnconfirmed(body)
  refuseTooMany(context, body)
  let before: StatefulSet | undefined
  const done = await mutate(context, {
    action: 'scale',
    namespace,
    name,
    uid,
    needs: ['statefulsets', 'pods'],
    triesAfterConflict: 8,
    prepare: async () => {
      const set = await readSet(context, body)
      before = set
      refuseStaleClaims(context, set)
      const objects = live.objects(namespace, name)
      const plan = objects ? planScale({ ...objects, set }, replicas, live.now()) : null
      refuseUnaskedEnd(body, plan?.ending ?? [])
      return {
        request: scaleRequest(body, set),
        evidence: evidenceOf(set, plan),
        version: set.metadata.resourceVersion,
      }
    },
    look: async () => {
      const { object: set } = await readObject(connection, 'statefulsets', namespace, name)
      const known = `The set asks for ${set.spec.replicas} replicas at generation ${set.metadata.generation}.`
      const moved = (set.metadata.generation ?? 0) > (before?.metadata.generation ?? 0)
      const seen =
        set.metadata.uid === uid && set.spec.replicas === replicas && (moved || before?.spec.replicas === replicas)
      return {
        effect: seen ? 'seen' : 'not-seen',
        known,
        version: set.metadata.resourceVersion,
        details: { now: shownOf(set) },
      }
    },
  })
  return {
    id: done.id,
    confirmedBy: done.confirmedBy,
    warnings: done.warnings,
    from: before?.spec.replicas ?? 0,
    replicas,
  }
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

function scaleRequest(
  { namespace, name, replicas }: Body,
  set: StatefulSet,
): Pick<RequestOptions, 'path' | 'contentType'> & {
  method: 'PATCH'
  body: unknown
} {
  const { uid, resourceVersion } = set.metadata
  return {
    method: 'PATCH',
    path: [...objectPath(kinds.statefulsets, namespace, name), 'scale'],
    contentType: 'application/merge-patch+json',
    body: { metadata: { uid, resourceVersion }, spec: { replicas } },
  }
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
