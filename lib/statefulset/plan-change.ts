import { counts } from './belongs'
import { explain } from './explain'
import { forecast } from './forecast'
import { podName } from './identity'
import type { Pod, SetObjects } from './objects'
import { controllerPass } from './pass'
import { sortObjects, updateRevisionOf } from './sort'
import { rfc3339 } from './time'
import type { Waiting } from './view'

/** The ordered plan of a hypothetical change, by the same functions that say what the controller will do next. */

/** A new template, another partition, or a node that stops answering and does not come back. */
export type Change =
  { kind: 'template' } | { kind: 'partition'; partition: number } | { kind: 'node-lost'; node: string }

export type PlannedStep = {
  action: 'create' | 'delete' | 'update'
  ordinal: number
  pod: string
  why: 'missing' | 'ended' | 'surplus' | 'outdated' | 'repair'
  /** Steps of one group happen at once. */
  group: number
  now: boolean
}

export type ChangePlan = {
  /** What the controller would do, in order. For a lost node only what it does in spite of it. */
  steps: PlannedStep[]
  /** Ordinals whose pods keep what they have: below the partition, or with OnDelete. */
  untouched: number[]
  /** What would stop the controller first; null when nothing does. */
  blockedBy: Waiting | null
  /** For a lost node: the ordinals on it, and after how many seconds their pods are told to go; null is never. */
  lost: { ordinal: number; evictedAfterSeconds: number | null }[]
}

/** What a change would do to a set. Throws RangeError for a partition that is no whole number from 0. */
export function planChange(objects: SetObjects, change: Change, now: Date): ChangePlan {
  if (change.kind === 'node-lost') return planNodeLoss(objects, change.node, now)
  const changed = change.kind === 'template' ? withNewTemplate(objects) : withPartition(objects, change.partition)
  const pass = controllerPass(changed, now.getTime())
  const steps = forecast(changed, pass)
  const replaced = new Set(steps.filter((step) => step.action === 'create').map((step) => step.ordinal))
  return {
    steps: stepsOf(changed, steps),
    untouched: pass.replicas
      .filter((slot) => slot.revision !== pass.updateRevision && !replaced.has(slot.ordinal))
      .map((slot) => slot.ordinal),
    blockedBy: steps.length > 0 && !steps.some((step) => step.now) ? explain(changed, now).waitingFor : null,
    lost: [],
  }
}

function stepsOf(objects: SetObjects, steps: ReturnType<typeof forecast>): PlannedStep[] {
  return steps.map(({ action, ordinal, why, group, now }) => ({
    action,
    ordinal,
    pod: podName(objects.set.metadata.name, ordinal),
    why,
    group,
    now,
  }))
}

/** The set with a revision that no pod has yet. */
function withNewTemplate(objects: SetObjects): SetObjects {
  const { set } = objects
  const newest = Math.max(0, ...objects.revisions.map((each) => each.revision))
  const name = `${set.metadata.name}-new`
  const revision = {
    metadata: {
      ...set.metadata,
      name,
      uid: name,
      owners: [{ kind: 'StatefulSet', name: set.metadata.name, uid: set.metadata.uid, controller: true }],
    },
    revision: newest + 1,
  }
  return { ...objects, revisions: [...objects.revisions, revision] }
}

function withPartition(objects: SetObjects, partition: number): SetObjects {
  if (!Number.isInteger(partition) || partition < 0)
    throw new RangeError(`a partition must be a whole number from 0, not ${partition}`)
  const { set } = objects
  const maxUnavailable = set.spec.updateStrategy.rollingUpdate?.maxUnavailable ?? null
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition, maxUnavailable } }
  return { ...objects, set: { ...set, spec: { ...set.spec, updateStrategy } } }
}

/** Pods tolerate an unreachable node for this long unless they say otherwise (admission defaulttolerationseconds). */
const defaultTolerationSeconds = 300

/** After how many seconds the pod is told to leave an unreachable node; null is never (k8s pkg/controller/tainteviction). */
export function tolerationSeconds(pod: Pod): number | null {
  const key = 'node.kubernetes.io/unreachable'
  const fitting = pod.spec.tolerations.filter(
    (each) =>
      (each.key === key || (each.key === null && each.operator === 'Exists')) &&
      (each.effect === null || each.effect === '' || each.effect === 'NoExecute'),
  )
  // The API server adds the default to every pod that says nothing, so a pod without any was made without it.
  if (fitting.length === 0) return pod.spec.tolerations.length === 0 ? defaultTolerationSeconds : 0
  const limited = fitting.flatMap((each) => (each.seconds === null ? [] : [Math.max(0, each.seconds)]))
  return limited.length === 0 ? null : Math.min(...limited)
}

/** The set some time after a node has gone silent: its pods are told to go, and nobody confirms that they stopped. */
function planNodeLoss(objects: SetObjects, node: string, now: Date): ChangePlan {
  const sorted = sortObjects(objects)
  const on = [...sorted.pods.values()]
    .filter(({ pod, claimed }) => counts(claimed) && pod.spec.nodeName === node)
    .toSorted((a, b) => a.ordinal - b.ordinal)
  const at = rfc3339(now.getTime())
  const silent = (pod: Pod): Pod => {
    const seconds = tolerationSeconds(pod)
    const conditions = pod.status.conditions.map((each) =>
      each.type === 'Ready' ? { ...each, status: 'False', lastTransitionTime: at } : each,
    )
    return {
      ...pod,
      metadata: { ...pod.metadata, deletionTimestamp: seconds === null ? pod.metadata.deletionTimestamp : at },
      status: { ...pod.status, conditions },
    }
  }
  const gone = new Set(on.map(({ pod }) => pod.metadata.uid))
  const there = objects.nodes.get(node)
  const nodes = new Map(objects.nodes)
  if (there !== undefined)
    nodes.set(node, {
      ...there,
      status: {
        ...there.status,
        conditions: there.status.conditions.map((each) =>
          each.type === 'Ready' ? { ...each, status: 'Unknown', lastTransitionTime: at } : each,
        ),
      },
    })
  const changed = {
    ...objects,
    nodes,
    pods: objects.pods.map((pod) => (gone.has(pod.metadata.uid) ? silent(pod) : pod)),
  }
  const explained = explain(changed, now)
  const update = updateRevisionOf(changed)
  return {
    steps: stepsOf(
      changed,
      explained.forecast.filter((step) => step.now),
    ),
    untouched: explained.pass.replicas
      .filter((slot) => slot.pod !== null && slot.revision !== update)
      .map((slot) => slot.ordinal),
    blockedBy: explained.waitingFor,
    lost: on.map(({ pod, ordinal }) => ({ ordinal, evictedAfterSeconds: tolerationSeconds(pod) })),
  }
}
