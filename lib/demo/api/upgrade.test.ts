import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createDemoCluster, type DemoCluster } from '@/lib/demo/cluster'
import type { User } from './access'

const HISTORY = 4
const path = '/api/v1/namespaces/default/configmaps?watch=1'
const reader: User = {
  name: 'reader',
  token: 'a secret, with signs: ~?',
  rules: [{ verbs: ['watch'], apiGroups: [''], resources: ['configmaps'] }],
}

describe.each([
  ['to everybody', []],
  ['to who has a token', [reader]],
])('a watch over a web socket, %s', (_title, users: User[]) => {
  let cluster: DemoCluster
  let url: string
  const token = users[0]
    ? [`base64url.bearer.authorization.k8s.io.${Buffer.from(users[0].token).toString('base64url')}`]
    : []
  beforeAll(async () => {
    cluster = createDemoCluster({ machines: [], controllers: false, history: HISTORY, users })
    url = await cluster.listen()
  })
  afterAll(() => cluster.stop())

  const open = (to: string, protocols: string[], origin: string | null = 'http://localhost:3000') =>
    new WebSocket(url.replace('http', 'ws') + to, protocols, origin === null ? {} : { origin })
  /** The code that the handshake is refused with. */
  const refused = async (socket: WebSocket) => {
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
    socket.on('error', () => {})
    socket.terminate()
    return answer.statusCode
  }
  const change = (name: string) => cluster.operations.create('configmaps', 'default', { metadata: { name } })

  test('tells each change in a text of JSON, and echoes the sub-protocol', async () => {
    const socket = open(path, ['base64.binary.k8s.io', ...token])
    await once(socket, 'open')
    expect(socket.protocol).toBe('base64.binary.k8s.io')
    const heard = once(socket, 'message')
    change('one')
    const [data, binary] = (await heard) as [Buffer, boolean]
    expect(binary).toBe(false)
    expect(JSON.parse(data.toString())).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'one' } } })
    socket.close()
    await once(socket, 'close')
  })

  test('ends with its time, and with the server’s streams', async () => {
    const short = open(`${path}&timeoutSeconds=1`, ['base64.binary.k8s.io', ...token])
    const [code] = (await once(short, 'close')) as [number]
    expect(code).toBe(1000)
    const long = open(path, ['base64.binary.k8s.io', ...token])
    await once(long, 'open')
    cluster.server.endStreams()
    await once(long, 'close')
  })

  test('from too old a version tells so in an event, then ends', async () => {
    for (let index = 0; index < HISTORY + 2; index += 1) change(`old-${index}`)
    const socket = open(`${path}&resourceVersion=1`, ['base64.binary.k8s.io', ...token])
    const [[data]] = (await Promise.all([once(socket, 'message'), once(socket, 'close')])) as [[Buffer], unknown]
    expect(JSON.parse(data.toString())).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })
  })

  test('is refused before it opens, as over HTTP', async () => {
    const watched = open('/api/v1/namespaces/default/nothings?watch=1', ['base64.binary.k8s.io', ...token])
    expect(await refused(watched)).toBe(404)
    const wrong = open(`${path}&fieldSelector=nonsense`, ['base64.binary.k8s.io', ...token])
    expect(await refused(wrong)).toBe(400)
  })

  test('takes one sub-protocol at most, and an origin', async () => {
    expect(await refused(open(path, ['a', 'b', ...token]))).toBe(400)
    expect(await refused(open(path, ['base64.binary.k8s.io', ...token], null))).toBe(403)
  })

  test('that a page from elsewhere opens is refused where nobody is asked for a token', async () => {
    const socket = open(path, ['base64.binary.k8s.io', ...token], 'https://elsewhere.example')
    if (users.length === 0) expect(await refused(socket)).toBe(403)
    else {
      await once(socket, 'open')
      socket.terminate()
    }
  })

  test.skipIf(users.length === 0)('without the token, or with the token alone, is refused', async () => {
    expect(await refused(open(path, ['base64.binary.k8s.io']))).toBe(401)
    expect(await refused(open(path, token))).toBe(401)
    const secrets = open('/api/v1/namespaces/default/secrets?watch=1', ['base64.binary.k8s.io', ...token])
    expect(await refused(secrets)).toBe(403)
  })

  test.skipIf(users.length > 0)('another protocol that is asked for is not heard of: the answer is HTTP', async () => {
    const call = request(url + path.replace('?watch=1', ''), {
      headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' },
    })
    call.end()
    const [answer] = (await once(call, 'response')) as [IncomingMessage]
    let text = ''
    for await (const chunk of answer.setEncoding('utf8')) text += chunk as string
    expect(JSON.parse(text)).toMatchObject({ kind: 'ConfigMapList' })
  })
})
