import 'server-only'
import { type Answer, decode, encode, RECURSION_DESIRED, TRUNCATED_RESPONSE } from 'dns-packet'
import type { DnsAnswer, DnsQuestion, DnsRecord } from '@/lib/statefulset/peers/records'

/** What an answer over UDP may hold without being cut into pieces on its way (DNS Flag Day 2020). */
const udpPayload = 1232
/** The low four bits of the flags (RFC 1035 4.1.1). */
const rcodeBits = 0b1111
const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']

/** The message of one question, without the length that precedes it on a stream. */
export function questionMessage(id: number, { name, type }: DnsQuestion): Buffer {
  return encode({
    id,
    type: 'query',
    flags: RECURSION_DESIRED,
    questions: [{ name, type, class: 'IN' }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: udpPayload,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  })
}

export type ReadAnswer = Omit<DnsAnswer, 'ms'> & { id: number; truncated: boolean }

/** A message as an answer; null when it is none, or none that can be read. */
export function readAnswer(message: Buffer): ReadAnswer | null {
  try {
    const packet = decode(message)
    const question = packet.questions?.[0]
    if (packet.type !== 'response' || question === undefined) return null
    const { type } = question
    if (type !== 'SRV' && type !== 'A' && type !== 'AAAA') return null
    const flags = packet.flags ?? 0
    const rcode = flags & rcodeBits
    const records = recordsOf(packet.answers)
    return {
      id: packet.id ?? 0,
      truncated: (flags & TRUNCATED_RESPONSE) !== 0,
      question: { name: question.name, type },
      rcode: rcodes[rcode] ?? `RCODE${rcode}`,
      records,
      additionals: recordsOf(packet.additionals),
      negativeTtl: records.length > 0 ? null : negativeTtl(packet.authorities),
    }
  } catch {
    return null
  }
}

function recordsOf(answers: readonly Answer[] = []): DnsRecord[] {
  return answers.flatMap((one): DnsRecord[] => {
    if (one.type === 'SRV') {
      const { priority = 0, weight = 0, port, target } = one.data
      return [{ type: 'SRV', name: one.name, ttl: one.ttl ?? 0, data: { priority, weight, port, target } }]
    }
    if (one.type === 'A' || one.type === 'AAAA' || one.type === 'CNAME')
      return [{ type: one.type, name: one.name, ttl: one.ttl ?? 0, data: one.data }]
    return []
  })
}

/** The lesser of the SOA record's own time to live and of its last field (RFC 2308 5). */
function negativeTtl(authorities: readonly Answer[] = []): number | null {
  for (const one of authorities) if (one.type === 'SOA') return Math.min(one.ttl ?? 0, one.data.minimum ?? one.ttl ?? 0)
  return null
}
