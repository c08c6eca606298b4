import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Stage, type Step } from './stage'
import { openTarget, targetNames, type Target } from './target'

export type Scenario = {
  title: string
  play: (stage: Stage) => Promise<void>
  /** Actions of one step that the original does in no fixed order (Parallel sets, the garbage collector) are sorted. */
  unordered?: boolean
  /** What is not compared, and why. */
  exception?: { leavesOut: 'revision'; reason: string }
  timeout?: number
}

let count = 0

/**
 * Plays the same scenarios on each target and compares what was recorded with the file that Kubernetes 1.37.1 has
 * written (`ORDINAL_CONTRACT_TARGET=real npx vitest run -u …` writes it anew). Both clusters have to agree with it.
 */
export function contract(name: string, scenarios: Scenario[]): void {
  describe.each(targetNames())(`${name} on the %s cluster`, (targetName) => {
    let target: Target
    beforeAll(async () => {
      target = await openTarget(targetName)
    }, 60_000)
    afterAll(async () => target?.close())

    for (const scenario of scenarios) {
      test.concurrent(
        scenario.title,
        async ({ expect: own }) => {
          count += 1
          const stage = new Stage(target, `contract-${process.pid}-${count}`)
          await stage.open()
          try {
            await scenario.play(stage)
          } finally {
            await stage.close()
          }
          const record = stage.record.map((step) => normal(scenario, step))
          const file = `${name}-${scenario.title}`.replace(/[^a-z0-9]+/gi, '-').toLowerCase()
          await (own ?? expect)(`${JSON.stringify(record, null, 2)}\n`).toMatchFileSnapshot(
            path.join(import.meta.dirname, 'recorded', `${file}.txt`),
          )
        },
        scenario.timeout ?? 90_000,
      )
    }
  })
}

function normal({ unordered, exception }: Scenario, { step, actions, histories, state }: Step): Step {
  const kept = (subject: string) => !exception || !subject.startsWith(exception.leavesOut)
  const compared = actions.filter(kept)
  return {
    step,
    actions: unordered ? compared.toSorted() : compared,
    histories: Object.fromEntries(
      Object.entries(histories)
        .filter(([subject]) => kept(subject))
        // The volume controller binds a claim while the set's controller still sets its owner: either may be first.
        .map(([subject, texts]) => [subject, unordered && subject.startsWith('claim') ? texts.toSorted() : texts]),
    ),
    state: exception ? { ...state, [`${exception.leavesOut}s`]: `not compared: ${exception.reason}` } : state,
  }
}
