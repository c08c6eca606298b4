import { randomBytes } from 'node:crypto'
import { timestamp, type Clock } from '@/lib/demo/clock'
import type { Container as Spec, ContainerState, ContainerStatus } from '@/lib/demo/controllers/objects'
import type { PodProgram } from './behaviour'
import { exists, imageId, isWellFormed, pullError, pullSeconds, sizeOf } from './images'

/** What a container needs of the pod it is in. */
export type Surroundings = {
  clock: Clock
  program: () => PodProgram
  /** Whether the image is on the node already; remembers it when `pulled`. */
  image: (name: string, pulled: boolean) => boolean
  say: (type: 'Normal' | 'Warning', reason: string, message: string) => void
  /** `kubia-0_default(uid)`, as messages name the pod. */
  podText: string
  /** Called after each change of the status. */
  changed: () => void
  /** Whether the condition that readiness depends on holds, e.g. that peers can be found. */
  mayBeReady: () => boolean
}

/** A stretch of a container's life, for logs: from its start to its end. */
export type Life = { startedAt: Date; finishedAt: Date | null; exitCode: number | null; restart: number }

const firstBackOff = 10
const longestBackOff = 300
/** A container that ran this long starts its next crash with a short back-off again. */
const forgivenAfter = 600

/**
 * One container from pulling to exit, restarted for ever with back-off, as kubelet and runtime would
 * (k8s pkg/kubelet/kuberuntime/kuberuntime_manager.go, pkg/kubelet/images/image_manager.go).
 */
export class Container {
  readonly spec: Spec
  readonly #around: Surroundings
  /** An init container runs to its end once; a sidecar among them stays. */
  readonly #runsOnce: boolean
  #state: ContainerState = { waiting: { reason: 'ContainerCreating' } }
  #lastState: ContainerState = {}
  #ready = false
  #started = false
  #restarts = 0
  #id: string | null = null
  #backOff = 0
  #imageBackOff = 0
  #life: Life | null = null
  #lastLife: Life | null = null
  #timer: (() => void) | null = null
  #probe: (() => void) | null = null
  #stopped = false
  #done: (() => void) | null = null

  constructor(spec: Spec, around: Surroundings, runsOnce: boolean) {
    this.spec = spec
    this.#around = around
    this.#runsOnce = runsOnce
  }

  get status(): ContainerStatus {
    const image = this.spec.image ?? ''
    const pulled = this.#id !== null
    return {
      name: this.spec.name,
      // Each state is replaced as a whole, never changed, so that it may be shared.
      state: this.#state,
      lastState: this.#lastState,
      ready: this.#ready,
      restartCount: this.#restarts,
      image: pulled ? (image.includes(':') || image.includes('@') ? image : `${image}:latest`) : image,
      imageID: pulled ? imageId(image) : '',
      ...(this.#id === null ? {} : { containerID: this.#id }),
      started: this.#started,
    }
  }

  /** The present stretch of life, or the last one. */
  get life(): Life | null {
    return this.#life ?? this.#lastLife
  }

  get previousLife(): Life | null {
    return this.#life ? this.#lastLife : null
  }

  get isRunning(): boolean {
    return this.#state.running !== undefined
  }

  /** Waits with a reason until `start`, e.g. PodInitializing. */
  wait(reason: string): void {
    this.#state = { waiting: { reason } }
  }

  /** Pulls, creates and runs; `done` is called once when an init container has succeeded or a sidecar has started. */
  start(done: (() => void) | null = null): void {
    this.#done = done
    this.#pull()
  }

  /** Behaviour or peers may have changed: crash, lose the image, start at last, or ask readiness again. */
  reconsider(): void {
    if (this.#stopped) return
    const { crashAfterSeconds, behaviour } = this.#around.program()
    if (this.isRunning) {
      if (behaviour === 'image-error') {
        this.#end(1, undefined)
        this.#restart()
      } else {
        if (crashAfterSeconds !== null) this.#crashAt(crashAfterSeconds)
        this.#askReadiness()
      }
    } else if (behaviour === 'healthy' && this.#isHeldBack) {
      this.#backOff = 0
      this.#imageBackOff = 0
      if (this.#lastLife) this.#restart()
      else this.#pull()
    }
  }

  /** Waits for a fault to end that may be over. */
  get #isHeldBack(): boolean {
    return /BackOff|Err/.test(this.#state.waiting?.reason ?? '')
  }

  /** Ends at once with this code, and for good. */
  finish(exitCode: number): void {
    this.#stopped = true
    if (this.isRunning) this.#end(exitCode, exitCode === 0 ? 'Completed' : 'Error')
    this.#clearTimers()
  }

  /** SIGTERM, then SIGKILL at the end of the grace period. Calls back when the container has ended. */
  stop(graceSeconds: number, ended: () => void): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#clearTimers()
    if (!this.isRunning) {
      // What never ran, or waits for its next start, ends where it stands.
      if (!this.#state.terminated && this.#lastLife) this.#state = { ...this.#lastState }
      ended()
      return
    }
    this.#around.say('Normal', 'Killing', `Stopping container ${this.spec.name}`)
    const { stopSeconds } = this.#around.program()
    const killed = stopSeconds >= graceSeconds
    this.#timer = this.#around.clock.after(Math.min(stopSeconds, graceSeconds), () => {
      this.#end(killed ? 137 : 0, killed ? 'Error' : undefined)
      ended()
    })
  }

  /** The node lost power: everything stops at once, and nobody writes it down. */
  cut(): void {
    this.#clearTimers()
  }

  /** The node is back from a reboot: what ran is found ended, and starts again. */
  revive(): void {
    if (this.#stopped) return
    if (this.isRunning) {
      this.#end(255, 'Unknown')
      this.#restart()
    } else this.#pull()
  }

  #clearTimers(): void {
    this.#timer?.()
    this.#probe?.()
    this.#timer = null
    this.#probe = null
  }

  #after(seconds: number, run: () => void): void {
    this.#timer?.()
    this.#timer = this.#around.clock.after(seconds, run)
  }

  #pull(): void {
    const image = this.spec.image ?? ''
    if (!isWellFormed(image)) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`
      this.#around.say('Warning', 'InspectFailed', message)
      this.#around.say('Warning', 'Failed', 'Error: InvalidImageName')
      this.#waitFor('InvalidImageName', message)
      return
    }
    const isLost = !exists(image) || this.#around.program().behaviour === 'image-error'
    const policy = this.spec.imagePullPolicy ?? 'IfNotPresent'
    if (policy !== 'Always' && !isLost && this.#around.image(image, false)) {
      const message = `Container image "${image}" already present on machine and can be accessed by the pod`
      this.#around.say('Normal', 'Pulled', message)
      this.#after(0.2, () => this.#run())
      return
    }
    if (policy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`
      this.#around.say('Warning', 'ErrImageNeverPull', message)
      this.#around.say('Warning', 'Failed', 'Error: ErrImageNeverPull')
      this.#waitFor('ErrImageNeverPull', message)
      this.#after(10, () => this.#pull())
      return
    }
    this.#around.say('Normal', 'Pulling', `Pulling image "${image}"`)
    if (isLost) {
      this.#after(0.6, () => this.#failPull(image))
      return
    }
    const seconds = this.#around.image(image, false) ? 0.3 : pullSeconds(image)
    this.#after(seconds, () => {
      this.#around.image(image, true)
      const took = `${seconds.toFixed(3)}s`
      const message = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${sizeOf(image)} bytes.`
      this.#around.say('Normal', 'Pulled', message)
      this.#run()
    })
  }

  #failPull(image: string): void {
    const error = pullError(image)
    this.#around.say('Warning', 'Failed', `Failed to pull image "${image}": ${error}`)
    this.#around.say('Warning', 'Failed', 'Error: ErrImagePull')
    this.#waitFor('ErrImagePull', error)
    this.#imageBackOff = Math.min(longestBackOff, this.#imageBackOff === 0 ? firstBackOff : this.#imageBackOff * 2)
    const soon = Math.min(3, this.#imageBackOff)
    this.#after(soon, () => {
      this.#around.say('Normal', 'BackOff', `Back-off pulling image "${image}"`)
      this.#around.say('Warning', 'Failed', 'Error: ImagePullBackOff')
      this.#waitFor('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${error}`)
      this.#after(this.#imageBackOff - soon, () => this.#pull())
    })
  }

  #waitFor(reason: string, message: string): void {
    this.#state = { waiting: { reason, message } }
    this.#around.changed()
  }

  #run(): void {
    const now = this.#around.clock.now()
    this.#id = `containerd://${randomBytes(32).toString('hex')}`
    this.#imageBackOff = 0
    this.#around.say('Normal', 'Created', 'Container created')
    this.#around.say('Normal', 'Started', 'Container started')
    this.#state = { running: { startedAt: timestamp(now) } }
    this.#life = { startedAt: now, finishedAt: null, exitCode: null, restart: this.#restarts }
    this.#started = true
    const { crashAfterSeconds } = this.#around.program()
    if (this.#runsOnce) {
      this.#after(crashAfterSeconds ?? 1.5, () =>
        this.#exit(crashAfterSeconds === null ? 0 : this.#around.program().exitCode),
      )
    } else {
      if (crashAfterSeconds !== null) this.#crashAt(crashAfterSeconds)
      this.#askReadiness()
      this.#done?.()
      this.#done = null
    }
    this.#around.changed()
  }

  #crashAt(secondsAfterStart: number): void {
    const ran = this.#ranFor()
    this.#after(Math.max(0, secondsAfterStart - ran), () => this.#exit(this.#around.program().exitCode))
  }

  #ranFor(): number {
    return this.#life ? (this.#around.clock.now().getTime() - this.#life.startedAt.getTime()) / 1000 : 0
  }

  /** Sets readiness now if it is decided, and looks again when it may change. */
  #askReadiness(): void {
    this.#probe?.()
    this.#probe = null
    if (!this.isRunning) return
    const { readySeconds, behaviour, readyWhen } = this.#around.program()
    const unready = behaviour === 'unready'
    const wait = readySeconds - this.#ranFor()
    const passes = wait <= 0 && !unready && (readyWhen === 'started' || this.#around.mayBeReady())
    const probe = this.spec.readinessProbe
    if (wait <= 0 && !passes && (probe || unready)) {
      this.#around.say('Warning', 'Unhealthy', `Readiness probe failed: ${probeComplaint(this.spec)}`)
    }
    if (passes !== this.#ready) {
      this.#ready = passes
      this.#around.changed()
    }
    if (wait > 0) this.#probe = this.#around.clock.after(wait, () => this.#askReadiness())
    else if (!passes || readyWhen === 'peers') {
      this.#probe = this.#around.clock.after(probe?.periodSeconds ?? 10, () => this.#askReadiness())
    }
  }

  #exit(code: number): void {
    const ranLong = this.#ranFor() > forgivenAfter
    this.#end(code, undefined)
    if (this.#runsOnce && code === 0) {
      this.#ready = true
      this.#around.changed()
      this.#done?.()
      this.#done = null
      return
    }
    if (ranLong) this.#backOff = 0
    this.#around.changed()
    if (this.#backOff === 0) {
      // The first restart comes at once; only the next crash finds a back-off.
      this.#backOff = firstBackOff
      this.#after(0.8, () => this.#restart())
      return
    }
    const wait = this.#backOff
    this.#after(1, () => {
      const { name } = this.spec
      this.#around.say(
        'Warning',
        'BackOff',
        `Back-off restarting failed container ${name} in pod ${this.#around.podText}`,
      )
      this.#lastState = { ...this.#state }
      this.#waitFor(
        'CrashLoopBackOff',
        `back-off ${goDuration(wait)} restarting failed container=${name} pod=${this.#around.podText}`,
      )
      this.#after(Math.max(0, wait - 1), () => {
        this.#backOff = Math.min(longestBackOff, this.#backOff * 2)
        this.#restart()
      })
    })
  }

  #restart(): void {
    if (this.#state.terminated) this.#lastState = { ...this.#state }
    this.#restarts += 1
    this.#pull()
  }

  #end(exitCode: number, reason: string | undefined): void {
    const now = this.#around.clock.now()
    this.#clearTimers()
    this.#state = {
      terminated: {
        exitCode,
        reason: reason ?? (exitCode === 0 ? 'Completed' : 'Error'),
        startedAt: this.#state.running?.startedAt ?? null,
        finishedAt: timestamp(now),
        ...(this.#id === null ? {} : { containerID: this.#id }),
      },
    }
    this.#ready = false
    this.#started = false
    if (this.#life) this.#lastLife = { ...this.#life, finishedAt: now, exitCode }
    this.#life = null
  }
}

/** Seconds as Go prints a duration: `10s`, `1m20s`, `5m0s`. */
export const goDuration = (seconds: number): string =>
  seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`

const probeComplaint = ({ readinessProbe }: Spec): string =>
  readinessProbe?.exec ? 'command exited with code 1' : 'HTTP probe failed with statuscode: 503'
