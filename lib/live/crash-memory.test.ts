import { describe, expect, it } from 'vitest'
import type { ContainerState, Pod } from '@/lib/statefulset/model/objects'
import { at, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { CrashMemory } from './crash-memory'

const set = exampleSet({ replicas: 1 })
const ended = (from: number, to: number): ContainerState => ({
  kind: 'terminated',
  reason: 'Error',
  message: null,
  exitCode: 1,
  signal: null,
  startedAt: at(from),
  finishedAt: at(to),
})
function pod(state: ContainerState, lastState: ContainerState | null, restartCount: number, uid = 'one'): Pod {
  const status = { name: 'main', image: 'i', ready: false, started: false, restartCount, state, lastState }
  return examplePod(set, 0, { uid, status: { containers: [status] } })
}

describe('the memory of crashes', () => {
  it('knows the first of many ends, of which a pod shows only two', () => {
    const memory = new CrashMemory()
    let last: ContainerState | null = null
    for (let end = 0; end < 6; end += 1) {
      const now = ended(-600 + end * 60, -570 + end * 60)
      memory.note('default/web', [pod(now, last, end)])
      last = now
    }
    const known = [...memory.note('default/web', [pod(last ?? ended(0, 1), last, 5)]).values()]
    expect(known).toMatchObject([{ first: Date.parse(at(-570)), count: 6, atLeast: false }])
  })
  it('says after a start of its own that there were ends before', () => {
    const known = new CrashMemory().note('default/web', [pod(ended(-30, -10), ended(-90, -60), 7)])
    expect([...known.values()]).toMatchObject([{ atLeast: true, first: Date.parse(at(-90)) }])
  })
  it('forgets pods that are gone, and a set', () => {
    const memory = new CrashMemory()
    memory.note('default/web', [pod(ended(-90, -60), null, 0)])
    expect(memory.note('default/web', [pod({ kind: 'running', startedAt: at(0) }, null, 0, 'two')]).size).toBe(0)
    memory.note('default/web', [pod(ended(-90, -60), null, 0)])
    memory.forget('default/web')
    expect(memory.note('default/web', []).size).toBe(0)
  })
})
