import type { ContainerStatus, Ends, EndsByContainer, Pod } from './objects'
import { isSidecar, isTerminal } from './pod-status'
import { millis, rfc3339 } from './time'

/**
 * A container that keeps ending, judged over time. What a pod's status shows at one moment flips: down, in back-off,
 * running, even ready, and down again. It is a loop from the second end that follows a short run, and stays one until
 * the container has run well for as long as the kubelet needs to forget it.
 */

/**
 * The kubelet forgets a back-off when twice its longest delay has passed without an end (client-go
 * util/flowcontrol/backoff.go hasExpired; k8s pkg/kubelet MaxContainerBackOff, five minutes).
 */
export const runsWellSeconds = 600

/** Names one container of one pod. */
export const crashKey = (podUid: string, container: string) => `${podUid}/${container}`

/**
 * The ends of a container as one row, with those that the status shows now added to what was seen before; null when
 * none is known. A run that went well begins a new row.
 */
export function endsOf(status: ContainerStatus, before: Ends | null = null): Ends | null {
  if (status.lastState?.kind !== 'terminated' && status.state?.kind !== 'terminated') return before
  const shown = [status.lastState, status.state].flatMap((state) => {
    const end = state?.kind === 'terminated' ? momentOf(state.finishedAt) : null
    if (state?.kind !== 'terminated' || end === null || (before !== null && end <= before.last)) return []
    return [{ began: momentOf(state.startedAt), end }]
  })
  // While it runs, the last restart has followed the last end; otherwise one end has had no restart yet.
  const total = status.restartCount + (status.state?.kind === 'running' ? 0 : 1)
  let unseen = total - (before?.total ?? 0) > shown.length
  let row = before
  for (const { began, end } of shown) {
    const wellMs = runsWellSeconds * 1000
    const ranWell = began !== null && end - began >= wellMs
    // Ends that nobody saw belong to the row unless a run that went well fits in between.
    const lost = unseen && (row === null || (began ?? end) - row.last >= wellMs)
    if (ranWell || (row === null && !lost)) row = { first: end, last: end, count: 1, atLeast: false, total }
    else if (row === null || lost) row = { first: began ?? end, last: end, count: 2, atLeast: true, total }
    else row = { ...row, last: end, count: row.count + 1, total }
    unseen = false
  }
  return row
}

/** A container that could not be started has times of 1970: nothing is known of when. */
function momentOf(time: string | null): number | null {
  const moment = millis(time)
  return moment === null || moment <= 0 ? null : moment
}

/** `until`: when it has run well, if nothing happens; null while it is down. `since`: the first end that is known; null where none is. */
export type CrashLoop = {
  container: string
  init: boolean
  since: string | null
  atLeast: boolean
  until: number | null
}

/** The container of a pod that keeps ending at a moment in milliseconds, the init containers first; null without one. */
export function crashLoop(pod: Pod, now: number, seen?: EndsByContainer): CrashLoop | null {
  if (isTerminal(pod)) return null
  for (const [init, statuses] of [
    [true, pod.status.initContainers],
    [false, pod.status.containers],
  ] as const)
    for (const status of statuses) {
      const { state } = status
      if (init && state?.kind === 'terminated' && state.exitCode === 0 && !isSidecar(pod, status.name)) continue
      const ends = endsOf(status, seen?.get(crashKey(pod.metadata.uid, status.name)) ?? null)
      const backsOff = state?.kind === 'waiting' && state.reason === 'CrashLoopBackOff'
      // The kubelet's own word holds also where the ends themselves are no longer told.
      if (ends === null && backsOff) return { container: status.name, init, since: null, atLeast: false, until: null }
      if (ends === null || (ends.count < 2 && !backsOff)) continue
      const down = backsOff || state?.kind === 'terminated'
      const until = ends.last + runsWellSeconds * 1000
      if (!down && now >= until) continue
      return {
        container: status.name,
        init,
        since: rfc3339(ends.first),
        atLeast: ends.atLeast,
        until: down ? null : until,
      }
    }
  return null
}
