import { BUILTINS, PROGRAMS, type Command, type Run } from './commands'
import { parse, SyntaxFault, type Step, type Word } from './parse'
import type { Place } from './surroundings'
import type { Terminal } from './terminal'

export type Output = { out: (text: string) => void; error: (text: string) => void }

const SHELLS = new Set(['sh', 'bash', 'ash'])
const NOT_FOUND = 127
const INTERRUPTED = 130

class Exit extends Error {
  readonly code: number

  constructor(code: number) {
    super()
    this.code = code
  }
}
class Interrupt extends Error {}

const baseName = (path: string) => path.replace(/^(\/usr)?(\/local)?\/s?bin\//, '')
const own = (table: Record<string, Command>, name: string) => (Object.hasOwn(table, name) ? table[name] : undefined)

/** Whether the images of the demo cluster have such a program. */
export const isProgram = (name: string): boolean =>
  SHELLS.has(baseName(name)) || own(PROGRAMS, baseName(name)) !== undefined

/**
 * The demo's own small shell. It runs nothing of this machine: every command is a function over what the pod is.
 */
export class Shell {
  readonly #place: Place
  readonly #terminal: Terminal
  readonly #output: Output
  readonly #variables: Map<string, string>
  #last = 0
  /** Ends what is waited for; its signal tells what runs that it may go on no further. */
  #turn = new AbortController()

  constructor(place: Place, terminal: Terminal, output: Output) {
    this.#place = place
    this.#terminal = terminal
    this.#output = output
    this.#variables = new Map([...place.environment, ['PWD', '/']])
    terminal.onInterrupt = () => this.#turn.abort(new Interrupt())
  }

  /** Runs a program with its arguments, as exec does; returns its exit code. */
  async run([program = '', ...args]: string[]): Promise<number> {
    const name = baseName(program)
    try {
      if (!SHELLS.has(name)) return await this.#interruptible(() => this.#call([name, ...args]))
      const at = args.indexOf('-c')
      if (at >= 0) return await this.#interruptible(() => this.#lines(args[at + 1] ?? ''))
      return await this.#interact()
    } catch (error) {
      if (error instanceof Exit) return error.code
      if (error instanceof Interrupt) return INTERRUPTED
      throw error
    }
  }

  /** Ends what runs, with a code. */
  kill(code: number): void {
    this.#turn.abort(new Exit(code))
  }

  async #interact(): Promise<number> {
    for (;;) {
      if (this.#terminal.isTerminal) this.#output.out(`${this.#variables.get('PWD') ?? '/'} # `)
      try {
        const line = await this.#interruptible(() => this.#terminal.readLine())
        if (line === null) {
          if (this.#terminal.isTerminal) this.#output.out('\n')
          return this.#last
        }
        this.#last = await this.#interruptible(() => this.#lines(line))
      } catch (error) {
        if (!(error instanceof Interrupt)) throw error
        this.#terminal.interrupt()
        this.#last = INTERRUPTED
      }
    }
  }

  /** Control-C ends what is waited for; what it did until then stays done. */
  #interruptible<T>(work: () => Promise<T>): Promise<T> {
    // What ended the turn before, such as the end of the container, holds for this one.
    if (this.#turn.signal.reason instanceof Exit) return Promise.reject(this.#turn.signal.reason)
    this.#turn = new AbortController()
    const { signal } = this.#turn
    return new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
      work().then(resolve, reject)
    })
  }

  async #lines(text: string): Promise<number> {
    let steps: Step[]
    try {
      steps = parse(text)
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error
      this.#output.error(`sh: syntax error: ${error.message}\n`)
      return (this.#last = 2)
    }
    const { signal } = this.#turn
    for (const { when, words } of steps) {
      signal.throwIfAborted()
      if (when !== 'always' && (when === 'success') !== (this.#last === 0)) continue
      this.#last = await this.#call(this.#expand(words))
    }
    return this.#last
  }

  #expand(words: Word[]): string[] {
    const value = (name: string) => (name === '?' ? String(this.#last) : (this.#variables.get(name) ?? ''))
    return words.flatMap((word) => {
      const text = word.map((piece) => (piece.variable ? value(piece.text) : piece.text)).join('')
      // A variable that is empty is no word at all, unless it is quoted.
      return text === '' && word.every(({ variable }) => variable) ? [] : [text]
    })
  }

  async #call([name = '', ...args]: string[]): Promise<number> {
    const assigned = /^([A-Za-z_]\w*)=(.*)$/s.exec(name)
    if (name === '') return 0
    if (assigned && args.length === 0) {
      this.#variables.set(assigned[1] ?? '', assigned[2] ?? '')
      return 0
    }
    if (name === 'exit') throw new Exit(args[0] === undefined ? this.#last : Number.parseInt(args[0], 10) & 255)
    if (SHELLS.has(baseName(name))) return args[0] === '-c' ? this.#lines(args[1] ?? '') : 0
    const command = own(BUILTINS, name) ?? own(PROGRAMS, baseName(name))
    if (command) return command(args, this.#running())
    this.#output.error(`sh: ${name}: not found\n`)
    return NOT_FOUND
  }

  #running(): Run {
    const { signal } = this.#turn
    const unless = (write: (text: string) => void) => (text: string) => {
      signal.throwIfAborted()
      write(text)
    }
    return {
      place: this.#place,
      variables: this.#variables,
      out: unless(this.#output.out),
      error: unless(this.#output.error),
      read: () => this.#terminal.readLine(),
      size: () => ({ rows: this.#terminal.rows, columns: this.#terminal.columns }),
      sleep: (seconds) =>
        new Promise((resolve) => {
          const cancel = this.#place.after(seconds, resolve)
          signal.addEventListener('abort', cancel)
        }),
    }
  }
}
