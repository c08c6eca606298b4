import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { decode, encode, RECURSION_DESIRED, streamDecode, streamEncode, type Packet, type RecordType } from 'dns-packet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SteppedCluster } from '@/test/fixtures/stepped-cluster'
import { answerTo, serveDns, type DnsServer } from './server'
import { Zone } from './zone'

let cluster: SteppedCluster
let zone: Zone
beforeEach(async () => {
  cluster = await SteppedCluster.start()
  zone = new Zone(cluster.demo.view)
})
afterEach(() => cluster.stop())

const base = 'web.default.svc.cluster.local'
const srv = (name: string) =>
  zone
    .resolve(name, 'SRV')
    .answers.map((answer) => (answer.type === 'SRV' ? Object.values(answer.data).join(' ') : answer.type))
const rcode = (name: string, type = 'A') => zone.resolve(name, type).rcode

describe('the names of a headless Service', () => {
  it('share a hundred among the ready pods, and come with their addresses', async () => {
    cluster.create()
    await cluster.settled(3)
    expect(srv(base)).toEqual([0, 1, 2].map((ordinal) => `0 33 8080 web-${ordinal}.${base}`))
    const { additionals } = zone.resolve(base, 'SRV')
    expect(additionals.map(({ name, type, ttl }) => `${name} ${type} ${ttl}`)).toEqual(
      [0, 1, 2].map((ordinal) => `web-${ordinal}.${base} A 30`),
    )
  })

  it('leave out a pod that is not ready', async () => {
    cluster.create({ replicas: 2 })
    await cluster.settled(2)
    cluster.behave('web-1', 'unready')
    await cluster.until('web-1 unready', () => cluster.ready() === 1)
    await cluster.step(1)
    expect(srv(base)).toEqual([`0 100 8080 web-0.${base}`])
    expect(rcode(`web-1.${base}`)).toBe('NXDOMAIN')
    expect(rcode(`web-0.${base}`)).toBe('NOERROR')
  })

  it('do not exist while nobody is ready', async () => {
    cluster.create({ replicas: 1, pods: { behaviour: 'unready' } })
    await cluster.step(20)
    const answer = zone.resolve(base, 'A')
    expect(answer).toMatchObject({ rcode: 'NXDOMAIN', answers: [] })
    expect(answer.authorities[0]).toMatchObject({
      type: 'SOA',
      name: 'cluster.local',
      ttl: 30,
      data: { mname: 'ns.dns.cluster.local', rname: 'hostmaster.cluster.local', minimum: 30 },
    })
  })

  it('are found by address, one for each Service', async () => {
    cluster.create({ replicas: 1 })
    await cluster.settled(1)
    await cluster.step(1)
    const reversed = (cluster.pod('web-0').status.podIP ?? '').split('.').reverse().join('.')
    const { answers } = zone.resolve(`${reversed}.in-addr.arpa`, 'PTR')
    expect(answers.map((answer) => answer.data)).toEqual([`web-0.${base}`])
    expect(rcode('1.2.3.4.in-addr.arpa', 'PTR')).toBe('NXDOMAIN')
  })
})

describe('other names', () => {
  it('of another zone are refused, of none do not exist', () => {
    expect(rcode('example.com')).toBe('REFUSED')
    expect(rcode('nobody.default.svc.cluster.local')).toBe('NXDOMAIN')
    expect(rcode('default.svc.cluster.local')).toBe('NOERROR')
    expect(zone.resolve('dns-version.cluster.local', 'TXT').answers).toEqual([
      { type: 'TXT', name: 'dns-version.cluster.local', ttl: 28_800, data: '1.1.0' },
    ])
  })
})

describe('the server', () => {
  let server: DnsServer
  beforeEach(async () => {
    cluster.create()
    await cluster.settled(3)
    server = await serveDns(zone, { port: 0 })
  })
  afterEach(() => server.close())

  const question = (name: string, type: RecordType): Packet => ({
    type: 'query',
    id: 99,
    flags: RECURSION_DESIRED,
    questions: [{ name, type }],
  })

  it('answers over UDP', async () => {
    const socket = createSocket('udp4')
    const reply = new Promise<Packet>((resolve) => socket.once('message', (message) => resolve(decode(message))))
    socket.send(encode(question(base, 'A')), server.port, '127.0.0.1')
    const packet = await reply
    socket.close()
    expect(packet.id).toBe(99)
    expect(packet.answers).toHaveLength(3)
  })

  it('answers over TCP', async () => {
    const packet = await new Promise<Packet>((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1')
      socket.on('error', reject)
      socket.on('data', (chunk) => {
        socket.destroy()
        resolve(streamDecode(chunk))
      })
      socket.write(streamEncode(question(base, 'SRV')))
    })
    expect(packet.answers).toHaveLength(3)
    expect(packet.additionals).toHaveLength(3)
  })

  it('cuts what does not fit into a datagram, and says so', () => {
    cluster.demo.view.mutate('endpointslices', 'default', cluster.names('endpointslices')[0] ?? '', (slice) => {
      slice.endpoints = Array.from({ length: 40 }, (_, index) => ({
        addresses: [`10.0.0.${index + 1}`],
        conditions: { ready: true },
        hostname: `web-${index}`,
      }))
    })
    const reply = answerTo(zone, Buffer.from(encode(question(base, 'A'))), 'udp')
    expect(reply?.length).toBeLessThanOrEqual(512)
    const packet = decode(reply ?? Buffer.alloc(0)) as Packet & { flag_tc?: boolean }
    expect(packet.flag_tc).toBe(true)
  })

  it('does not answer what is no question', () => {
    expect(answerTo(zone, Buffer.from('hello'), 'udp')).toBeNull()
    expect(answerTo(zone, Buffer.from(encode({ type: 'response', id: 1 })), 'udp')).toBeNull()
  })
})
