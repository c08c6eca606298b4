import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** One program of the control plane: started, kept running, stopped; its output goes to `logs/NAME.log`. */
export class ProgramRun {
  private child: ChildProcess | null = null
  private wanted = false
  /** How often it has ended by itself. */
  endings = 0

  readonly name: string
  private readonly folder: string
  private readonly path: string
  private readonly args: string[]

  constructor(name: string, folder: string, path: string, args: string[]) {
    this.name = name
    this.folder = folder
    this.path = path
    this.args = args
  }

  get pid(): number | null {
    return this.child?.pid ?? null
  }

  get running(): boolean {
    return this.child !== null
  }

  start(): void {
    this.wanted = true
    if (this.child) return
    const log = createWriteStream(join(this.folder, 'logs', `${this.name}.log`), { flags: 'a' })
    const child = spawn(this.path, this.args, {
      cwd: this.folder,
      // A clean environment: no proxy, no kubeconfig of the person who started it.
      env: { NODE_ENV: process.env.NODE_ENV, PATH: process.env['PATH'], HOME: this.folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child = child
    child.stdout?.pipe(log, { end: false })
    child.stderr?.pipe(log, { end: false })
    const ended = (why: string) => {
      if (this.child !== child) return
      this.child = null
      log.write(`--- ${this.name} ended: ${why}\n`)
      if (!this.wanted) return
      // A program that ends by itself is started again, as an init system would.
      this.endings++
      setTimeout(() => this.wanted && this.start(), 1000)
    }
    // Its last words can come after its exit.
    child.on('close', () => log.end())
    log.on('error', () => {})
    child.on('error', (error) => ended(error.message))
    child.on('exit', (code, signal) => ended(signal ?? `code ${code}`))
  }

  /** Ends the program and waits for its end: SIGTERM, and SIGKILL after `patience` milliseconds. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM', patience = 8000): Promise<void> {
    this.wanted = false
    const child = this.child
    if (!child) return
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill(signal)
    const late = new AbortController()
    void sleep(patience, undefined, { signal: late.signal }).then(
      () => child.kill('SIGKILL'),
      () => {},
    )
    await gone
    late.abort()
    this.child = null
  }
}
