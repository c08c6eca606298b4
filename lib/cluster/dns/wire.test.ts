import { createSocket } from 'node:dgram'
import { createServer, type Server } from 'node:net'
import { duplexPair } from 'node:stream'
import { decode, encode, streamEncode, TRUNCATED_RESPONSE, type Packet } from 'dns-packet'
import { afterEach, describe, expect, it } from 'vitest'
import { connect } from 'node:net'
import { readAnswer } from './message'
import { datagramWire, streamWire, WireClosed } from './wire'

const cleanup: (() => void)[] = []
afterEach(() => {
  for (const step of cleanup.splice(0)) step()
})

const name = 'web-0.web.default.svc.cluster.local'
const answerTo = (query: Packet, more: Partial<Packet> = {}): Packet => ({
  id: query.id,
  type: 'response',
  questions: query.questions,
  answers: [{ type: 'A', name: query.questions?.[0]?.name ?? '', ttl: 30, data: '10.244.0.7' }],
  ...more,
})

/** What was asked on a stream, message by message. */
function questionsOf(buffer: Buffer): Packet[] {
  const found: Packet[] = []
  for (let at = 0; at + 2 <= buffer.length; at += 2 + buffer.readUInt16BE(at))
    found.push(decode(buffer.subarray(at + 2, at + 2 + buffer.readUInt16BE(at))))
  return found
}

describe('questions over a stream', () => {
  it('get their own answers, in whatever order and pieces these come', async () => {
    const [ours, theirs] = duplexPair()
    const wire = streamWire(ours)
    const asked: Packet[] = []
    theirs.on('data', (chunk: Buffer) => {
      asked.push(...questionsOf(chunk))
      if (asked.length < 2) return
      const bytes = Buffer.concat(asked.toReversed().map((query) => streamEncode(answerTo(query))))
      for (let at = 0; at < bytes.length; at += 7) theirs.write(bytes.subarray(at, at + 7))
    })
    const answers = await Promise.all([
      wire.ask({ name, type: 'A' }),
      wire.ask({ name: name.replace('web-0', 'web-1'), type: 'A' }),
    ])
    expect(answers.map(({ records }) => records[0]?.name)).toEqual([name, name.replace('web-0', 'web-1')])
    expect(new Set(answers.map(({ id }) => id)).size).toBe(2)
  })

  it('end with the connection', async () => {
    const [ours, theirs] = duplexPair()
    const wire = streamWire(ours)
    const asked = wire.ask({ name, type: 'A' })
    theirs.destroy()
    await expect(asked).rejects.toThrow(WireClosed)
    expect(wire.closed).toBe(true)
  })

  it('take nothing for their answer that has another name, or is no message at all', async () => {
    const [ours, theirs] = duplexPair()
    const wire = streamWire(ours)
    theirs.on('data', (chunk: Buffer) => {
      const [query] = questionsOf(chunk)
      if (!query) return
      theirs.write(Buffer.from([0, 3, 1, 2, 3]))
      theirs.write(streamEncode(answerTo(query, { questions: [{ type: 'A', name: 'bank.example' }] })))
      theirs.write(streamEncode(answerTo(query)))
    })
    expect((await wire.ask({ name, type: 'A' })).records).toHaveLength(1)
  })
})

describe('questions over UDP', () => {
  it('are asked again over TCP when the answer was cut', async () => {
    const server: Server = createServer((socket) => {
      socket.on('data', (chunk: Buffer) => {
        for (const query of questionsOf(chunk)) socket.write(streamEncode(answerTo(query)))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const udp = createSocket('udp4')
    await new Promise<void>((resolve) => udp.bind(port, '127.0.0.1', resolve))
    udp.on('message', (message, from) => {
      const cut = answerTo(decode(message), { answers: [], flags: TRUNCATED_RESPONSE })
      udp.send(encode(cut), from.port, from.address)
    })
    const wire = await datagramWire({ host: '127.0.0.1', port }, async () => connect(port, '127.0.0.1'))
    cleanup.push(
      () => wire.close(new Error('over')),
      () => udp.close(),
      () => server.close(),
    )
    expect((await wire.ask({ name, type: 'A' })).records).toMatchObject([{ data: '10.244.0.7' }])
  })
})

describe('an answer', () => {
  it('that says no tells how long that may be remembered: the lesser of the two times', () => {
    const soa = { mname: 'ns.dns.cluster.local', rname: 'h', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 12 }
    const message = encode({
      id: 9,
      type: 'response',
      flags: 3,
      questions: [{ type: 'SRV', name }],
      authorities: [{ type: 'SOA', name: 'cluster.local', ttl: 30, data: soa }],
    })
    expect(readAnswer(message)).toMatchObject({ rcode: 'NXDOMAIN', records: [], negativeTtl: 12, truncated: false })
  })
})
