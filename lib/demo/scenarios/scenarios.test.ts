import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '@/lib/demo/random'
import { machines } from '@/lib/demo/seed'
import { SteppedCluster } from '@/test/fixtures/stepped-cluster'
import { scenarios } from './catalogue'
import { Runner } from './runner'
import { Stage } from './stage'

// The first language's; that the others have the same keys is a test of the messages.
const sentences = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../i18n/messages/en/scenarios.json'), 'utf8'),
) as Record<string, { steps: Record<string, string> }>

let cluster: SteppedCluster | undefined
afterEach(async () => {
  await cluster?.stop()
})

describe('the scenarios', () => {
  it('have ids of their own, and a sentence for every step', () => {
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length)
    for (const { id, steps } of scenarios) {
      const texts = sentences[id]
      expect(Object.keys(texts ?? {}), id).toEqual(['title', 'what', 'look', 'steps'])
      for (const { say } of steps) if (say !== null) expect(texts?.steps, `${id} ${say}`).toHaveProperty(say)
    }
    expect(Object.keys(sentences).filter((key) => key !== 'preparing')).toEqual(scenarios.map(({ id }) => id))
  })

  it.each(scenarios.map(({ id }) => id))(
    '%s comes to its end, every step as it says',
    { timeout: 60_000 },
    async (id) => {
      const own = await SteppedCluster.start({ machines })
      cluster = own
      const { view, operations, fleet } = own.demo
      const runner = new Runner(new Stage(view, operations, fleet, seededRandom(3)))
      const scenario = scenarios.find((one) => one.id === id)
      if (!scenario) throw new Error(id)
      // A step that only its time limit ends has not come true.
      const late: string[] = []
      const limited = scenario.steps.map((step) => {
        const { until } = step
        if (!until) return step
        let held = false
        const say = step.say ?? 'a sentence of its own'
        return {
          ...step,
          until: (stage: Stage) => {
            held = until(stage)
            if (held) late.splice(0, late.length, ...late.filter((one) => one !== say))
            else if (!late.includes(say)) late.push(say)
            return held
          },
        }
      })
      runner.start({ ...scenario, steps: limited })
      for (let second = 0; second < 3000 && runner.current?.state === 'running'; second += 1) await own.step(1)
      expect(runner.current).toMatchObject({ id, state: 'done', step: scenario.steps.length })
      expect(late).toEqual([])
      expect(runner.current?.said).toHaveLength(scenario.steps.length)
      for (const { say } of runner.current?.said ?? []) {
        const text = sentences[id]?.steps[say.key]
        expect(text, say.key).toBeDefined()
        const names = [...(text ?? '').matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
        expect(Object.keys(say.params ?? {}), say.key).toEqual(names)
      }
    },
  )

  it('can be stopped in the middle, and leave nothing behind', async () => {
    const own = await SteppedCluster.start({ machines })
    cluster = own
    const { view, operations, fleet } = own.demo
    const runner = new Runner(new Stage(view, operations, fleet, seededRandom(3)))
    const [first] = scenarios
    if (!first) throw new Error('no scenarios')
    runner.start(first)
    await own.step(5)
    expect(own.names('pods', 'scenario')).not.toEqual([])
    runner.stop()
    await own.step(60)
    expect(runner.current).toBeNull()
    for (const resource of ['statefulsets', 'pods', 'persistentvolumeclaims', 'services'] as const) {
      expect(own.names(resource, 'scenario')).toEqual([])
    }
  })
})
