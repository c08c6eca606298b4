import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seededRandom } from '@/lib/demo/random'
import { machines } from '@/lib/demo/seed'
import { SteppedCluster } from '@/test/fixtures/stepped-cluster'
import { scenarioById, scenarios } from './catalogue'
import type { Mode } from './play'
import { Runner } from './runner'
import { keysOf, type Step, type Way } from './scenario'
import { Stage } from './stage'

type Texts = Record<'steps' | 'turns' | 'ways', Record<string, string>>
// The first language's; that the others have the same keys is a test of the messages.
const sentences = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../i18n/messages/en/scenarios.json'), 'utf8'),
) as Record<string, Texts>

let cluster: SteppedCluster
let stage: Stage
let runner: Runner
let playing: boolean[]
beforeEach(async () => {
  cluster = await SteppedCluster.start({ machines })
  const { view, operations, fleet } = cluster.demo
  stage = new Stage(view, operations, fleet, seededRandom(3))
  playing = []
  runner = new Runner(stage, { onChange: (on) => playing.push(on) })
})
afterEach(async () => {
  await cluster.stop()
})

function start(id: string, mode: Mode = 'by-hand') {
  const scenario = scenarioById(id)
  if (!scenario) throw new Error(id)
  runner.start(scenario, mode)
}

const current = () => {
  if (!runner.current) throw new Error('nothing plays')
  return runner.current
}
const saidKeys = () => current().said.map(({ say }) => say.key)
const isTurn = (key: string) => () => current().turn?.key === key
const hasSaid = (key: string) => () => saidKeys().includes(key)
const ends = () => cluster.until('the end', () => current().state === 'done', 400)

/** Every way through a scenario, as the ids of the ways that are taken. */
function pathsOf(steps: readonly Step[]): string[][] {
  return steps.reduce<string[][]>(
    (soFar, step) => {
      if (!('turn' in step)) return soFar
      const onwards = step.ways.flatMap((way: Way) => pathsOf(way.then).map((rest) => [way.id, ...rest]))
      return soFar.flatMap((before) => onwards.map((after) => [...before, ...after]))
    },
    [[]],
  )
}

describe('the scenarios', () => {
  it('have ids of their own, and words for every sentence, question and way', () => {
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length)
    for (const { id, steps } of scenarios) {
      const texts = sentences[id]
      expect(Object.keys(texts ?? {}), id).toEqual(['title', 'what', 'look', 'steps', 'turns', 'ways'])
      const { says, turns, ways } = keysOf(steps)
      for (const key of says) expect(texts?.steps, `${id} ${key}`).toHaveProperty(key)
      expect(new Set(Object.keys(texts?.turns ?? {})), id).toEqual(new Set(turns))
      expect(new Set(Object.keys(texts?.ways ?? {})), id).toEqual(new Set(ways))
    }
    expect(Object.keys(sentences).filter((key) => key !== 'preparing')).toEqual(scenarios.map(({ id }) => id))
  })

  it('ask for at least one decision each', () => {
    for (const { id, steps } of scenarios) expect(keysOf(steps).turns, id).not.toEqual([])
  })

  it.each(scenarios.map(({ id, seconds }) => ({ id, seconds })))(
    '$id plays by itself, in about the time that the menu says',
    { timeout: 60_000 },
    async ({ id, seconds }) => {
      start(id, 'by-itself')
      const began = cluster.clock.now().getTime()
      await cluster.until('the end', () => !['running', 'waiting'].includes(current().state), 600)
      expect(current()).toMatchObject({ id, state: 'done', overdue: false, turn: null })
      expect(current().step).toBe(current().steps)
      const took = (cluster.clock.now().getTime() - began) / 1000
      expect(took / seconds, `${took} s`).toBeGreaterThan(0.8)
      expect(took / seconds, `${took} s`).toBeLessThan(1.25)
      for (const { say } of current().said) {
        const text = sentences[id]?.steps[say.key]
        expect(text, say.key).toBeDefined()
        const names = [...(text ?? '').matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
        expect(Object.keys(say.params ?? {}), say.key).toEqual(names)
      }
      expect(cluster.failures).toEqual([])
      expect(playing).toEqual([true, false])
    },
  )

  it.each(scenarios.flatMap(({ id, steps }) => pathsOf(steps).map((ways) => ({ id, ways, name: ways.join(', ') }))))(
    '$id waits for each decision, and comes to its end by $name',
    { timeout: 60_000 },
    async ({ id, ways }) => {
      start(id)
      for (const way of ways) {
        const isOpen = () => current().turn?.ways.some((one) => one.id === way) ?? false
        await cluster.until(`a question with ${way}`, isOpen, 300)
        const asked = current()
        await cluster.step(60)
        expect(current(), 'nothing goes on while nobody decides').toEqual(asked)
        await runner.choose(way)
      }
      await ends()
      expect(current().step).toBe(current().steps)
      expect(cluster.failures).toEqual([])
    },
  )
})

describe('a scenario', () => {
  it('says a thing in the moment in which it is so', async () => {
    start('ordered-start')
    const at = new Map<string, string>()
    const note = (key: string, isSo: boolean) => {
      if (isSo && !at.has(key)) at.set(key, cluster.clock.now().toISOString())
    }
    cluster.demo.view.on('pods', () => {
      note('first-ready', stage.isReady('kubia-0'))
      note('second-ready', stage.isReady('kubia-1'))
    })
    await cluster.until('the question', isTurn('delete-one'))
    for (const key of ['first-ready', 'second-ready'])
      expect(current().said.find(({ say }) => say.key === key)?.at, key).toBe(at.get(key))
  })

  it('sees a decision by what happens in the cluster, whoever made it and however', async () => {
    start('bad-image')
    await cluster.until('the question', isTurn('revert'))
    stage.deletePod('kubia-2')
    await cluster.until('the same again', hasSaid('same-again'))
    expect(current().state, 'that was not it').toBe('waiting')
    stage.setImage('luksa/kubia-pet:v3')
    await cluster.until('the second question', isTurn('free'))
    stage.deletePod('kubia-2')
    await ends()
    expect(saidKeys()).toEqual(['healthy', 'mistyped', 'stuck', 'same-again', 'reverted', 'deleted', 'well'])
  })

  it('goes on where a decision was made before it was asked for', async () => {
    start('canary')
    await cluster.until('the canary', hasSaid('new-image'))
    stage.setPartition(0)
    await ends()
    expect(saidKeys()).toContain('finished')
  })

  it('follows a partition that is lowered one by one', async () => {
    start('canary')
    await cluster.until('the question', isTurn('go-on'))
    stage.setPartition(3)
    await cluster.until('one more', hasSaid('one-more'))
    expect(current().state).toBe('waiting')
    stage.setPartition(0)
    await ends()
  })

  it('takes its decisions by itself from the moment on in which it is told to', async () => {
    start('missing-service')
    await cluster.until('the question', isTurn('bring-service'))
    await cluster.step(60)
    expect(current().state).toBe('waiting')
    runner.setMode('by-itself')
    await ends()
  })

  it('says that it takes long when somebody has changed what it builds on, and goes on when it is so after all', async () => {
    start('ordered-start')
    await cluster.until('the first', hasSaid('first-ready'))
    stage.scale(1)
    await cluster.until('overdue', () => current().overdue, 400)
    expect(current().state).toBe('running')
    stage.scale(3)
    await cluster.until('the question', isTurn('delete-one'))
    expect(current().overdue).toBe(false)
  })

  it('fails in words of its own when its set is deleted', async () => {
    start('canary')
    await cluster.until('the question', isTurn('go-on'))
    cluster.demo.view.delete('statefulsets', 'scenario', 'kubia')
    await cluster.step(1)
    expect(current()).toMatchObject({ state: 'failed', failure: 'set-gone', turn: null })
    expect(playing).toEqual([true, false])
  })

  it('that is stopped keeps its stage; only clearing away takes it down and mends what is broken', async () => {
    start('node-lost')
    await cluster.until('the question', isTurn('hangs'))
    runner.stop()
    const names = () =>
      (['statefulsets', 'pods', 'persistentvolumeclaims', 'services'] as const).map((resource) =>
        cluster.names(resource, 'scenario'),
      )
    const before = names()
    await cluster.step(300)
    expect(names()).toEqual(before)
    expect(stage.levers.inForce()).toHaveLength(1)
    expect(current()).toMatchObject({ id: 'node-lost', state: 'stopped', turn: null })
    expect(runner.cleared).toBeNull()
    expect(playing).toEqual([true, false])

    runner.clear()
    await cluster.step(60)
    expect(runner.current).toBeNull()
    expect(runner.cleared).toBe('node-lost')
    expect(stage.levers.inForce()).toEqual([])
    expect(names()).toEqual([[], [], [], []])
  })

  it('ends the one that plays, which then says nothing more', async () => {
    start('ordered-start')
    await cluster.until('the first', hasSaid('first-ready'))
    start('missing-service')
    await cluster.until('the question', isTurn('bring-service'))
    expect(saidKeys()).toEqual(['created', 'no-name'])
  })

  it('refuses a way that is not open', async () => {
    await expect(runner.choose('service')).rejects.toThrow('no scenario plays')
    start('missing-service')
    await expect(runner.choose('service')).rejects.toThrow('nothing waits for "service" now')
  })
})
