/**
 * What a person types, as lines. With a terminal the typed signs are shown, and the line can be mended before it is
 * sent; without one the bytes are lines already. Control-C and Control-D are heard at once, also while a command runs.
 */
export class Terminal {
  readonly #tty: boolean
  readonly #show: (text: string) => void
  readonly #lines: string[] = []
  #typed = ''
  #ended = false
  #pending = Buffer.alloc(0)
  #waiting: ((line: string | null) => void) | null = null
  /** Called for Control-C. */
  onInterrupt: () => void = () => {}
  columns = 80
  rows = 24

  constructor(tty: boolean, show: (text: string) => void) {
    this.#tty = tty
    this.#show = show
  }

  /** Whether a person sits there. */
  get isTerminal(): boolean {
    return this.#tty
  }

  write(data: Buffer): void {
    if (this.#ended) return
    const bytes = Buffer.concat([this.#pending, data])
    // A sign may come in two parts.
    const whole = wholeSigns(bytes)
    this.#pending = bytes.subarray(whole)
    const text = bytes.subarray(0, whole).toString('utf8')
    if (this.#tty) this.#type(text.replace(ESCAPES, ''))
    else this.#take(text)
  }

  /** Nothing more will be typed; a line without an end counts. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#typed !== '' && !this.#tty) this.#give(this.#typed)
    this.#typed = ''
    if (this.#lines.length === 0) this.#answer(null)
  }

  /** The next line without its end; null when there will be none. */
  readLine(): Promise<string | null> {
    const line = this.#lines.shift()
    if (line !== undefined) return Promise.resolve(line)
    if (this.#ended) return Promise.resolve(null)
    return new Promise((resolve) => (this.#waiting = resolve))
  }

  /** Nobody waits any more for what is typed. */
  interrupt(): void {
    this.#typed = ''
    this.#waiting = null
  }

  #type(text: string): void {
    // What is typed at once is shown at once, before anything that it leads to.
    let shown = ''
    const show = () => {
      if (shown !== '') this.#show(shown)
      shown = ''
    }
    for (const sign of text) {
      if (sign === '\r' || sign === '\n') {
        shown += '\r\n'
        show()
        const line = this.#typed
        this.#typed = ''
        this.#give(line)
      } else if (sign === '\u0003') {
        shown += '^C\r\n'
        show()
        this.#typed = ''
        this.#lines.length = 0
        this.onInterrupt()
      } else if (sign === '\u0004') {
        if (this.#typed === '') this.#answer(null)
      } else if (sign === '\u007f' || sign === '\b') {
        const signs = [...this.#typed]
        if (signs.pop() === undefined) continue
        this.#typed = signs.join('')
        shown += '\b \b'
      } else if (sign === '\u0015') {
        shown += '\b \b'.repeat([...this.#typed].length)
        this.#typed = ''
      } else if (sign >= ' ' || sign === '\t') {
        if (this.#typed.length >= LONGEST) continue
        this.#typed += sign
        shown += sign
      }
    }
    show()
  }

  #take(text: string): void {
    const lines = (this.#typed + text).split('\n')
    this.#typed = (lines.pop() ?? '').slice(0, LONGEST)
    for (const line of lines) this.#give(line)
  }

  #give(line: string): void {
    if (this.#waiting) this.#answer(line)
    else if (this.#lines.length < MOST) this.#lines.push(line)
  }

  #answer(line: string | null): void {
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting) waiting(line)
    else if (line === null && this.#tty) this.#ended = true
  }
}

const LONGEST = 64 * 1024
/** Lines that nobody reads are not kept without end. */
const MOST = 10_000
/** Arrows and the like: this shell has no history. */
const ESCAPES = /\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])/g

/** How many bytes are whole signs of UTF-8. */
function wholeSigns(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) break
    if (byte >= 0xc0) {
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return back < needs ? bytes.length - back : bytes.length
    }
  }
  return bytes.length
}
