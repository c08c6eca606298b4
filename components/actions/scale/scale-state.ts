import type { Failure } from '@/lib/browser/command-sender'
import { reachedBy } from '@/lib/browser/pending-write'
import type { ScalePlan } from '@/lib/statefulset/plan/plan'
import type { StatefulSetView } from '@/lib/statefulset/model/view'

/** The set as the person decided on it. A change of anybody else's makes it old, and has to be looked at first. */
type Shown = { generation: number; replicas: number }

/** A write that was accepted, and the plan that it follows. */
export type Written = {
  from: number
  to: number
  askedAt: number
  acceptedAt: number
  byReading: boolean
  plan: ScalePlan
}

/** `guided` writes one number at a time and asks in between; where it goes is kept in the browser, see `scale-plans.ts`. */
export type Mode = 'guided' | 'once'

/** What the dialog remembers. Where it stands follows from this, the live view and the command: see `phaseOf`. */
export type ScaleState = {
  uid: string
  shown: Shown
  /** The number of replicas as it was typed. */
  text: string
  /** Null while the person has not chosen: then it follows from the number. */
  mode: Mode | null
  /** What was typed to confirm. */
  typed: string
  /** The plan that was on the page when the last command was sent. */
  sent: ScalePlan | null
  written: Written | null
  /** Steps of a guided change that are done, without `written`. */
  finished: readonly Written[]
}

export type ScaleEvent =
  | { type: 'number-typed'; text: string }
  | { type: 'mode-chosen'; mode: Mode }
  | { type: 'name-typed'; typed: string }
  /** The person has seen the set as it is now. */
  | { type: 'looked'; view: StatefulSetView }
  | { type: 'sent'; plan: ScalePlan }
  | { type: 'written'; write: Omit<Written, 'plan'>; generation: number }

const shownOf = (view: StatefulSetView): Shown => ({ generation: view.generation, replicas: view.replicas.desired })

/** `to`: where a guided change goes that is taken up again. */
export function openedOn(view: StatefulSetView, to?: number): ScaleState {
  const text = String(to ?? view.replicas.desired)
  return {
    uid: view.uid,
    shown: shownOf(view),
    text,
    mode: to === undefined ? null : 'guided',
    typed: '',
    sent: null,
    written: null,
    finished: [],
  }
}

export function afterScaleEvent(state: ScaleState, event: ScaleEvent): ScaleState {
  switch (event.type) {
    case 'number-typed':
      return { ...state, text: event.text }
    case 'mode-chosen':
      return { ...state, mode: event.mode }
    case 'name-typed':
      return { ...state, typed: event.typed }
    case 'looked':
      return { ...state, shown: shownOf(event.view), typed: '' }
    case 'sent':
      return { ...state, sent: event.plan }
    case 'written': {
      if (!state.sent) return state
      const { write, generation } = event
      return {
        ...state,
        written: { ...write, plan: state.sent },
        finished: state.written ? [...state.finished, state.written] : state.finished,
        // The API server counts each change of the spec by one; any other number is somebody else's.
        shown: { generation: generation + 1, replicas: write.to },
        typed: '',
      }
    }
  }
}

/** The number of replicas that a text stands for; null when it is none. */
export function replicasOf(text: string): number | null {
  return /^\d{1,7}$/.test(text.trim()) ? Number(text.trim()) : null
}

/** What is wanted, and the number that the next press writes. Numbers are null when what was typed is none. */
export function choiceOf(
  { text, mode: chosen }: ScaleState,
  current: number,
): { target: number | null; next: number | null; mode: Mode; far: boolean } {
  const target = replicasOf(text)
  if (target === null) return { target, next: null, mode: 'once', far: false }
  const far = Math.abs(target - current) > 1
  const mode = far ? (chosen ?? (target < current ? 'guided' : 'once')) : 'once'
  return { target, next: mode === 'guided' ? current + Math.sign(target - current) : target, mode, far }
}

/**
 * Where the dialog stands:
 * `choosing` nothing was written yet · `sending` the answer is awaited · `watching` a write is followed until the
 * objects prove it · `going-on` a step of a guided change is proven, and the next one is asked for · `conflict` the set
 * was changed by somebody else · `unknown` it is not known whether the last write was done · `recreated` another set
 * has the name.
 */
export type ScalePhase = 'choosing' | 'sending' | 'watching' | 'going-on' | 'conflict' | 'unknown' | 'recreated'

export function phaseOf(
  state: ScaleState,
  view: StatefulSetView,
  command: { state: string; failure: Failure | undefined },
): ScalePhase {
  const { written, shown } = state
  const { failure } = command
  if (view.uid !== state.uid || failure?.code === 'recreated') return 'recreated'
  // Before a write is looked at that was accepted earlier: the set may show the new one while its answer is awaited.
  if (command.state === 'sending') return 'sending'
  if (failure?.mayBeDone) return 'unknown'
  if (written && !(isProven(written, view) && wantsMore(state, written))) return 'watching'
  if (view.generation !== shown.generation || failure?.code === 'changed') return 'conflict'
  return written ? 'going-on' : 'choosing'
}

function isProven({ from, to }: Written, view: StatefulSetView): boolean {
  return reachedBy(view, { action: 'scale', from, replicas: to }).step === 'in-effect'
}

/** A guided change goes on until the number that was wanted is reached. */
function wantsMore({ text }: ScaleState, written: Written): boolean {
  const target = replicasOf(text)
  return target !== null && target !== written.to
}

/** Steps of a guided change that the objects have proven; the one that is followed now is not among them. */
export function provenSteps({ written, finished }: ScaleState, phase: ScalePhase): readonly Written[] {
  return written && phase !== 'watching' ? [...finished, written] : finished
}
