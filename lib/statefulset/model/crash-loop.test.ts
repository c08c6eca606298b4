import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, examplePod, exampleNow, exampleSet } from '@/test/fixtures/example-objects'
import { crashKey, crashLoop, endsOf, runsWellSeconds } from './crash-loop'
import type { ContainerState, ContainerStatus, Ends, Pod } from './objects'

const set = exampleSet({ replicas: 1 })
const terminated = (from: number, to: number, exitCode = 1): ContainerState => ({
  kind: 'terminated',
  reason: exitCode === 0 ? 'Completed' : 'Error',
  message: null,
  exitCode,
  signal: null,
  startedAt: at(from),
  finishedAt: at(to),
})
const running = (from: number): ContainerState => ({ kind: 'running', startedAt: at(from) })
const backOff: ContainerState = { kind: 'waiting', reason: 'CrashLoopBackOff', message: null }

const statusOf = (state: ContainerState, lastState: ContainerState | null, restartCount: number): ContainerStatus => ({
  name: 'main',
  image: 'kubia:1',
  ready: state.kind === 'running',
  started: state.kind === 'running',
  restartCount,
  state,
  lastState,
})
const podOf = (status: ContainerStatus): Pod => examplePod(set, 0, { status: { containers: [status] } })
const now = exampleNow.getTime()
const loopOf = (state: ContainerState, lastState: ContainerState | null, restartCount: number) =>
  crashLoop(podOf(statusOf(state, lastState, restartCount)), now)

describe('a crash loop', () => {
  it('is none after one end, however near, and none without an end', () => {
    expect(loopOf(terminated(-40, -20), null, 0)).toBeNull()
    expect(loopOf(running(-10), terminated(-40, -20), 1)).toBeNull()
    expect(loopOf(running(-1000), null, 0)).toBeNull()
  })
  it('is one from the second end on, down, in back-off, and while it runs for now', () => {
    for (const state of [terminated(-15, -5), running(-10), backOff])
      expect(loopOf(state, terminated(-40, -20), state.kind === 'terminated' ? 1 : 2), state.kind).toMatchObject({
        container: 'main',
      })
  })
  it('is over when the container has run as long as the kubelet needs to forget', () => {
    const last = terminated(-runsWellSeconds - 30, -runsWellSeconds)
    expect(loopOf(running(-runsWellSeconds + 1), last, 5)).toBeNull()
    const young = terminated(-runsWellSeconds - 29, -runsWellSeconds + 1)
    expect(loopOf(running(-runsWellSeconds + 2), young, 5)).toMatchObject({ until: now + 1000 })
  })
  it('is none where a long good run lies between two ends', () => {
    expect(loopOf(terminated(-9000, -5), terminated(-20_000, -9001), 1)).toBeNull()
  })
  it('says of what it cannot have seen the beginning of that it is older', () => {
    expect(loopOf(running(-10), terminated(-40, -20), 7)).toMatchObject({ since: at(-40), atLeast: true })
    expect(loopOf(backOff, terminated(-40, -20), 7)).toMatchObject({ atLeast: true })
    expect(loopOf(terminated(-15, -5), terminated(-40, -20), 1)).toMatchObject({ since: at(-20), atLeast: false })
  })
  it('is what the kubelet says it is, also where no end is told any more', () => {
    expect(loopOf(backOff, null, 3)).toMatchObject({ since: null, until: null })
  })
  it('takes times of 1970, of a container that could not be started, for not known', () => {
    const never: ContainerState = { ...terminated(-20, -20), startedAt: '1970-01-01T00:00:00Z' } as ContainerState
    expect(loopOf(backOff, never, 9)).toMatchObject({ since: at(-20), atLeast: true })
    const nothing = { ...never, finishedAt: '1970-01-01T00:00:00Z' } as ContainerState
    expect(loopOf(backOff, nothing, 9)).toMatchObject({ since: null })
  })
  it('is none of an init container that has done its work', () => {
    const done = { ...statusOf(terminated(-15, -5, 0), terminated(-40, -20), 2), name: 'init' }
    const pod = examplePod(set, 0, {
      spec: { initContainers: [{ name: 'init', image: 'kubia:1', sidecar: false }] },
      status: { initContainers: [done] },
    })
    expect(crashLoop(pod, now)).toBeNull()
  })
})

/** A container's whole life: runs and the pauses after them, in seconds; then what it shows at each moment. */
const life = fc.array(fc.record({ run: fc.integer({ min: 1, max: 1500 }), pause: fc.integer({ min: 1, max: 300 }) }), {
  minLength: 2,
  maxLength: 8,
})
type Shown = { at: number; status: ContainerStatus }

function shownOf(runs: { run: number; pause: number }[]): { shown: Shown[]; ends: { began: number; end: number }[] } {
  const shown: Shown[] = []
  const ends: { began: number; end: number }[] = []
  let time = -40_000
  let last: ContainerState | null = null
  for (const [restarts, { run, pause }] of runs.entries()) {
    shown.push({ at: time, status: statusOf(running(time), last, restarts) })
    const end = time + run
    ends.push({ began: time, end })
    shown.push({ at: end, status: statusOf(terminated(time, end), last, restarts) })
    last = terminated(time, end)
    shown.push({ at: end + 0.5, status: statusOf(backOff, last, restarts) })
    time = end + pause
  }
  shown.push({ at: time, status: statusOf(running(time), last, runs.length) })
  return { shown, ends }
}
const momentOf = (seconds: number) => now + seconds * 1000

describe('for any life of a container', () => {
  it('who has watched from the start knows the first end of the row, and no run shorter than the window ends it', () => {
    fc.assert(
      fc.property(life, (runs) => {
        const { shown, ends } = shownOf(runs)
        let row: Ends | null = null
        for (const each of shown) {
          row = endsOf(each.status, row)
          const past = ends.filter(({ end }) => end <= each.at)
          if (past.length === 0) continue
          // The row begins anew with each end of a run that went well.
          const from = past.findLastIndex(({ began, end }) => end - began >= runsWellSeconds)
          expect(row).toMatchObject({ atLeast: false, count: past.length - Math.max(0, from) })
          expect(row?.first).toBe(momentOf(past[Math.max(0, from)]?.end ?? 0))
        }
      }),
    )
  })
  it('never turns well within the window after an end that belongs to a loop, whatever is shown in between', () => {
    fc.assert(
      fc.property(life, fc.integer({ min: 0, max: runsWellSeconds - 1 }), (runs, later) => {
        const { shown } = shownOf(runs)
        let row: Ends | null = null
        for (const { status } of shown) row = endsOf(status, row)
        if (row === null || row.count < 2) return
        const pod = podOf(shown.at(-1)?.status ?? statusOf(backOff, null, 0))
        const seen = new Map([[crashKey(pod.metadata.uid, 'main'), row]])
        expect(crashLoop(pod, row.last + later * 1000, seen)).not.toBeNull()
        expect(crashLoop(pod, row.last + runsWellSeconds * 1000, seen)).toBeNull()
      }),
    )
  })
  it('who comes late never claims an earlier first end than there was, and says where it is not the first', () => {
    fc.assert(
      fc.property(life, fc.nat(), (runs, pick) => {
        const { shown, ends } = shownOf(runs)
        const each = shown[pick % shown.length]
        const row = each === undefined ? null : endsOf(each.status)
        if (each === undefined || row === null) return
        const past = ends.filter(({ end }) => end <= each.at)
        const from = past.findLastIndex(({ began, end }) => end - began >= runsWellSeconds)
        const first = momentOf(past[Math.max(0, from)]?.end ?? 0)
        if (row.atLeast) expect(row.first).toBeGreaterThanOrEqual(first)
        else expect(row.first).toBe(first)
      }),
    )
  })
})
