import { describe, expect, it } from 'vitest'
import { at, conditionOf, exampleNow, examplePod, exampleSet, type PodChanges } from '@/test/fixtures/example-objects'
import type { ContainerState, ContainerStatus, Pod } from './objects'
import { isAvailable, podStatus } from './pod-status'

const set = exampleSet()
const pod = (changes: PodChanges = {}): Pod => examplePod(set, 0, changes)

function container(name: string, state: ContainerState | null, more: Partial<ContainerStatus> = {}): ContainerStatus {
  return { name, image: 'i', ready: false, started: null, restartCount: 0, state, lastState: null, ...more }
}
const waiting = (reason: string | null): ContainerState => ({ kind: 'waiting', reason, message: null })
const running: ContainerState = { kind: 'running', startedAt: at(-10) }
const ended = (exitCode: number, reason: string | null = null, signal: number | null = null): ContainerState => ({
  kind: 'terminated',
  reason,
  message: null,
  exitCode,
  signal,
  startedAt: at(-20),
  finishedAt: at(-10),
})
const spec = (init: { name: string; sidecar: boolean }[], main = ['main']): Partial<Pod['spec']> => ({
  initContainers: init.map((each) => ({ ...each, image: 'i' })),
  containers: main.map((name) => ({ name, image: 'i', ports: [] })),
})

describe('the word that kubectl prints under STATUS', () => {
  it('is the phase of a healthy pod, with its ready containers', () => {
    expect(podStatus(pod())).toMatchObject({ status: 'Running', readyContainers: 1, containers: 1, restarts: 0 })
  })

  it('is the reason of the pod where it has one', () => {
    const evicted = pod({ phase: 'Failed', status: { reason: 'Evicted', containers: [] } })
    expect(podStatus(evicted).status).toBe('Evicted')
  })

  it('is SchedulingGated for a gated pod', () => {
    const gated = { ...conditionOf('PodScheduled', 'False'), reason: 'SchedulingGated' }
    expect(podStatus(pod({ phase: 'Pending', node: null, conditions: [gated] })).status).toBe('SchedulingGated')
  })

  it('is the reason that a container waits for', () => {
    const status = { containers: [container('main', waiting('ImagePullBackOff'))] }
    expect(podStatus(pod({ phase: 'Pending', status })).status).toBe('ImagePullBackOff')
  })

  it('is that of the first container when several wait', () => {
    const status = {
      containers: [container('a', waiting('CrashLoopBackOff')), container('b', waiting('ErrImagePull'))],
    }
    expect(podStatus(pod({ spec: spec([], ['a', 'b']), status })).status).toBe('CrashLoopBackOff')
  })

  it('tells a signal and an exit code where a container ended without a reason', () => {
    expect(podStatus(pod({ status: { containers: [container('main', ended(137, null, 9))] } })).status).toBe('Signal:9')
    expect(podStatus(pod({ status: { containers: [container('main', ended(3))] } })).status).toBe('ExitCode:3')
  })

  it('is Completed, NotReady, Running or the error when some containers have completed', () => {
    const two = spec([], ['a', 'b'])
    const completed = container('a', ended(0, 'Completed'))
    const up = container('b', running, { ready: true })
    expect(podStatus(pod({ spec: two, status: { containers: [completed] } })).status).toBe('Completed')
    expect(podStatus(pod({ spec: two, ready: false, status: { containers: [completed, up] } })).status).toBe('NotReady')
    expect(podStatus(pod({ spec: two, status: { containers: [completed, up] } })).status).toBe('Running')
    const failed = container('b', ended(1, 'Error'))
    expect(podStatus(pod({ spec: two, status: { containers: [completed, failed] } })).status).toBe('Error')
  })

  it('counts the init containers that are done', () => {
    const init = spec([
      { name: 'one', sidecar: false },
      { name: 'two', sidecar: false },
    ])
    const status = { initContainers: [container('one', ended(0)), container('two', running)], containers: [] }
    expect(podStatus(pod({ phase: 'Pending', spec: init, status })).status).toBe('Init:1/2')
  })

  it('says why an init container fails, and counts its restarts', () => {
    const init = spec([{ name: 'one', sidecar: false }])
    const broken = (state: ContainerState) =>
      podStatus(
        pod({
          phase: 'Pending',
          spec: init,
          status: { initContainers: [container('one', state, { restartCount: 4 })] },
        }),
      )
    expect(broken(waiting('CrashLoopBackOff'))).toMatchObject({ status: 'Init:CrashLoopBackOff', restarts: 4 })
    expect(broken(ended(1, 'Error')).status).toBe('Init:Error')
    expect(broken(ended(1)).status).toBe('Init:ExitCode:1')
    expect(broken(ended(1, null, 15)).status).toBe('Init:Signal:15')
    expect(broken(waiting('PodInitializing')).status).toBe('Init:0/1')
  })

  it('counts a started sidecar as a container', () => {
    const sidecar = spec([{ name: 'proxy', sidecar: true }])
    const status = {
      initContainers: [container('proxy', running, { started: true, ready: true, restartCount: 2 })],
      containers: [container('main', running, { ready: true, restartCount: 1 })],
    }
    expect(podStatus(pod({ spec: sidecar, status }))).toMatchObject({
      status: 'Running',
      readyContainers: 2,
      containers: 2,
      restarts: 3,
    })
  })

  it('forgets the restarts of init containers once the pod is initialized', () => {
    const init = spec([{ name: 'one', sidecar: false }])
    const status = {
      initContainers: [container('one', ended(0), { restartCount: 7 })],
      containers: [container('main', running, { ready: true, restartCount: 1 })],
    }
    expect(podStatus(pod({ spec: init, status })).restarts).toBe(1)
  })

  it('is Terminating while the deleted pod still runs, and the end of it afterwards', () => {
    expect(podStatus(pod({ deletion: at(20) })).status).toBe('Terminating')
    const done = { containers: [container('main', ended(0, 'Completed'))] }
    expect(podStatus(pod({ deletion: at(20), phase: 'Succeeded', status: done })).status).toBe('Completed')
    const failed = { containers: [container('main', ended(137, 'Error'))] }
    expect(podStatus(pod({ deletion: at(20), phase: 'Failed', status: failed })).status).toBe('Error')
  })

  it('is Unknown for the NodeLost of older Kubernetes', () => {
    expect(podStatus(pod({ deletion: at(20), status: { reason: 'NodeLost' } })).status).toBe('Unknown')
  })

  it('tells when the last restart was', () => {
    const status = { containers: [container('main', running, { restartCount: 3, lastState: ended(1, 'Error') })] }
    expect(podStatus(pod({ status }))).toMatchObject({ restarts: 3, lastRestart: at(-10) })
  })
})

describe('availability', () => {
  it('comes minReadySeconds after the Ready transition', () => {
    const ready = pod({ since: at(-9) })
    expect(isAvailable(ready, 10, exampleNow.getTime())).toBe(false)
    expect(isAvailable(ready, 10, exampleNow.getTime() + 1000)).toBe(true)
    expect(isAvailable(ready, 0, exampleNow.getTime())).toBe(true)
  })

  it('does not exist for a pod that is not Ready', () => {
    expect(isAvailable(pod({ ready: false }), 0, exampleNow.getTime())).toBe(false)
  })
})
