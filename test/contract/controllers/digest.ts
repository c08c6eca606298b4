import { connect } from 'node:net'
import { RECURSION_DESIRED, streamDecode, streamEncode, type Answer, type Packet, type RecordType } from 'dns-packet'

/** A DNS answer in a form that two servers can agree on: sections sorted, the zone's serial number left out. */
export type Digest = { rcode: string; flags: string[]; answers: string[]; authorities: string[]; additionals: string[] }

/** Asks over TCP. The namespace's own name is written as NS, so that answers of two runs can be compared. */
export async function digest(server: string, name: string, type: RecordType, namespace: string): Promise<Digest> {
  const packet = (await ask(server, name, type)) as Packet & {
    rcode?: string
    flag_aa?: boolean
    flag_rd?: boolean
    flag_ra?: boolean
  }
  const section = (records: Answer[] = []) =>
    records
      .filter((record) => record.type !== 'OPT')
      .map((record) => text(record).replaceAll(namespace, 'NS'))
      .sort()
  return {
    rcode: packet.rcode ?? '',
    flags: [...(packet.flag_aa ? ['aa'] : []), ...(packet.flag_rd ? ['rd'] : []), ...(packet.flag_ra ? ['ra'] : [])],
    answers: section(packet.answers),
    authorities: section(packet.authorities),
    additionals: section(packet.additionals),
  }
}

function text(record: Answer): string {
  const head = `${record.name} ${'ttl' in record ? record.ttl : ''} ${record.type}`
  if (record.type === 'SOA') {
    const { mname, rname, refresh, retry, expire, minimum } = record.data
    return `${head} ${mname} ${rname} ${refresh} ${retry} ${expire} ${minimum}`
  }
  if (record.type === 'SRV') {
    const { priority, weight, port, target } = record.data
    return `${head} ${priority} ${weight} ${port} ${target}`
  }
  return `${head} ${'data' in record ? String(record.data) : ''}`
}

function ask(server: string, name: string, type: RecordType): Promise<Packet> {
  const colon = server.lastIndexOf(':')
  return new Promise((resolve, reject) => {
    const socket = connect(Number(server.slice(colon + 1)), server.slice(0, colon))
    let received = Buffer.alloc(0)
    socket.setTimeout(5000, () => socket.destroy(new Error(`${server} does not answer`)))
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2 || received.length < received.readUInt16BE(0) + 2) return
      socket.destroy()
      resolve(streamDecode(received))
    })
    socket.write(streamEncode({ type: 'query', id: 7, flags: RECURSION_DESIRED, questions: [{ type, name }] }))
  })
}
