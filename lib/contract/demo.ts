import { z } from 'zod'
import { LabelName, ObjectName } from '@/lib/contract/names'
import { actionNames } from './actions/names'
import { nodeLevers, podLevers, setLevers } from './demo-levers'

/** What only the demo cluster has: scenarios that play on it, and levers that break something in it. */

const text = z.string()
const params = z.record(text, z.union([text, z.number()]))
const Mode = z.enum(['by-hand', 'by-itself'])

const Sentence = z.object({ key: text, params: params.optional() })
/** A sentence of the demo cluster: its key in the messages `scenarios`, below the scenario's steps. */
export type ScenarioSentence = z.infer<typeof Sentence>

const Lever = z.enum([...nodeLevers, ...setLevers, ...podLevers])
export type DemoLever = z.infer<typeof Lever>

/** A lever and what it is pulled on; a node has no namespace. */
const LeverAt = z.object({ lever: Lever, namespace: text, name: text })
export type DemoLeverAt = z.infer<typeof LeverAt>

/** One way out of a decision: its key below the scenario's `ways`, and what takes it. */
const Way = z.object({
  id: text,
  /** The button of Ordinal, and at which ordinal it stands. */
  action: z.object({ name: z.enum(actionNames), ordinal: z.int().optional() }).optional(),
  /** The lever whose undoing takes it. */
  lever: LeverAt.optional(),
  /** What takes it in a terminal, whole. */
  kubectl: text.optional(),
})
export type DemoWay = z.infer<typeof Way>

const Playing = z.object({
  id: text,
  step: z.int(),
  steps: z.int(),
  /** Null while what an earlier scenario has left is cleared away. */
  say: Sentence.nullable(),
  /** `waiting`: for a decision. `stopped`: nothing is said or done any more, and everything stays as it is. */
  state: z.enum(['running', 'waiting', 'done', 'stopped', 'failed']),
  /** Whether decisions are left to a person, or taken. */
  mode: Mode,
  /** The decision that is waited for; null while none is. */
  turn: z.object({ key: text, ways: z.array(Way) }).nullable(),
  /** What is to be said next has not come true for long. */
  overdue: z.boolean(),
  /** The sentences so far, oldest first. */
  said: z.array(z.object({ at: text, say: Sentence })),
  look: z.object({ namespace: text, statefulSet: text }),
  failure: z.enum(['set-gone', 'error']).optional(),
  error: text.optional(),
})
export type DemoPlaying = z.infer<typeof Playing>

/** The scenarios of the demo cluster, and the one that plays; `problem` when the demo cluster does not answer. */
export const DemoAnswer = z
  .object({
    /** With about how many seconds each takes where nobody has to be waited for. */
    scenarios: z.array(z.object({ id: text, seconds: z.number() })),
    /** The set that scenarios play on. */
    stage: z.object({ namespace: text, statefulSet: text }).nullable(),
    current: Playing.nullable(),
    /** The scenario that was cleared away last, while nothing new is on the stage. */
    cleared: text.nullable(),
    problem: text.optional(),
  })
  .meta({ id: 'Demo' })
export type DemoAnswer = z.infer<typeof DemoAnswer>

const key = text.max(60).regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be an id of the demo cluster')

export const DemoOrder = z
  .union([
    z.strictObject({ start: key, mode: Mode.optional() }),
    z.strictObject({ choose: key }),
    z.strictObject({ mode: Mode }),
    z.strictObject({ stop: z.literal(true) }),
    z.strictObject({ clear: z.literal(true) }),
    z.strictObject({ reset: z.literal(true) }),
  ])
  .meta({ id: 'DemoOrder' })
export type DemoOrder = z.infer<typeof DemoOrder>

/** The order was taken. What plays then is read by GET. */
export const DemoOrdered = z.strictObject({ ordered: z.literal(true) }).meta({ id: 'DemoOrdered' })
export type DemoOrdered = z.infer<typeof DemoOrdered>

/** What is broken in the demo cluster now, and what levers can be pulled on. */
export const DemoLevers = z
  .object({
    inForce: z.array(LeverAt),
    nodes: z.array(text),
    sets: z.array(z.object({ namespace: text, name: text, pods: z.array(text) })),
  })
  .meta({ id: 'DemoLevers' })
export type DemoLevers = z.infer<typeof DemoLevers>

/** Pulls a lever, or with `undo` puts back what it broke. */
export const DemoPull = z
  .union([
    z.strictObject({ lever: z.enum(nodeLevers), name: ObjectName, undo: z.boolean().optional() }),
    z.strictObject({
      lever: z.enum([...setLevers, ...podLevers]),
      namespace: LabelName,
      name: ObjectName,
      undo: z.boolean().optional(),
    }),
    z.strictObject({ undo: z.literal('all') }),
  ])
  .meta({ id: 'DemoPull' })
export type DemoPull = z.infer<typeof DemoPull>
