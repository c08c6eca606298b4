import { Duplex } from 'node:stream'
import zlib from 'node:zlib'
import { DICTIONARY } from './dictionary'

/**
 * The server's side of SPDY/3.1, as far as Kubernetes' clients speak it (github.com/moby/spdystream): streams that the
 * client opens with headers, data both ways, half-closing, resets and pings. As there, nothing is held back for
 * windows: a library that keeps to them stops for good after 64 KiB, since these clients never open one.
 */

const SYN_STREAM = 1
const SYN_REPLY = 2
const RST_STREAM = 3
const PING = 6
const GOAWAY = 7
const VERSION = 3
const FIN = 1
const CANCEL = 5
const LARGEST_FRAME = 1024 * 1024
const LARGEST_HEADERS = 64 * 1024
const MOST_STREAMS = 1000
const CHUNK = 32 * 1024

/** A stream as Node has them; ending it closes our half, destroying it resets both. */
export class SpdyStream extends Duplex {
  readonly id: number
  /** By lower-case names. */
  readonly headers: ReadonlyMap<string, string>
  readonly #send: (data: Buffer, fin: boolean) => void
  readonly #reset: () => void
  #over = false

  constructor(
    id: number,
    headers: ReadonlyMap<string, string>,
    send: (data: Buffer, fin: boolean) => void,
    reset: () => void,
  ) {
    super({ allowHalfOpen: true })
    this.id = id
    this.headers = headers
    this.#send = send
    this.#reset = reset
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    for (let from = 0; from < chunk.length; from += CHUNK) this.#send(chunk.subarray(from, from + CHUNK), false)
    done()
  }

  override _final(done: () => void): void {
    this.#send(Buffer.alloc(0), true)
    this.#over = true
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#over) this.#reset()
    done(error)
  }

  /** The other side is gone, or has reset the stream. */
  abandon(): void {
    this.#over = true
    this.destroy()
  }
}

export class SpdyConnection {
  readonly #socket: Duplex
  readonly #onStream: (stream: SpdyStream) => void
  readonly #streams = new Map<number, SpdyStream>()
  // One state of the compression for all headers of a direction.
  readonly #inflate = zlib.createInflate({ dictionary: DICTIONARY })
  readonly #deflate = zlib.createDeflate({ dictionary: DICTIONARY })
  #rest = Buffer.alloc(0)
  #closed = false

  constructor(socket: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#socket = socket
    this.#onStream = onStream
    socket.on('close', () => this.close())
    socket.on('error', () => this.close())
    this.#inflate.on('error', () => this.close())
    void this.#run()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const stream of this.#streams.values()) stream.abandon()
    this.#streams.clear()
    this.#inflate.close()
    this.#deflate.close()
    this.#socket.end()
  }

  async #run(): Promise<void> {
    try {
      for await (const chunk of this.#socket) {
        this.#rest = Buffer.concat([this.#rest, chunk as Buffer])
        while (this.#rest.length >= 8) {
          const length = this.#rest.readUIntBE(5, 3)
          if (length > LARGEST_FRAME) throw new Error('too large a frame')
          if (this.#rest.length < 8 + length) break
          const frame = this.#rest.subarray(0, 8 + length)
          this.#rest = this.#rest.subarray(8 + length)
          await this.#take(frame)
        }
      }
    } catch {
      // A connection that breaks, or speaks something else, ends like one that is closed.
    }
    this.close()
  }

  async #take(frame: Buffer): Promise<void> {
    const flags = frame.readUInt8(4)
    const body = frame.subarray(8)
    if ((frame.readUInt8(0) & 0x80) === 0) return this.#data(frame.readUInt32BE(0), body, flags)
    switch (frame.readUInt16BE(2)) {
      case SYN_STREAM:
        return this.#open(body, flags)
      case RST_STREAM:
        return this.#drop(body.readUInt32BE(0))
      case PING:
        // Odd numbers are the client's own.
        if (body.readUInt32BE(0) % 2 === 1) this.#control(PING, 0, body)
        return
      case GOAWAY:
        return
    }
  }

  #data(id: number, body: Buffer, flags: number): void {
    const stream = this.#streams.get(id)
    if (!stream) return
    if (body.length > 0) stream.push(body)
    if (flags & FIN) stream.push(null)
  }

  async #open(body: Buffer, flags: number): Promise<void> {
    const id = body.readUInt32BE(0) & 0x7fffffff
    const headers = readHeaders(await through(this.#inflate, body.subarray(10)))
    if (this.#closed) return
    if (this.#streams.has(id) || this.#streams.size >= MOST_STREAMS) return this.#reset(id)
    const stream = new SpdyStream(
      id,
      headers,
      (data, fin) => this.#send(id, data, fin),
      () => this.#reset(id),
    )
    stream.on('close', () => this.#streams.delete(id))
    stream.on('error', () => {})
    this.#streams.set(id, stream)
    const reply = Buffer.alloc(4)
    reply.writeUInt32BE(id)
    this.#control(SYN_REPLY, 0, Buffer.concat([reply, await through(this.#deflate, Buffer.alloc(4))]))
    if (flags & FIN) stream.push(null)
    if (!this.#closed) this.#onStream(stream)
  }

  #drop(id: number): void {
    this.#streams.get(id)?.abandon()
    this.#streams.delete(id)
  }

  #reset(id: number): void {
    const body = Buffer.alloc(8)
    body.writeUInt32BE(id)
    body.writeUInt32BE(CANCEL, 4)
    this.#control(RST_STREAM, 0, body)
  }

  #send(id: number, data: Buffer, fin: boolean): void {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(id)
    head.writeUInt8(fin ? FIN : 0, 4)
    head.writeUIntBE(data.length, 5, 3)
    this.#put(Buffer.concat([head, data]))
  }

  #control(type: number, flags: number, body: Buffer): void {
    const head = Buffer.alloc(8)
    head.writeUInt16BE(0x8000 | VERSION)
    head.writeUInt16BE(type, 2)
    head.writeUInt8(flags, 4)
    head.writeUIntBE(body.length, 5, 3)
    this.#put(Buffer.concat([head, body]))
  }

  #put(bytes: Buffer): void {
    if (!this.#closed && this.#socket.writable) this.#socket.write(bytes)
  }
}

/** What comes out of the compression for what goes in, up to a boundary of its blocks. */
function through(stream: zlib.Inflate | zlib.Deflate, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(error)
    stream.once('error', failed)
    stream.write(bytes)
    stream.flush(zlib.constants.Z_SYNC_FLUSH, () => {
      stream.off('error', failed)
      const parts: Buffer[] = []
      let size = 0
      for (let part = stream.read() as Buffer | null; part; part = stream.read() as Buffer | null) {
        parts.push(part)
        size += part.length
        if (size > LARGEST_HEADERS) return reject(new Error('too many headers'))
      }
      resolve(Buffer.concat(parts))
    })
  })
}

function readHeaders(block: Buffer): Map<string, string> {
  const headers = new Map<string, string>()
  let at = 4
  const text = () => {
    const length = block.readUInt32BE(at)
    const value = block.toString('utf8', at + 4, at + 4 + length)
    at += 4 + length
    return value
  }
  for (let left = block.readUInt32BE(0); left > 0; left -= 1) {
    const name = text().toLowerCase()
    headers.set(name, text().split('\0')[0] ?? '')
  }
  return headers
}
