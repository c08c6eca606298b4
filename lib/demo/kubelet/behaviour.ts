import type { Container, Pod } from '@/lib/demo/controllers/objects'

/** What a pod does when it runs. `manual` leaves its status to whoever patches it. */
export const behaviours = [
  'healthy',
  'unready',
  'crash',
  'image-error',
  'fail',
  'evict',
  'succeed',
  'ignore-sigterm',
  'manual',
] as const
export type Behaviour = (typeof behaviours)[number]

/**
 * How the program in a pod behaves. Annotations say it, on the pod (works at once) or in a set's template;
 * a scenario or a request overrides it for one pod name, whatever instance bears it.
 */
export type PodProgram = {
  behaviour: Behaviour
  /** Seconds from the container's start until its readiness probe would pass. */
  readySeconds: number
  /** Seconds from SIGTERM to the exit; at the grace period's end the program is killed anyway. */
  stopSeconds: number
  /** Exits by itself so long after its start; null: never. */
  crashAfterSeconds: number | null
  exitCode: number
  /** `peers`: ready only when its own name can be found in DNS, as clustered databases that look for each other are. */
  readyWhen: 'started' | 'peers'
}

export type BehaviourOverride = Partial<Pick<PodProgram, 'behaviour' | 'readySeconds' | 'stopSeconds'>>

/** Chooses the behaviour. */
export const behaviourAnnotation = 'ordinal.local/behaviour'
/** How long the pod takes to stop, as a Go duration in seconds. */
const stopAnnotation = 'ordinal.local/stop'
const readyAnnotation = 'ordinal.local/ready'
const crashAnnotation = 'ordinal.local/crash-after'
const readyWhenAnnotation = 'ordinal.local/ready-when'

export function behaviourOf(pod: Readonly<Pod>, override: BehaviourOverride = {}): Behaviour {
  const declared = pod.metadata.annotations?.[behaviourAnnotation]
  return override.behaviour ?? behaviours.find((known) => known === declared) ?? 'healthy'
}

/** The behaviour that a pod's annotations, its command and the override for its name ask for. */
export function programOf(pod: Readonly<Pod>, container: Container, override: BehaviourOverride = {}): PodProgram {
  const { annotations = {} } = pod.metadata
  const seconds = (name: string): number | null => {
    const match = /^(\d+(?:\.\d+)?)s$/.exec(annotations[name] ?? '')
    return match ? Number(match[1]) : null
  }
  const behaviour = behaviourOf(pod, override)
  const probe = container.readinessProbe
  const crashAfterSeconds = behaviour === 'crash' ? 1.5 : behaviour === 'healthy' ? seconds(crashAnnotation) : null
  const declared: PodProgram = {
    behaviour,
    readySeconds: Math.max(probe?.initialDelaySeconds ?? 0, seconds(readyAnnotation) ?? (probe ? 1 : 0)),
    stopSeconds: behaviour === 'ignore-sigterm' ? Number.POSITIVE_INFINITY : (seconds(stopAnnotation) ?? 1),
    crashAfterSeconds,
    exitCode: 1,
    readyWhen: annotations[readyWhenAnnotation] === 'peers' ? 'peers' : 'started',
  }
  return { ...declared, ...commandEnds(container), ...override, behaviour }
}

/** `sh -c "sleep 5; exit 3"` does what it says; other commands run for ever. */
function commandEnds({ command = [], args = [] }: Container): Partial<PodProgram> {
  const line = [...command, ...args].join(' ')
  const exit = /\bexit (\d+)/.exec(line)
  if (!exit && !/(^|\s|\/)false$/.test(line)) return {}
  const sleep = /\bsleep (\d+)/.exec(line)
  return { crashAfterSeconds: sleep ? Number(sleep[1]) : 1, exitCode: exit ? Number(exit[1]) : 1 }
}
