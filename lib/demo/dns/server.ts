import { createSocket, type Socket } from 'node:dgram'
import { createServer, type Server, type Socket as Connection } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  RECURSION_DESIRED,
  streamDecode,
  streamEncode,
  TRUNCATED_RESPONSE,
  type Answer,
  type Packet,
} from 'dns-packet'
import type { Zone, ZoneAnswer, ZoneRecord } from './zone'

const rcodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const
/** Without EDNS an answer over UDP holds 512 bytes; with it what the asker says, at most this. */
const plainUdp = 512
const largestUdp = 1232
const largestTcpQuestion = 2048
const idleMillis = 10_000

export type DnsServer = { port: number; close: () => Promise<void> }

/** Serves the cluster's names over UDP and TCP on one port; port 0 takes any that is free for both. */
export async function serveDns(
  zone: Zone,
  { port, host = '127.0.0.1' }: { port: number; host?: string },
): Promise<DnsServer> {
  for (let attempt = 0; ; attempt += 1) {
    const udp = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    await new Promise<void>((resolve, reject) => {
      udp.once('error', reject)
      udp.bind(port, host, () => resolve())
    })
    const bound = udp.address().port
    try {
      const tcp = await listenTcp(zone, bound, host)
      udp.removeAllListeners('error')
      udp.on('error', () => undefined)
      udp.on('message', (message, from) => {
        const reply = answerTo(zone, message, 'udp')
        if (reply) udp.send(reply, from.port, from.address)
      })
      return { port: bound, close: () => closeBoth(udp, tcp.server, tcp.connections) }
    } catch (error) {
      await new Promise<void>((resolve) => udp.close(() => resolve()))
      if (port !== 0 || attempt >= 20) throw error
    }
  }
}

function listenTcp(zone: Zone, port: number, host: string): Promise<{ server: Server; connections: Set<Connection> }> {
  const connections = new Set<Connection>()
  const server = createServer((connection) => {
    connections.add(connection)
    connection.setTimeout(idleMillis, () => connection.destroy())
    connection.on('close', () => connections.delete(connection))
    connection.on('error', () => connection.destroy())
    serveStream(zone, connection)
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve({ server, connections }))
  })
}

/** Answers what comes in on a stream, each message after its length in two bytes. */
export function serveStream(zone: Zone, connection: Duplex): void {
  let buffered = Buffer.alloc(0)
  connection.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk])
    while (buffered.length >= 2) {
      const length = buffered.readUInt16BE(0)
      if (length > largestTcpQuestion) {
        connection.destroy()
        return
      }
      if (buffered.length < length + 2) return
      const reply = answerTo(zone, buffered.subarray(0, length + 2), 'tcp')
      buffered = buffered.subarray(length + 2)
      if (reply) connection.write(reply)
      else connection.destroy()
    }
  })
}

async function closeBoth(udp: Socket, tcp: Server, connections: Set<Connection>): Promise<void> {
  for (const connection of connections) connection.destroy()
  await Promise.all([
    new Promise<void>((resolve) => udp.close(() => resolve())),
    new Promise<void>((resolve) => tcp.close(() => resolve())),
  ])
}

/** The reply to one message, or null when it is no question that anybody could answer. */
export function answerTo(zone: Zone, message: Buffer, transport: 'udp' | 'tcp'): Buffer | null {
  let query: Packet & { flag_qr?: boolean; opcode?: string }
  try {
    query = transport === 'tcp' ? streamDecode(message) : decode(message)
  } catch {
    return null
  }
  if (query.type !== 'query') return null
  const encoded = (packet: Packet) => (transport === 'tcp' ? streamEncode(packet) : encode(packet))
  const question = query.questions?.[0]
  if (query.opcode !== undefined && query.opcode !== 'QUERY') return encoded(reply(query, rcodes.NOTIMP, null))
  if (!question || query.questions?.length !== 1) return encoded(reply(query, rcodes.FORMERR, null))
  if (question.type === 'AXFR' || question.type === 'IXFR') return encoded(reply(query, rcodes.REFUSED, null))
  let answer: ZoneAnswer
  try {
    answer = shuffled(zone.resolve(question.name, question.type))
  } catch {
    // An object that nobody expected must not take the whole name service down.
    return encoded(reply(query, rcodes.SERVFAIL, null))
  }
  const full = encoded(reply(query, rcodes[answer.rcode], answer))
  if (transport === 'tcp') return full
  const asked = query.additionals?.find((one) => one.type === 'OPT')
  const room = asked ? Math.min(largestUdp, Math.max(plainUdp, asked.udpPayloadSize)) : plainUdp
  if (full.length <= room) return full
  const short: ZoneAnswer = { ...answer, additionals: [] }
  for (let keep = short.answers.length; keep >= 0; keep -= 1) {
    const cut = encoded(reply(query, rcodes[answer.rcode], { ...short, answers: short.answers.slice(0, keep) }, true))
    if (cut.length <= room) return cut
  }
  return null
}

function reply(query: Packet, rcode: number, answer: ZoneAnswer | null, truncated = false): Packet {
  const authoritative = answer !== null && answer.rcode !== 'REFUSED'
  const edns = query.additionals?.some(({ type }) => type === 'OPT')
  const opt: Answer[] = edns
    ? [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: largestUdp,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
      ]
    : []
  return {
    id: query.id ?? 0,
    type: 'response',
    flags:
      rcode |
      (authoritative ? AUTHORITATIVE_ANSWER : 0) |
      ((query.flags ?? 0) & RECURSION_DESIRED) |
      (truncated ? TRUNCATED_RESPONSE : 0),
    questions: query.questions ?? [],
    answers: (answer?.answers ?? []).map(encodable),
    authorities: (answer?.authorities ?? []).map(encodable),
    additionals: [...(answer?.additionals ?? []).map(encodable), ...opt],
  }
}

const encodable = (record: ZoneRecord): Answer => ({ ...record, class: 'IN' })

/** Addresses come in any order, so that askers spread; SRV records keep theirs (coredns plugin/loadbalance). */
function shuffled(answer: ZoneAnswer): ZoneAnswer {
  const mix = (records: ZoneRecord[]): ZoneRecord[] => {
    const addresses = records.filter(isAddress)
    for (let index = addresses.length - 1; index > 0; index -= 1) {
      const other = Math.floor(Math.random() * (index + 1))
      const [a, b] = [addresses[index], addresses[other]]
      if (a && b) [addresses[index], addresses[other]] = [b, a]
    }
    return [...records.filter((record) => !isAddress(record)), ...addresses]
  }
  return { ...answer, answers: mix(answer.answers), additionals: mix(answer.additionals) }
}

const isAddress = ({ type }: ZoneRecord): boolean => type === 'A' || type === 'AAAA'
