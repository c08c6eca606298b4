import 'server-only'
import { createSocket, type Socket } from 'node:dgram'
import { randomInt } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { Duplex } from 'node:stream'
import { type DnsQuestion, questionKey } from '@/lib/statefulset/peers/records'
import { questionMessage, type ReadAnswer, readAnswer } from './message'

/** Questions go out on one side and come back in any order. */
export type Wire = {
  ask(question: DnsQuestion): Promise<ReadAnswer>
  /** Rejects what is still open. */
  close(reason: Error): void
  readonly closed: boolean
}

/** An end of the connection that came before the answer. */
export class WireClosed extends Error {}

type Waiting = { question: DnsQuestion; resolve: (answer: ReadAnswer) => void; reject: (error: Error) => void }

/** The questions that wait for their answer, by the number that each has on the wire. */
class Outstanding {
  readonly #waiting = new Map<number, Waiting>()

  add(question: DnsQuestion, send: (message: Buffer) => void): Promise<ReadAnswer> {
    return new Promise((resolve, reject) => {
      let id = randomInt(65_536)
      while (this.#waiting.has(id)) id = randomInt(65_536)
      this.#waiting.set(id, { question, resolve, reject })
      send(questionMessage(id, question))
    })
  }

  /** What is no answer to a question that was asked is left alone: anybody can send a datagram. */
  take(message: Buffer): void {
    const answer = readAnswer(message)
    const waiting = answer === null ? undefined : this.#waiting.get(answer.id)
    if (!answer || !waiting || questionKey(answer.question) !== questionKey(waiting.question)) return
    this.#waiting.delete(answer.id)
    waiting.resolve(answer)
  }

  fail(error: Error): void {
    const all = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of all) reject(error)
  }
}

/** DNS over a stream: each message after its length in two bytes (RFC 1035 4.2.2, RFC 7766). */
export function streamWire(stream: Duplex): Wire {
  const outstanding = new Outstanding()
  let buffered = Buffer.alloc(0)
  let closed = false
  const end = (error: Error) => {
    if (closed) return
    closed = true
    stream.destroy()
    outstanding.fail(error)
  }
  stream.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk])
    while (buffered.length >= 2) {
      const length = buffered.readUInt16BE(0) + 2
      if (buffered.length < length) return
      outstanding.take(buffered.subarray(2, length))
      buffered = buffered.subarray(length)
    }
  })
  stream.on('error', (error) => end(error))
  stream.on('end', () => end(new WireClosed('The server closed the connection.')))
  stream.on('close', () => end(new WireClosed('The connection ended.')))
  return {
    ask: (question) =>
      outstanding.add(question, (message) => {
        const length = Buffer.alloc(2)
        length.writeUInt16BE(message.length)
        stream.write(Buffer.concat([length, message]))
      }),
    close: end,
    get closed() {
      return closed
    },
  }
}

/** DNS over UDP; an answer that was cut is asked for again on the stream that `openStream` gives. */
export async function datagramWire(
  server: { host: string; port: number },
  openStream: () => Promise<Duplex>,
): Promise<Wire> {
  const outstanding = new Outstanding()
  const socket = createSocket(isIPv6(server.host) ? 'udp6' : 'udp4')
  let closed = false
  let stream: Promise<Wire> | null = null
  const end = (error: Error) => {
    if (closed) return
    closed = true
    socket.close()
    void stream?.then((wire) => wire.close(error)).catch(() => undefined)
    outstanding.fail(error)
  }
  await connectSocket(socket, server)
  socket.on('message', (message) => outstanding.take(message))
  socket.on('error', (error) => end(error))
  const overStream = async (question: DnsQuestion) => {
    const open = stream === null || (await stream.catch(() => null))?.closed !== false
    if (open) stream = openStream().then(streamWire)
    const wire = await (stream as Promise<Wire>)
    return wire.ask(question)
  }
  return {
    ask: async (question) => {
      const answer = await outstanding.add(question, (message) => socket.send(message))
      return answer.truncated ? overStream(question) : answer
    },
    close: end,
    get closed() {
      return closed
    },
  }
}

/** A connected socket takes datagrams of that server alone, and hears that its port is closed. */
function connectSocket(socket: Socket, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.connect(port, host, () => {
      socket.off('error', reject)
      resolve()
    })
  })
}
