import { controllerOf } from '@/lib/statefulset/model/ownership'
import { explain, type Explained } from '@/lib/statefulset/explain/explain'
import { ordinalOfPod } from '@/lib/statefulset/model/identity'
import type { Pod, SetObjects } from '@/lib/statefulset/model/objects'
import type { Stop } from '@/lib/statefulset/controller/reconcile'
import { isTerminal, podRevision } from '@/lib/statefulset/model/pod-status'
import type { NextStep } from '@/lib/statefulset/model/view'
import type { Happening, World } from './world'

/**
 * Compares what `explain` said would happen next with what the controller then did. The controller works from caches
 * that follow the same watches, so the state that it decided on is the one before its action or a little older: an
 * action counts as foreseen when `explain` named it in one of the last states of its set, as an immediate step.
 */

export type Action = { set: string; action: 'create' | 'delete'; ordinal: number; revision: string; version: number }

export type Disagreement = {
  kind: 'unforeseen' | 'not-done' | 'too-early'
  /** For how many milliseconds the step had been announced. */
  delay?: number
  action: Action | { set: string; steps: NextStep[] }
  /** What was said in the last states, the newest first. */
  said: { version: number; steps: NextStep[]; waitingFor: string | null }[]
  objects: SetObjects
}

/** States older than this are no excuse for an action. */
const lagMilliseconds = 4000
/** Caches of different kinds are not further apart than this. */
const mixedMilliseconds = 1000
const statesKept = 60
/** A step that is said to be immediate and is not made for this long is a wrong prediction. */
const patienceMilliseconds = 25_000

/**
 * After these the controller looks again only by its back-off (up to 1000 s) or when the set or one of its own pods
 * changes: what ended the wait does not wake it. The sources are of k8s pkg/controller/statefulset.
 */
const sleeps: readonly [Stop['kind'], string][] = [
  ['claim-stale', 'stateful_pod_control.go PodClaimIsStale returns silently, and claims do not enqueue their set'],
  [
    'claim-deleting',
    'stateful_pod_control.go createPersistentVolumeClaims fails into back-off, and claims do not enqueue',
  ],
  ['name-taken', 'stateful_set.go deletePod ignores pods without this owner, and the creation is in back-off'],
]

/** The controller acts within milliseconds of what wakes it; on a loaded machine, with many sets in its queue, within this. */
const earlyMilliseconds = 3000

/** A second removal by name comes this soon after the first, or not at all. */
const byNameMilliseconds = 2000

type State = { version: number; arrived: number; objects: SetObjects }

export class Judge {
  readonly #world: World
  readonly #states = new Map<string, State[]>()
  readonly #promised = new Map<string, { key: string; since: number; reported: boolean }>()
  /** Uids of pods whose deletion was asked for by the program. */
  readonly ownDeletes = new Set<string>()
  foreseen = 0
  /** Of these, by a state whose pods or claims are older than its set. */
  mixed = 0
  /** How many states back the matching one was, by number of actions. */
  readonly lag = new Map<number, number>()
  readonly byAction = new Map<string, number>()
  readonly disagreements: Disagreement[] = []
  readonly #announced = new Map<string, Map<string, number>>()
  /** How long before it was made each action had been announced as immediate, in milliseconds. */
  readonly delays: number[] = []
  /** Sets whose last pass ended in an error or in silence, and the version of the state that did. */
  readonly #slept = new Map<string, { version: number; why: string }>()
  /** Steps that were announced and not made because nothing woke the controller, by the piece of its source. */
  readonly unwoken = new Map<string, number>()
  /** When each pod was last removed, by its name. */
  readonly #removed = new Map<string, number>()
  /**
   * New pods that were removed in place of the one before them. The StatefulSet controller deletes only what is
   * condemned, has ended or is of another revision (stateful_set_control.go), and these were none of it: kwok, which
   * stands in for the kubelets, removes a pod by its name alone where a kubelet names its uid.
   */
  removedByName = 0

  constructor(world: World) {
    this.#world = world
  }

  /** Takes one write in order: first judges it where it is a controller's action, then remembers the new state. */
  take(event: Happening): void {
    const name = setOf(event)
    if (name === null) return
    const action = this.#actionOf(event, name)
    if (action !== null) this.#judge(action, event.arrived)
    if (event.kind === 'pods' && event.type === 'DELETED') this.#removed.set(event.object.metadata.name, event.arrived)
    const objects = this.#world.objectsOf(name)
    if (objects === undefined) return
    const wakes =
      event.kind === 'statefulsets' ||
      (event.kind === 'pods' && controllerOf(event.object.metadata)?.uid === objects.set.metadata.uid)
    const { pass, next } = explain(objects, new Date(event.arrived))
    this.#announce(name, next ?? [], event.arrived)
    const stops = pass.stops.map((stop) => stop.kind)
    const why = sleeps.find(([kind]) => stops.includes(kind))?.[1]
    if (why !== undefined) this.#slept.set(name, { version: event.version, why })
    else if (wakes) this.#wake(name, event.arrived)
    const states = this.#states.get(name) ?? []
    states.push({ version: event.version, arrived: event.arrived, objects })
    if (states.length > statesKept) states.shift()
    this.#states.set(name, states)
  }

  /** From here on the controller looks again: what was announced while it slept counts from now. */
  #wake(set: string, arrived: number): void {
    const slept = this.#slept.get(set)
    if (slept === undefined) return
    this.#slept.delete(set)
    const announced = this.#announced.get(set) ?? new Map<string, number>()
    const waited = [...announced.values()].some((since) => arrived - since > earlyMilliseconds)
    if (waited) this.unwoken.set(slept.why, (this.unwoken.get(slept.why) ?? 0) + 1)
    for (const key of announced.keys()) announced.set(key, arrived)
  }

  /** Remembers since when each immediate step of a set has been announced without a break. */
  #announce(set: string, next: readonly NextStep[], arrived: number): void {
    const before = this.#announced.get(set)
    const announced = new Map<string, number>()
    for (const step of next) {
      const key = `${step.action} ${step.ordinal}`
      if (step.now) announced.set(key, before?.get(key) ?? arrived)
    }
    this.#announced.set(set, announced)
  }

  #actionOf(event: Happening, set: string): Action | null {
    if (event.kind !== 'pods') return null
    const pod = event.object as Pod
    const before = event.before as Pod | null
    const ordinal = ordinalOfPod(set, pod.metadata.name)
    if (ordinal === null) return null
    const action = { set, ordinal, revision: podRevision(pod), version: event.version }
    if (event.type === 'ADDED') return controllerOf(pod.metadata)?.name === set ? { ...action, action: 'create' } : null
    const ended = event.type === 'DELETED' || pod.metadata.deletionTimestamp !== null
    const already = before === null || before.metadata.deletionTimestamp !== null
    if (!ended || already || this.ownDeletes.has(pod.metadata.uid)) return null
    // The controller never asks for a grace period (stateful_pod_control.go DeletePod), so a pod that a node runs and
    // that goes at once was removed by its kubelet or by force.
    const runs = pod.spec.nodeName !== null && !isTerminal(pod)
    if (runs && (pod.metadata.deletionGracePeriodSeconds ?? 0) === 0) return null
    // Deletions by the taint manager, the pod garbage collector and evictions name themselves.
    const disrupted = pod.status.conditions.some((each) => each.type === 'DisruptionTarget' && each.status === 'True')
    return disrupted ? null : { ...action, action: 'delete' }
  }

  #judge(action: Action, arrived: number): void {
    this.byAction.set(action.action, (this.byAction.get(action.action) ?? 0) + 1)
    const states = (this.#states.get(action.set) ?? []).toReversed()
    const said: Disagreement['said'] = []
    const [newest] = states
    if (newest === undefined) return
    for (const [back, state] of states.entries()) {
      // The state before the action is always asked; how long ago it came about does not matter.
      if (back > 0 && arrived - (states[back - 1]?.arrived ?? 0) > lagMilliseconds) break
      const explained = explain(state.objects, new Date(arrived))
      if (names(explained, action)) {
        this.#agree(action, back, arrived, said, state.objects)
        return
      }
      const { next, waitingFor } = explained
      said.push({
        version: state.version,
        steps: (next ?? []).filter((step) => step.now),
        waitingFor: waitingFor?.message ?? null,
      })
    }
    // The controller's caches of pods and of claims follow on their own: either may be behind the set's.
    for (const [back, state] of states.entries()) {
      if (back > 0 && arrived - (states[back - 1]?.arrived ?? 0) > mixedMilliseconds) break
      const { pods, claims } = state.objects
      const mixed = [{ pods }, { claims }, { pods, claims }].map((older) => ({ ...newest.objects, ...older }))
      const fits = mixed.find((objects) => names(explain(objects, new Date(arrived)), action))
      if (fits === undefined) continue
      this.mixed += 1
      this.#agree(action, back, arrived, said, fits)
      return
    }
    if (this.#isByName(action, newest.objects, arrived)) this.removedByName += 1
    else this.disagreements.push({ kind: 'unforeseen', action, said: said.slice(0, 8), objects: newest.objects })
  }

  /** See `removedByName`. */
  #isByName({ action, ordinal, revision }: Action, { set, pods }: SetObjects, arrived: number): boolean {
    const name = `${set.metadata.name}-${ordinal}`
    const pod = pods.find((each) => each.metadata.name === name)
    const before = this.#removed.get(name)
    const { ordinalsStart, replicas } = set.spec
    return (
      action === 'delete' &&
      pod?.spec.nodeName === null &&
      !isTerminal(pod) &&
      revision === set.status.updateRevision &&
      ordinal >= ordinalsStart &&
      ordinal < ordinalsStart + replicas &&
      before !== undefined &&
      arrived - before < byNameMilliseconds
    )
  }

  #agree(action: Action, back: number, arrived: number, said: Disagreement['said'], objects: SetObjects): void {
    this.foreseen += 1
    this.lag.set(back, (this.lag.get(back) ?? 0) + 1)
    this.#judgeDelay(action, arrived, said, objects)
  }

  /** An immediate step is made at once: one that was announced long before it was made was announced too early. */
  #judgeDelay(action: Action, arrived: number, said: Disagreement['said'], objects: SetObjects): void {
    // What only the clock made due was not announced at the last event, and has no delay to speak of.
    const since = this.#announced.get(action.set)?.get(`${action.action} ${action.ordinal}`) ?? arrived
    const delay = arrived - since
    this.delays.push(delay)
    if (delay <= earlyMilliseconds) return
    const slept = this.#slept.get(action.set)
    if (slept !== undefined) this.unwoken.set(slept.why, (this.unwoken.get(slept.why) ?? 0) + 1)
    else this.disagreements.push({ kind: 'too-early', delay, action, said, objects })
  }

  /** Asks for every set whether an immediate step has been said for long and not been made. */
  checkPromises(now: number): void {
    for (const { metadata } of this.#world.sets) {
      const objects = this.#world.objectsOf(metadata.name)
      if (objects === undefined) continue
      // The world is a moment behind; the clock must not run ahead of it.
      const { next, waitingFor } = explain(objects, new Date(now - 2000))
      const steps = (next ?? []).filter((step) => step.now && step.action !== 'update')
      const key = JSON.stringify([
        objects.set.metadata.resourceVersion,
        steps,
        objects.pods.map((pod) => pod.metadata.uid).toSorted(),
      ])
      const promise = this.#promised.get(metadata.name)
      if (steps.length === 0) this.#promised.delete(metadata.name)
      else if (promise?.key !== key) this.#promised.set(metadata.name, { key, since: now, reported: false })
      else if (!promise.reported && now - promise.since > patienceMilliseconds) {
        promise.reported = true
        const slept = this.#slept.get(metadata.name)
        if (slept !== undefined) {
          this.unwoken.set(slept.why, (this.unwoken.get(slept.why) ?? 0) + 1)
          continue
        }
        this.disagreements.push({
          kind: 'not-done',
          action: { set: metadata.name, steps },
          said: [{ version: 0, steps, waitingFor: waitingFor?.message ?? null }],
          objects,
        })
      }
    }
  }

  /** Sets for which `explain` still has something to do or to wait for. */
  unsettled(now: Date): string[] {
    return this.#world.sets.flatMap(({ metadata }) => {
      const objects = this.#world.objectsOf(metadata.name)
      if (objects === undefined) return []
      const { waitingFor } = explain(objects, now)
      return waitingFor === null ? [] : [`${metadata.name}: ${waitingFor.message}`]
    })
  }
}

/** True when the explanation names the action as an immediate step, a creation at the same revision. */
function names({ next, forecast }: Explained, action: Action): boolean {
  const named = (next ?? []).some(
    (step) => step.now && step.action === action.action && step.ordinal === action.ordinal,
  )
  if (!named || action.action === 'delete') return named
  return (
    forecast.find((step) => step.action === 'create' && step.ordinal === action.ordinal)?.revision === action.revision
  )
}

/** The set that an object belongs to by its name: sets of the program are called `s` and a number. */
function setOf(event: Happening): string | null {
  return /(?:^|-)(s[0-9]+)(?:-|$)/.exec(event.object.metadata.name)?.[1] ?? null
}
