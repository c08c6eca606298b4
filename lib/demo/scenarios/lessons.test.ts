import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '@/lib/demo/random'
import { machines } from '@/lib/demo/seed'
import { SteppedCluster } from '@/test/fixtures/stepped-cluster'
import { lessons } from './catalogue'
import { Runner } from './runner'
import { Stage } from './stage'

let cluster: SteppedCluster | undefined
afterEach(async () => {
  await cluster?.stop()
})

describe('the lessons', () => {
  it('have ids of their own, and every sentence in both languages', () => {
    expect(new Set(lessons.map(({ id }) => id)).size).toBe(lessons.length)
    expect(lessons).toHaveLength(10)
    for (const { title, lines, steps } of lessons) {
      for (const { en, zh } of [title, ...lines, ...steps.map(({ say }) => say)]) {
        expect(en).not.toBe('')
        expect(zh).toMatch(/[\u4e00-\u9fff]/)
      }
    }
  })

  it.each(lessons.map(({ id }) => id))(
    '%s comes to its end, every step as it says',
    { timeout: 60_000 },
    async (id) => {
      const own = await SteppedCluster.start({ machines })
      cluster = own
      const { view, operations, fleet } = own.demo
      const runner = new Runner(new Stage(view, operations, fleet, seededRandom(3)))
      const lesson = lessons.find((one) => one.id === id)
      if (!lesson) throw new Error(id)
      // A step that only its time limit ends has not come true.
      const late: string[] = []
      const limited = lesson.steps.map((step) => {
        const { until } = step
        if (!until) return step
        let held = false
        return {
          ...step,
          until: (stage: Stage) => {
            held = until(stage)
            if (held) late.splice(0, late.length, ...late.filter((one) => one !== step.say.en))
            else if (!late.includes(step.say.en)) late.push(step.say.en)
            return held
          },
        }
      })
      runner.start({ ...lesson, steps: limited })
      for (let second = 0; second < 3000 && runner.current?.state === 'running'; second += 1) await own.step(1)
      expect(runner.current).toMatchObject({ id, state: 'done', step: lesson.steps.length })
      expect(late).toEqual([])
      expect(runner.current?.said).toHaveLength(lesson.steps.length)
    },
  )

  it('can be stopped in the middle, and leave nothing behind', async () => {
    const own = await SteppedCluster.start({ machines })
    cluster = own
    const { view, operations, fleet } = own.demo
    const runner = new Runner(new Stage(view, operations, fleet, seededRandom(3)))
    const [first] = lessons
    if (!first) throw new Error('no lessons')
    runner.start(first)
    await own.step(5)
    expect(own.names('pods', 'lesson')).not.toEqual([])
    runner.stop()
    await own.step(60)
    expect(runner.current).toBeNull()
    for (const resource of ['statefulsets', 'pods', 'persistentvolumeclaims', 'services'] as const) {
      expect(own.names(resource, 'lesson')).toEqual([])
    }
  })
})
