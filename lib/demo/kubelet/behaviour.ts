import type { Container, Pod } from '@/lib/demo/controllers/objects'

/**
 * How the program in a pod behaves. The template says it by annotations `ordinal.demo/…`, so that example sets differ;
 * a test or a scenario overrides it for one pod name, whatever instance bears it.
 */
export type Behaviour = {
  /** Seconds from the container's start until its readiness probe would pass. */
  readySeconds: number
  /** Seconds from SIGTERM to the exit; at the grace period's end the program is killed anyway. */
  stopSeconds: number
  /** Exit code after SIGTERM. */
  stopExitCode: number
  /** Exits by itself so long after its start; null: never. */
  crashAfterSeconds: number | null
  exitCode: number
  /** The readiness probe fails whatever else holds. */
  unready: boolean
  /** Ready only when the names of all lower ordinals, or of itself, can be found in DNS (as clustered databases do). */
  readyWhen: 'started' | 'peers'
}

export type BehaviourOverride = Partial<Omit<Behaviour, 'readyWhen'>>

const prefix = 'ordinal.demo/'

/** The behaviour that a pod's annotations, its command and the override for its name ask for. */
export function behaviourOf(pod: Readonly<Pod>, container: Container, override: BehaviourOverride = {}): Behaviour {
  const seconds = (name: string, otherwise: number): number => {
    const value = Number(pod.metadata.annotations?.[`${prefix}${name}`])
    return Number.isFinite(value) && value >= 0 ? value : otherwise
  }
  const crashAfter = seconds('crash-after-seconds', -1)
  const probe = container.readinessProbe
  const declared: Behaviour = {
    readySeconds: Math.max(probe?.initialDelaySeconds ?? 0, seconds('ready-seconds', probe ? 2 : 0)),
    stopSeconds: seconds('stop-seconds', 2),
    stopExitCode: seconds('stop-exit-code', 0),
    crashAfterSeconds: crashAfter >= 0 ? crashAfter : null,
    exitCode: seconds('exit-code', 1),
    unready: pod.metadata.annotations?.[`${prefix}unready`] === 'true',
    readyWhen: pod.metadata.annotations?.[`${prefix}ready-when`] === 'peers' ? 'peers' : 'started',
  }
  return { ...declared, ...commandEnds(container), ...override }
}

/** `sh -c "sleep 5; exit 3"` does what it says; other commands run for ever. */
function commandEnds({ command = [], args = [] }: Container): Partial<Behaviour> {
  const line = [...command, ...args].join(' ')
  const exit = /\bexit (\d+)/.exec(line)
  const bareFalse = /(^|\s|\/)false$/.test(line)
  if (!exit && !bareFalse) return {}
  const sleep = /\bsleep (\d+)/.exec(line)
  return { crashAfterSeconds: sleep ? Number(sleep[1]) : 1, exitCode: exit ? Number(exit[1]) : 1 }
}
