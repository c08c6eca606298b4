import { controllerOf } from '@/lib/statefulset/belongs'
import { explain } from '@/lib/statefulset/explain'
import { ordinalOfPod } from '@/lib/statefulset/identity'
import type { Pod, SetObjects } from '@/lib/statefulset/objects'
import type { Stop } from '@/lib/statefulset/pass'
import { podRevision } from '@/lib/statefulset/status'
import type { NextStep } from '@/lib/statefulset/view'
import type { Happening, World } from './world'

/**
 * Compares what `explain` said would happen next with what the controller then did. The controller works from caches
 * that follow the same watches, so the state that it decided on is the one before its action or a little older: an
 * action counts as foreseen when `explain` named it in one of the last states of its set, as an immediate step.
 */

export type Action = { set: string; action: 'create' | 'delete'; ordinal: number; revision: string; version: number }

export type Disagreement = {
  kind: 'unforeseen' | 'not-done'
  action: Action | { set: string; steps: NextStep[] }
  /** What was said in the last states, the newest first. */
  said: { version: number; steps: NextStep[]; waitingFor: string | null }[]
  objects: SetObjects
}

/** States older than this are no excuse for an action. */
const lagMilliseconds = 4000
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

type State = { version: number; arrived: number; objects: SetObjects }

export class Judge {
  readonly #world: World
  readonly #states = new Map<string, State[]>()
  readonly #promised = new Map<string, { key: string; since: number; reported: boolean }>()
  /** Uids of pods whose deletion was asked for by the program. */
  readonly ownDeletes = new Set<string>()
  foreseen = 0
  /** How many states back the matching one was, by number of actions. */
  readonly lag = new Map<number, number>()
  readonly byAction = new Map<string, number>()
  readonly disagreements: Disagreement[] = []
  /** Sets whose last pass ended in an error or in silence, and the version of the state that did. */
  readonly #slept = new Map<string, { version: number; why: string }>()
  /** Steps that were announced and not made because nothing woke the controller, by the piece of its source. */
  readonly unwoken = new Map<string, number>()

  constructor(world: World) {
    this.#world = world
  }

  /** Takes one write in order: first judges it where it is a controller's action, then remembers the new state. */
  take(event: Happening): void {
    const name = setOf(event)
    if (name === null) return
    const action = this.#actionOf(event, name)
    if (action !== null) this.#judge(action, event.arrived)
    const objects = this.#world.objectsOf(name)
    if (objects === undefined) return
    const wakes =
      event.kind === 'statefulsets' ||
      (event.kind === 'pods' && controllerOf(event.object.metadata)?.uid === objects.set.metadata.uid)
    const stops = explain(objects, new Date(event.arrived)).pass.stops.map((stop) => stop.kind)
    const why = sleeps.find(([kind]) => stops.includes(kind))?.[1]
    if (why !== undefined) this.#slept.set(name, { version: event.version, why })
    else if (wakes) this.#slept.delete(name)
    const states = this.#states.get(name) ?? []
    states.push({ version: event.version, arrived: event.arrived, objects })
    if (states.length > statesKept) states.shift()
    this.#states.set(name, states)
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
    // Deletions by the taint manager, the pod garbage collector and evictions name themselves.
    const disrupted = pod.status.conditions.some((each) => each.type === 'DisruptionTarget' && each.status === 'True')
    return disrupted ? null : { ...action, action: 'delete' }
  }

  #judge(action: Action, arrived: number): void {
    this.byAction.set(action.action, (this.byAction.get(action.action) ?? 0) + 1)
    const states = (this.#states.get(action.set) ?? []).toReversed()
    const said: Disagreement['said'] = []
    for (const [back, state] of states.entries()) {
      // The state before the action is always asked; how long ago it came about does not matter.
      if (back > 0 && arrived - (states[back - 1]?.arrived ?? 0) > lagMilliseconds) break
      const { next, waitingFor, forecast } = explain(state.objects, new Date(arrived))
      const named = (next ?? []).some(
        (step) => step.now && step.action === action.action && step.ordinal === action.ordinal,
      )
      const revision = forecast.find((step) => step.action === 'create' && step.ordinal === action.ordinal)?.revision
      if (named && (action.action === 'delete' || revision === action.revision)) {
        this.foreseen += 1
        this.lag.set(back, (this.lag.get(back) ?? 0) + 1)
        return
      }
      said.push({
        version: state.version,
        steps: (next ?? []).filter((step) => step.now),
        waitingFor: waitingFor?.message ?? null,
      })
    }
    const last = states[0]
    if (last === undefined) return
    this.disagreements.push({ kind: 'unforeseen', action, said: said.slice(0, 8), objects: last.objects })
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

/** The set that an object belongs to by its name: sets of the program are called `s` and a number. */
function setOf(event: Happening): string | null {
  return /(?:^|-)(s[0-9]+)(?:-|$)/.exec(event.object.metadata.name)?.[1] ?? null
}
