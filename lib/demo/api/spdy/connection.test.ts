import { once } from 'node:events'
import { duplexPair, type Duplex } from 'node:stream'
import zlib from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SpdyConnection, type SpdyStream } from './connection'
import { DICTIONARY } from './dictionary'

/** The client's side, as far as it is needed to speak to ours. */
class Client {
  readonly #socket: Duplex
  readonly #deflate = zlib.createDeflate({ dictionary: DICTIONARY })
  /** Frames as they came. */
  readonly frames: Buffer[] = []
  #rest = Buffer.alloc(0)

  constructor(socket: Duplex) {
    this.#socket = socket
    socket.on('data', (data: Buffer) => {
      this.#rest = Buffer.concat([this.#rest, data])
      for (;;) {
        const length = this.#rest.length < 8 ? Infinity : 8 + this.#rest.readUIntBE(5, 3)
        if (this.#rest.length < length) return
        this.frames.push(this.#rest.subarray(0, length))
        this.#rest = this.#rest.subarray(length)
      }
    })
  }

  async open(id: number, headers: Record<string, string>): Promise<void> {
    const words = Object.entries(headers).flat()
    const texts = words.flatMap((word) => [number(Buffer.byteLength(word)), Buffer.from(word)])
    this.#deflate.write(Buffer.concat([number(words.length / 2), ...texts]))
    await new Promise<void>((resolve) => this.#deflate.flush(zlib.constants.Z_SYNC_FLUSH, resolve))
    const block = this.#deflate.read() as Buffer
    this.control(1, Buffer.concat([number(id), number(0), Buffer.alloc(2), block]))
  }

  control(type: number, body: Buffer): void {
    this.send(Buffer.concat([Buffer.from([0x80, 3, 0, type]), number(body.length), body]))
  }

  data(id: number, body: Buffer, fin = false): void {
    this.send(Buffer.concat([number(id), number(((fin ? 1 : 0) << 24) | body.length), body]))
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  /** What has come on a stream. */
  received(id: number): Buffer {
    return Buffer.concat(this.frames.filter((one) => one.readUInt32BE(0) === id).map((one) => one.subarray(8)))
  }
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

function connect(onStream: (stream: SpdyStream) => void) {
  const [ours, theirs] = duplexPair()
  return { client: new Client(ours), socket: ours, connection: new SpdyConnection(theirs, onStream) }
}
const echo = (stream: SpdyStream) => void stream.pipe(stream)

describe('SPDY', () => {
  test('gives each stream its headers, and carries data both ways, far beyond any window', async () => {
    const opened: SpdyStream[] = []
    const { client, connection } = connect((stream) => {
      opened.push(stream)
      echo(stream)
    })
    await client.open(1, { streamType: 'data', Port: '8080', requestID: '0' })
    await client.open(3, { streamType: 'error', Port: '8080', requestID: '0' })
    const data = Buffer.from('some data '.repeat(50_000))
    for (let from = 0; from < data.length; from += 30_000) client.data(1, data.subarray(from, from + 30_000))
    client.data(1, Buffer.alloc(0), true)
    await expect.poll(() => client.received(1).length).toBe(data.length)
    expect(client.received(1).equals(data)).toBe(true)
    expect(opened.map(({ headers }) => Object.fromEntries(headers))).toEqual([
      { streamtype: 'data', port: '8080', requestid: '0' },
      { streamtype: 'error', port: '8080', requestid: '0' },
    ])
    // A reply for each stream, and the end of the one that ended.
    expect(client.frames.filter((one) => one.readUInt32BE(0) === 0x80030002)).toHaveLength(2)
    expect(client.frames.some((one) => one.readUInt32BE(0) === 1 && one[4] === 1)).toBe(true)
    connection.close()
  })

  test('answers a ping of the client, and not an answer to its own', async () => {
    const { client, connection } = connect(echo)
    client.control(6, number(2))
    client.control(6, number(1))
    await expect.poll(() => client.frames.length).toBe(1)
    expect(client.frames[0]?.subarray(8)).toEqual(number(1))
    connection.close()
  })

  test('ends a stream that the client resets, and all of them with the connection', async () => {
    const opened: SpdyStream[] = []
    const { client, socket } = connect((stream) => opened.push(stream))
    await client.open(1, { a: 'b' })
    await client.open(3, { a: 'b' })
    await expect.poll(() => opened.length).toBe(2)
    const [first, second] = opened
    client.control(3, Buffer.concat([number(1), number(5)]))
    await once(first ?? socket, 'close')
    expect(second?.destroyed).toBe(false)
    socket.end()
    await once(second ?? socket, 'close')
  })

  test('ends with whatever is no SPDY, and breaks nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const { client, socket, connection } = connect(echo)
        client.send(Buffer.from(bytes))
        socket.end()
        await new Promise((resolve) => setImmediate(resolve))
        connection.close()
      }),
      { numRuns: 50 },
    )
  })
})
