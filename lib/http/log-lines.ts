import 'server-only'

/** A line longer than this many characters is cut, and ends in an ellipsis. */
export const longestLine = 16 * 1024

const none: readonly string[] = []

/**
 * Turns the bytes of a followed log into lines, and keeps only as many as a reader may fall behind: when it is full the
 * oldest lines go and are counted, so that what is shown stays live and memory stays flat, whatever is written.
 */
export class LogLines {
  readonly #decoder = new TextDecoder()
  readonly #roomChars: number
  #lines: string[] = []
  #first = 0
  #chars = 0
  #dropped = 0
  #rest = ''
  #restCut = false

  constructor(roomChars = 1024 * 1024) {
    this.#roomChars = roomChars
  }

  push(chunk: Uint8Array) {
    const text = this.#decoder.decode(chunk, { stream: true })
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#extend(text.slice(start, Math.min(end, start + longestLine + 1)))
      this.#finishLine()
      start = end + 1
    }
    this.#extend(text.slice(start, start + longestLine + 1))
  }

  /** The log has ended: what has no line break yet is a line too. */
  end() {
    this.#extend(this.#decoder.decode())
    if (this.#rest !== '') this.#finishLine()
  }

  /** The oldest lines, at most `mostChars` of them together, and how many were dropped since the last time. */
  take(mostChars: number): { lines: readonly string[]; dropped: number; more: boolean } {
    const dropped = this.#dropped
    this.#dropped = 0
    const begin = this.#first
    let chars = 0
    while (this.#first < this.#lines.length) {
      const length = this.#lines[this.#first]?.length ?? 0
      if (chars > 0 && chars + length > mostChars) break
      chars += length
      this.#first++
    }
    this.#chars -= chars
    const lines = this.#first === begin ? none : this.#lines.slice(begin, this.#first)
    this.#compact()
    return { lines, dropped, more: this.#first < this.#lines.length }
  }

  #extend(piece: string) {
    if (this.#restCut) return
    const joined = this.#rest + piece
    this.#restCut = joined.length > longestLine
    this.#rest = this.#restCut ? `${joined.slice(0, longestLine)}…` : joined
  }

  #finishLine() {
    this.#lines.push(this.#rest)
    this.#chars += this.#rest.length
    this.#rest = ''
    this.#restCut = false
    while (this.#chars > this.#roomChars && this.#first < this.#lines.length - 1) {
      this.#chars -= this.#lines[this.#first]?.length ?? 0
      this.#first++
      this.#dropped++
    }
    this.#compact()
  }

  /** Lines that were taken or dropped leave the array now and then, not one by one. */
  #compact() {
    if (this.#first > 4096 || this.#first === this.#lines.length) {
      this.#lines = this.#lines.slice(this.#first)
      this.#first = 0
    }
  }
}
