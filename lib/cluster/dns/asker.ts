import 'server-only'
import { type DnsAnswer, type DnsQuestion, questionKey } from '@/lib/statefulset/peers/records'
import { type DnsSource, NoDns, type OpenedDns } from './source'
import { WireClosed } from './wire'

/** What is known of one question: its last answer, or why it has none, and when that came, in milliseconds since the epoch. */
export type Known = { at: number; answer: DnsAnswer } | { at: number; problem: NoDns }

export type AskerOptions = {
  /** The most questions in a second. */
  perSecond?: number
  /** When a server that has not answered counts as dead, with the opening of the way to it; in milliseconds. */
  patienceMs?: number
  /** How long the way is kept open without a question. */
  idleMs?: number
  /** What is loaded before the first opening; its time is not the server's. */
  prepare?: () => Promise<unknown>
}

type Queued = { question: DnsQuestion; settle: (known: Known) => void; again: boolean }

/** More than a thousand ordinals of two families, of several sets. */
const mostRemembered = 20_000
/** The time of day by a clock that nobody sets. */
const clock = () => performance.timeOrigin + performance.now()

/**
 * Asks one cluster's DNS: over one way, opened once and closed when nobody asks; at an even pace; each question once
 * however many want its answer. When a server is silent everything that waits for it is told at once.
 */
export class DnsAsker {
  readonly #open: (timeoutMs: number) => Promise<OpenedDns>
  readonly #gapMs: number
  readonly #patienceMs: number
  readonly #idleMs: number
  readonly #prepare: () => Promise<unknown>
  readonly #known = new Map<string, Known>()
  readonly #pending = new Map<string, Promise<Known>>()
  #queue: Queued[] = []
  #opened: OpenedDns | null = null
  #running = false
  #nextAt = 0
  #idle: NodeJS.Timeout | null = null
  #outstanding = 0
  /** How often the way was opened; for those who want to know that it is one. */
  opened = 0

  constructor(open: (timeoutMs: number) => Promise<OpenedDns>, options: AskerOptions = {}) {
    this.#open = open
    this.#gapMs = 1000 / (options.perSecond ?? 50)
    this.#patienceMs = options.patienceMs ?? 4_500
    this.#idleMs = options.idleMs ?? 30_000
    this.#prepare = options.prepare ?? (() => Promise.resolve())
  }

  /** From where it asked last, and who answered. */
  source: DnsSource | null = null
  /** The zone of the cluster's names; null until the way was open. */
  zone: string | null = null

  /**
   * The answers that are known after `waitMs` at the latest; a question whose answer is older than `freshMs` is asked
   * again, and goes on being asked after that. What has no answer yet is not in the result.
   */
  async answers(
    questions: readonly DnsQuestion[],
    { freshMs, waitMs }: { freshMs: number; waitMs: number },
  ): Promise<Map<string, Known>> {
    const now = clock()
    const asked: Promise<Known>[] = []
    for (const question of questions) {
      const known = this.#known.get(questionKey(question))
      if (known === undefined || now - known.at >= freshMs) asked.push(this.#ask(question))
    }
    await within(Promise.all(asked), waitMs)
    const found = new Map<string, Known>()
    for (const question of questions) {
      const key = questionKey(question)
      const known = this.#known.get(key)
      if (known) found.set(key, known)
    }
    return found
  }

  /** How many questions wait for their turn or their answer. */
  get waiting(): number {
    return this.#pending.size
  }

  close(): void {
    if (this.#idle) clearTimeout(this.#idle)
    this.#idle = null
    this.#opened?.wire.close(new WireClosed('Nobody asks any more.'))
    this.#opened = null
  }

  #ask(question: DnsQuestion): Promise<Known> {
    const key = questionKey(question)
    const pending = this.#pending.get(key)
    if (pending) return pending
    const asked = new Promise<Known>((settle) => this.#queue.push({ question, settle, again: false })).then((known) => {
      this.#pending.delete(key)
      if (this.#known.size >= mostRemembered) this.#known.clear()
      this.#known.set(key, known)
      return known
    })
    this.#pending.set(key, asked)
    void this.#run()
    return asked
  }

  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    if (this.#idle) clearTimeout(this.#idle)
    try {
      await this.#prepare()
      while (this.#queue.length > 0) {
        const start = clock()
        const opened = await this.#way()
        // What the opening took is no longer there for the first answer.
        const patience = Math.max(500, this.#patienceMs - (clock() - start))
        await this.#turn()
        const next = this.#queue.shift()
        if (next) void this.#send(opened, next, patience)
      }
    } catch (error) {
      this.#fail(problemOf(error))
    } finally {
      this.#running = false
      this.#rest()
    }
  }

  /** The open way; a new one where there is none any more. */
  async #way(): Promise<OpenedDns> {
    if (this.#opened && !this.#opened.wire.closed) return this.#opened
    const timeoutMs = this.#patienceMs - 500
    const opened = await inTime(this.#open(timeoutMs), this.#patienceMs)
    this.opened += 1
    this.#opened = opened
    this.source = opened.source
    this.zone = opened.zone
    return opened
  }

  async #turn(): Promise<void> {
    const now = clock()
    const at = Math.max(now, this.#nextAt)
    this.#nextAt = at + this.#gapMs
    if (at > now) await new Promise((resolve) => setTimeout(resolve, at - now))
  }

  async #send({ wire }: OpenedDns, queued: Queued, patienceMs: number): Promise<void> {
    const { question, settle } = queued
    const start = clock()
    this.#outstanding += 1
    try {
      const { id: _id, truncated: _truncated, ...answer } = await inTime(wire.ask(question), patienceMs)
      const now = clock()
      // The name as it was asked: answers may have it in another case.
      settle({ at: now, answer: { ...answer, question, ms: Math.round(now - start) } })
    } catch (error) {
      // A server closes what was idle; then the question is asked once more, on a new way.
      if (error instanceof WireClosed && !queued.again) {
        this.#queue.unshift({ ...queued, again: true })
        void this.#run()
        return
      }
      const problem = problemOf(error)
      settle({ at: clock(), problem })
      if (problem.code === 'no-answer') {
        wire.close(problem)
        this.#fail(problem)
      }
    } finally {
      this.#outstanding -= 1
      this.#rest()
    }
  }

  #fail(problem: NoDns): void {
    const all = this.#queue
    this.#queue = []
    const at = clock()
    for (const { settle } of all) settle({ at, problem })
  }

  #rest(): void {
    if (this.#running || this.#outstanding > 0 || this.#queue.length > 0) return
    if (this.#idle) clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.close(), this.#idleMs)
    this.#idle.unref()
  }
}

function problemOf(error: unknown): NoDns {
  if (error instanceof NoDns) return error
  return new NoDns('failed', error instanceof Error ? error.message : String(error))
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}

/** Rejects with `no-answer` when it takes too long. */
function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new NoDns('no-answer', `The DNS server has not answered for ${Math.round(ms / 100) / 10} s.`))
    }, ms)
    void work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
