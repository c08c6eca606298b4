import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createDemoCluster, type DemoCluster } from '@/lib/demo/cluster'
import type { User } from './access'

const admin: User = { name: 'admin', token: 'admin', rules: 'all' }
/** May read pods, and GET their exec: not enough to run something. */
const reader: User = {
  name: 'reader',
  token: 'reader',
  rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods', 'pods/exec', 'pods/portforward'] }],
}

describe('a connection into a pod', () => {
  let cluster: DemoCluster
  let url: string

  const running = (pod: string) =>
    vi.waitFor(() => expect(cluster.view.get('pods', 'default', pod)?.status.phase).toBe('Running'), {
      timeout: 15_000,
      interval: 20,
    })

  beforeAll(async () => {
    cluster = createDemoCluster({ speed: 50, users: [admin, reader] })
    url = await cluster.listen()
    cluster.operations.create('pods', 'default', {
      metadata: { name: 'app' },
      spec: { containers: [{ name: 'main', image: 'luksa/kubia-pet', ports: [{ containerPort: 8080 }] }] },
    })
    await running('app')
  })
  afterAll(() => cluster.stop())

  const open = (path: string, protocols: string[], user = admin) =>
    new WebSocket(`${url.replace('http', 'ws')}/api/v1/namespaces/default/pods/${path}`, protocols, {
      headers: { authorization: `Bearer ${user.token}` },
    })
  const refused = async (socket: WebSocket) => {
    socket.on('error', () => {})
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
    return answer.statusCode
  }
  const exec = (command: string[], more = '&stdout=true&stderr=true') =>
    `app/exec?${command.map((word) => `command=${encodeURIComponent(word)}`).join('&')}${more}`

  /** Everything that is said until the end, by channel. */
  async function hear(socket: WebSocket, base64 = false): Promise<string[]> {
    const channels = ['', '', '', '']
    socket.on('message', (message: Buffer) => {
      const channel = base64 ? Number(message.toString('latin1', 0, 1)) : (message[0] ?? 0)
      const data = base64 ? Buffer.from(message.toString('latin1', 1), 'base64') : message.subarray(1)
      channels[channel] += data.toString()
    })
    await once(socket, 'close')
    return channels
  }

  test.each(['v5.channel.k8s.io', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io'])(
    'carries output, errors and the exit code: %s',
    async (protocol) => {
      const socket = open(exec(['sh', '-c', 'hostname; nothing; exit 3']), ['unheard.of', protocol])
      const [, out, error, status] = await hear(socket, protocol.includes('base64'))
      expect(socket.protocol).toBe(protocol)
      expect([out, error]).toEqual(['app\n', 'sh: nothing: not found\n'])
      expect(JSON.parse(status ?? '')).toMatchObject({
        status: 'Failure',
        reason: 'NonZeroExitCode',
        details: { causes: [{ reason: 'ExitCode', message: '3' }] },
      })
    },
  )

  test('says in plain words how it ended, before version 4', async () => {
    const [, out, , status] = await hear(open(exec(['echo', 'a']), ['channel.k8s.io']))
    expect([out, status]).toEqual(['a\n', ''])
    const [, , , failed] = await hear(open(exec(['false']), ['channel.k8s.io']))
    expect(failed).toBe('command terminated with non-zero exit code: exit code 1')
  })

  test('takes input to its end, which version 5 can tell', async () => {
    const socket = open(exec(['cat'], '&stdin=true&stdout=true'), ['v5.channel.k8s.io'])
    const heard = hear(socket)
    await once(socket, 'open')
    socket.send(Buffer.from('\0one\ntwo'))
    socket.send(Buffer.from([255, 0]))
    const [, out, , status] = await heard
    expect(out).toBe('one\ntwo\n')
    expect(JSON.parse(status ?? '')).toMatchObject({ status: 'Success' })
  })

  test('has a terminal with a size, and Control-C', async () => {
    const socket = open(exec(['sh'], '&stdin=true&stdout=true&tty=true'), ['v5.channel.k8s.io'])
    const heard = hear(socket)
    await once(socket, 'open')
    socket.send(Buffer.from('\u0004{"Width":101,"Height":37}'))
    /** Types, and waits until the terminal shows a text. */
    const type = async (text: string, shown: string) => {
      let seen = ''
      const look = (message: Buffer) => (seen += message.toString('utf8', 1))
      socket.on('message', look)
      socket.send(Buffer.from(`\0${text}`))
      await expect.poll(() => seen).toContain(shown)
      socket.off('message', look)
    }
    await type('stty size\r', '37 101')
    await type('sleep 10000\r', 'sleep 10000\r\n')
    await type('\u0003', '# ')
    socket.send(Buffer.from('\0exit 6\r'))
    const [, out, , status] = await heard
    expect(out).toContain('\r\n37 101\r\n')
    expect(out).toContain('^C')
    expect(JSON.parse(status ?? '')).toMatchObject({ details: { causes: [{ message: '6' }] } })
  })

  test('ends with the server’s streams, and with the container', async () => {
    const first = open(exec(['sleep', '100000']), ['v5.channel.k8s.io'])
    await once(first, 'open')
    cluster.server.endStreams()
    await once(first, 'close')
    cluster.operations.create('pods', 'default', {
      metadata: { name: 'short' },
      spec: { containers: [{ name: 'main', image: 'nginx' }] },
    })
    await running('short')
    const second = open(exec(['sleep', '100000']).replace('app', 'short'), ['v5.channel.k8s.io'])
    const heard = hear(second)
    await once(second, 'open')
    cluster.operations.remove('pods', 'default', 'short', {})
    expect(JSON.parse((await heard)[3] ?? '')).toMatchObject({ details: { causes: [{ message: '137' }] } })
  })

  test('is refused before it opens where it cannot begin', async () => {
    const protocol = ['v5.channel.k8s.io']
    expect(await refused(open(exec(['ls'], ''), protocol))).toBe(400)
    expect(await refused(open(exec(['ls'], '&stdout=true&container=nobody'), protocol))).toBe(400)
    expect(await refused(open(exec(['ls']).replace('app', 'nobody'), protocol))).toBe(404)
    expect(await refused(open(exec(['ls']), ['unheard.of']))).toBe(403)
    expect(await refused(open(exec(['ls']), protocol, reader))).toBe(403)
    expect(await refused(open('app/portforward?ports=8080', ['v4.channel.k8s.io'], reader))).toBe(403)
    const plain = await fetch(`${url}/api/v1/namespaces/default/pods/${exec(['ls'])}`, {
      headers: { authorization: 'Bearer admin' },
    })
    expect([plain.status, await plain.json()]).toMatchObject([400, { message: 'Upgrade request required' }])
  })

  test('tells on the error channel that the container has no such program', async () => {
    const [, , , status] = await hear(open(exec(['node', '-e', '1']), ['v5.channel.k8s.io']))
    expect(JSON.parse(status ?? '')).toMatchObject({
      reason: 'InternalError',
      message: expect.stringContaining('executable file not found in $PATH'),
    })
  })

  test('forwards ports, two channels for each, and says on which nobody listens', async () => {
    const socket = open('app/portforward?ports=8080&ports=9999', ['v4.channel.k8s.io'])
    const channels = [Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0)]
    socket.on('message', (message: Buffer) => {
      const channel = message[0] ?? 0
      channels[channel] = Buffer.concat([channels[channel] ?? Buffer.alloc(0), message.subarray(1)])
    })
    await once(socket, 'open')
    const data = 'x'.repeat(60_000)
    const text = (channel: number) => channels[channel]?.toString('latin1', 2) ?? ''
    const send = (part: string) => socket.send(Buffer.from(`\0${part}`))
    send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${data.length}\r\n\r\n`)
    for (let from = 0; from < data.length; from += 1000) send(data.slice(from, from + 1000))
    await expect.poll(() => text(0), { timeout: 15_000 }).toContain('Stored on app\n')
    send('GET /data HTTP/1.1\r\nHost: a\r\n\r\n')
    await expect.poll(() => text(0).includes(data), { timeout: 15_000 }).toBe(true)
    expect(channels.map((one) => one.readUInt16LE(0))).toEqual([8080, 8080, 9999, 9999])
    expect(text(3)).toContain('connect: connection refused')
    socket.close()
    await once(socket, 'close')
  })
})
