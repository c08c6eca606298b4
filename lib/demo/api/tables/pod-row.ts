import type { Fields, KubeObject } from '@/lib/demo/store'
import { fieldsAt, listAt, numberAt, textAt } from '@/lib/demo/api/fields'
import { age } from './ages'

/** The row of a pod, READY, STATUS and RESTARTS as k8s pkg/printers/internalversion/printers.go printPod makes them. */

type Tally = { reason: string; ready: number; restarts: number; lastRestart: string }

const isSidecar = (container: Fields | undefined) => textAt(container, 'restartPolicy') === 'Always'

const condition = (pod: KubeObject, type: string) =>
  listAt(pod.status, 'conditions').find((one) => one['type'] === type)

const isTrue = (pod: KubeObject, type: string) => condition(pod, type)?.['status'] === 'True'

function later(a: string, b: string): string {
  return a !== '' && (b === '' || Date.parse(a) > Date.parse(b)) ? a : b
}

const lastFinished = (status: Fields) => textAt(status, 'lastState', 'terminated', 'finishedAt')

function exitReason(terminated: Fields): string {
  const reason = textAt(terminated, 'reason')
  if (reason !== '') return reason
  const signal = numberAt(terminated, 'signal') ?? 0
  return signal !== 0 ? `Signal:${signal}` : `ExitCode:${numberAt(terminated, 'exitCode') ?? 0}`
}

/** Goes through the init containers; `initializing` when one of them still holds the pod up. */
function initTally(
  pod: KubeObject,
  tally: Tally,
): { initializing: boolean; sidecarRestarts: number; sidecarLast: string } {
  const specs = listAt(pod.spec, 'initContainers')
  let sidecarRestarts = 0
  let sidecarLast = ''
  for (const [index, status] of listAt(pod.status, 'initContainerStatuses').entries()) {
    const restarts = numberAt(status, 'restartCount') ?? 0
    const sidecar = isSidecar(specs.find((one) => one['name'] === status['name']))
    tally.restarts += restarts
    tally.lastRestart = later(lastFinished(status), tally.lastRestart)
    if (sidecar) {
      sidecarRestarts += restarts
      sidecarLast = later(lastFinished(status), sidecarLast)
    }
    const terminated = fieldsAt(status, 'state', 'terminated')
    const waiting = textAt(status, 'state', 'waiting', 'reason')
    if (terminated && (numberAt(terminated, 'exitCode') ?? 0) === 0) continue
    if (sidecar && status['started'] === true) {
      if (status['ready'] === true) tally.ready += 1
      continue
    }
    if (terminated) tally.reason = `Init:${exitReason(terminated)}`
    else if (waiting !== '' && waiting !== 'PodInitializing') tally.reason = `Init:${waiting}`
    else tally.reason = `Init:${index}/${specs.length}`
    return { initializing: true, sidecarRestarts, sidecarLast }
  }
  return { initializing: false, sidecarRestarts, sidecarLast }
}

/** Goes through the containers from last to first, so that the first has the last word. */
function mainTally(pod: KubeObject, tally: Tally): void {
  let running = false
  let failed = ''
  for (const status of listAt(pod.status, 'containerStatuses').reverse()) {
    tally.restarts += numberAt(status, 'restartCount') ?? 0
    tally.lastRestart = later(lastFinished(status), tally.lastRestart)
    const waiting = textAt(status, 'state', 'waiting', 'reason')
    const terminated = fieldsAt(status, 'state', 'terminated')
    if (waiting !== '') tally.reason = waiting
    else if (terminated) {
      tally.reason = exitReason(terminated)
      if ((numberAt(terminated, 'exitCode') ?? 0) !== 0) failed = tally.reason
    } else if (status['ready'] === true && fieldsAt(status, 'state', 'running')) {
      running = true
      tally.ready += 1
    }
  }
  if (tally.reason !== 'Completed') return
  if (running && isTrue(pod, 'Ready')) tally.reason = 'Running'
  else if (failed !== '') tally.reason = failed
  else if (running) tally.reason = 'NotReady'
}

export function podRow(pod: KubeObject, now: Date): { cells: unknown[]; done: { phase: string } | null } {
  const phase = textAt(pod.status, 'phase')
  const tally: Tally = { reason: textAt(pod.status, 'reason') || phase, ready: 0, restarts: 0, lastRestart: '' }
  if (textAt(condition(pod, 'PodScheduled'), 'reason') === 'SchedulingGated') tally.reason = 'SchedulingGated'
  const sidecars = listAt(pod.spec, 'initContainers').filter(isSidecar).length
  const total = listAt(pod.spec, 'containers').length + sidecars
  const { initializing, sidecarRestarts, sidecarLast } = initTally(pod, tally)
  if (!initializing || isTrue(pod, 'Initialized')) {
    tally.restarts = sidecarRestarts
    tally.lastRestart = sidecarLast
    mainTally(pod, tally)
  }
  const ended = phase === 'Succeeded' || phase === 'Failed'
  if (pod.metadata.deletionTimestamp) {
    if (textAt(pod.status, 'reason') === 'NodeLost') tally.reason = 'Unknown'
    else if (!ended) tally.reason = 'Terminating'
  }
  const restarts =
    tally.restarts !== 0 && tally.lastRestart !== ''
      ? `${tally.restarts} (${age(tally.lastRestart, now)} ago)`
      : String(tally.restarts)
  const gates = listAt(pod.spec, 'readinessGates')
  const passed = gates.filter((gate) => isTrue(pod, textAt(gate, 'conditionType'))).length
  const cells = [
    pod.metadata.name,
    `${tally.ready}/${total}`,
    tally.reason,
    restarts,
    age(pod.metadata.creationTimestamp, now),
    textAt(pod.status, 'podIP') || '<none>',
    textAt(pod.spec, 'nodeName') || '<none>',
    textAt(pod.status, 'nominatedNodeName') || '<none>',
    gates.length > 0 ? `${passed}/${gates.length}` : '<none>',
  ]
  return { cells, done: ended ? { phase } : null }
}
