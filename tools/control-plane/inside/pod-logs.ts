import type { Pod } from './pod'

export type LogLine = { at: Date; text: string }
type Run = { lines: LogLine[]; listeners: Set<(line: LogLine) => void>; ended: boolean; onEnd: Set<() => void> }

const keptLines = 1000

/**
 * What the containers have written, in memory: the current run of each container and the one before it.
 * Lines come from what happens to the pod (started, crashed, stopped) and from the app's requests.
 */
export class PodLogs {
  private readonly runs = new Map<string, { current: Run | null; previous: Run | null }>()

  /** Called with every change of a pod; null when it is gone. */
  observe(pod: Pod | null, last: Pod | undefined): void {
    const gone = last && (!pod || pod.metadata.uid !== last.metadata.uid)
    if (gone) {
      for (const container of last.spec.containers) {
        const key = keyOf(last, container.name)
        end(this.runs.get(key)?.current ?? null)
        this.runs.delete(key)
      }
    }
    if (!pod) return
    const before = gone ? undefined : last
    if (pod.metadata.deletionTimestamp && before && !before.metadata.deletionTimestamp)
      this.write(pod, 'SIGTERM: closing the server')
    for (const status of pod.status.containerStatuses ?? []) {
      const started = status.state?.running?.startedAt
      const old = before?.status.containerStatuses?.find((it) => it.name === status.name)
      if (started && (started !== old?.state?.running?.startedAt || status.restartCount !== old.restartCount)) {
        const key = keyOf(pod, status.name)
        const previous = this.runs.get(key)?.current ?? null
        end(previous)
        this.runs.set(key, { current: newRun(), previous })
        this.write(pod, `kubia starting on ${pod.metadata.name} (run ${status.restartCount + 1})`, status.name)
        this.write(pod, 'listening on port 8080', status.name)
      } else if (old?.state?.running && !status.state?.running) {
        if (status.state?.terminated?.exitCode === 1) this.write(pod, 'Error: cannot read data file', status.name)
        end(this.runs.get(keyOf(pod, status.name))?.current ?? null)
      }
    }
  }

  /** Adds a line to the current run of one container, or of the pod's first. */
  write(pod: Pod, text: string, container = pod.spec.containers[0]?.name ?? ''): void {
    const run = this.runs.get(keyOf(pod, container))?.current
    if (!run || run.ended) return
    const line = { at: new Date(), text }
    run.lines.push(line)
    if (run.lines.length > keptLines) run.lines.splice(0, run.lines.length - keptLines)
    for (const listener of run.listeners) listener(line)
  }

  /** The run that is asked for; null when there is none (never started, or never restarted). */
  read(pod: Pod, container: string, previous: boolean): Run | null {
    const runs = this.runs.get(keyOf(pod, container))
    return (previous ? runs?.previous : runs?.current) ?? null
  }
}

function keyOf(pod: Pod, container: string): string {
  return `${pod.metadata.uid}/${container}`
}

function newRun(): Run {
  return { lines: [], listeners: new Set(), ended: false, onEnd: new Set() }
}

function end(run: Run | null): void {
  if (!run || run.ended) return
  run.ended = true
  for (const listener of run.onEnd) listener()
  run.onEnd.clear()
  run.listeners.clear()
}
