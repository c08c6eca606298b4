import type { Event, Pod } from './objects'
import { condition } from './pod-status'
import { millis } from './time'

/**
 * What events of a pod say about its start, as long as nothing newer contradicts them. An event tells what was true at
 * its last time; it ends when a later event, condition or container proves that the step was passed.
 */

/** The newest event that fits, or null. Events that tie are told apart by name, so the order does not matter. */
export function newestEvent(events: readonly Event[], fits: (event: Event) => boolean): Event | null {
  let best: Event | null = null
  for (const event of events) {
    if (!fits(event)) continue
    const later = timeOf(event) - (best === null ? -1 : timeOf(best))
    if (best === null || later > 0 || (later === 0 && event.metadata.name < best.metadata.name)) best = event
  }
  return best
}

/** When an event was last seen, in milliseconds; zero when it does not tell. */
export function timeOf(event: Event): number {
  return millis(event.lastSeen ?? event.firstSeen) ?? 0
}

/**
 * The steps of a pod's start on its node, in the kubelet's order: it waits for all volumes before it makes a sandbox,
 * and for the sandbox before it touches an image (k8s pkg/kubelet/kubelet.go SyncPod).
 */
const failures = new Map<string, 'attach' | 'mount' | 'sandbox'>([
  ['FailedAttachVolume', 'attach'],
  ['FailedMount', 'mount'],
  ['FailedMapVolume', 'mount'],
  ['FailedCreatePodSandBox', 'sandbox'],
  ['NetworkNotReady', 'sandbox'],
])
/** Events that the kubelet writes only when the sandbox stands (k8s pkg/kubelet/events/event.go). */
const ofContainers = new Set([
  'Pulling',
  'Pulled',
  'Failed',
  'Created',
  'Started',
  'BackOff',
  'ErrImageNeverPull',
  'InspectFailed',
  'Unhealthy',
])

export type StartTrouble = { step: 'attach' | 'mount' | 'sandbox'; event: Event }

/**
 * What keeps the pod from having its volumes and its sandbox: the earliest step whose failure nothing newer
 * contradicts. An attach that is refused is written once for each volume and node (k8s
 * pkg/controller/volume/attachdetach/reconciler MultiAttachErrorReported), while the kubelet repeats its time-out every
 * two minutes; so the step decides and not the newest event. `volumes`: the PersistentVolume behind each volume.
 */
export function startTrouble(
  pod: Pod,
  events: readonly Event[],
  volumes: ReadonlyMap<string, string> = new Map(),
): StartTrouble | null {
  const own = events.filter((each) => each.involved.uid === pod.metadata.uid)
  const passed = sandboxStoodAt(pod, own)
  const live = own.filter((each) => failures.has(each.reason) && timeOf(each) > passed)
  const refused = newestEvent(live, (each) => each.reason === 'FailedAttachVolume' && !isAttached(each, own))
  if (refused !== null) return { step: 'attach', event: refused }
  const inSandbox = newestEvent(live, (each) => failures.get(each.reason) === 'sandbox')
  const volumesMountedAt = inSandbox === null ? -Infinity : timeOf(inSandbox)
  const mounts = live.filter((each) => failures.get(each.reason) === 'mount' && timeOf(each) >= volumesMountedAt)
  const summary = newestEvent(mounts, isMountSummary)
  const named = newestEvent(
    mounts,
    (each) => !isMountSummary(each) && (summary === null || !isMountedBy(each, summary, volumes)),
  )
  const mount = named ?? summary
  if (mount !== null) return { step: 'mount', event: mount }
  return inSandbox === null ? null : { step: 'sandbox', event: inSandbox }
}

/** The last moment at which something proves that sandbox, network and volumes were there, in milliseconds. */
function sandboxStoodAt(pod: Pod, events: readonly Event[]): number {
  const stands = condition(pod.status.conditions, 'PodReadyToStartContainers')
  const times = [stands?.status === 'True' ? (millis(stands.lastTransitionTime) ?? 0) : -Infinity]
  for (const event of events) if (ofContainers.has(event.reason)) times.push(timeOf(event))
  for (const { state } of [...pod.status.initContainers, ...pod.status.containers])
    if (state?.kind === 'running') times.push(millis(state.startedAt) ?? 0)
  return Math.max(...times)
}

const volumeOf = (event: Event): string | null => /for volume "([^"]+)"/.exec(event.message)?.[1] ?? null
/** `Unable to attach or mount volumes`: the kubelet gave up waiting, and names volumes but no cause. */
const isMountSummary = (event: Event) => /^Unable to attach or mount volumes/.test(event.message)

/** A later event that is about the same volume, or does not say about which, and proves that it was attached. */
function isAttached(refused: Event, events: readonly Event[]): boolean {
  const volume = volumeOf(refused)
  return events.some((each) => {
    const proves =
      each.reason === 'SuccessfulAttachVolume' ||
      failures.get(each.reason) === 'sandbox' ||
      (each.reason === 'FailedMount' &&
        /^MountVolume\.(MountDevice|SetUp) failed/.test(each.message) &&
        volumeOf(each) !== null &&
        volumeOf(each) === volume)
    if (!proves || timeOf(each) < timeOf(refused)) return false
    const other = volumeOf(each)
    return other === null || volume === null || other === volume || failures.get(each.reason) === 'sandbox'
  })
}

/** A later time-out that lists what is not mounted, and not this volume. */
function isMountedBy(named: Event, summary: Event, volumes: ReadonlyMap<string, string>): boolean {
  if (timeOf(summary) <= timeOf(named)) return false
  const volume = volumeOf(named)
  const listed = /unmounted volumes=\[([^\]]*)\]/.exec(summary.message)?.[1]?.split(/[\s,]+/)
  if (volume === null || listed === undefined || listed.length === 0) return false
  return !listed.some((each) => each === volume || volumes.get(each) === volume)
}

/** The image that is being pulled, and since when; null when none is, or when something later followed. */
export function pulling(pod: Pod, events: readonly Event[]): { image: string; event: Event } | null {
  const newest = newestEvent(
    events,
    (each) => each.involved.uid === pod.metadata.uid && (ofContainers.has(each.reason) || failures.has(each.reason)),
  )
  const image = newest?.reason === 'Pulling' ? /^Pulling image "([^"]+)"/.exec(newest.message)?.[1] : undefined
  return newest === null || image === undefined ? null : { image, event: newest }
}

/** The newest failure of a step that an event of success after it does not end. */
export function liveFailure(events: readonly Event[], failed: string, succeeded: readonly string[]): Event | null {
  const failure = newestEvent(events, (each) => each.reason === failed)
  if (failure === null) return null
  return events.some((each) => succeeded.includes(each.reason) && timeOf(each) >= timeOf(failure)) ? null : failure
}
