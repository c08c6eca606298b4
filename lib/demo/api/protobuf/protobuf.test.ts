import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDemoCluster, type DemoCluster } from '@/lib/demo/cluster'
import type { Fields } from '@/lib/demo/store'
import { decodeObject, encodeEvent, encodeObject, ProtobufError } from './message'

const TYPE = 'application/vnd.kubernetes.protobuf'

describe('an object as protobuf', () => {
  const name = fc.stringMatching(/^[a-z]{1,8}$/)
  const time = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => `${date.toISOString().slice(0, 19)}Z`)
  const texts = fc.dictionary(name, fc.string(), { minKeys: 1, maxKeys: 4 })
  const metadata = fc.record(
    { name, uid: name, creationTimestamp: time, generation: fc.integer({ min: 1, max: 2 ** 50 }), labels: texts },
    { requiredKeys: ['name'] },
  )
  const port = fc.record(
    { port: fc.integer({ min: 1, max: 65535 }), targetPort: fc.oneof(fc.integer({ min: -5, max: 65535 }), name) },
    { requiredKeys: ['port', 'targetPort'] },
  )
  const objects = fc.oneof(
    metadata.chain((meta) =>
      fc.record({
        kind: fc.constant('Service'),
        apiVersion: fc.constant('v1'),
        metadata: fc.constant(meta),
        spec: fc.record({ ports: fc.array(port, { minLength: 1, maxLength: 3 }) }),
        status: fc.constant({ loadBalancer: {} }),
      }),
    ),
    fc.record({
      kind: fc.constant('Secret'),
      apiVersion: fc.constant('v1'),
      metadata,
      data: fc.dictionary(
        name,
        fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')),
        { minKeys: 1 },
      ),
    }),
    fc.record({
      kind: fc.constant('Lease'),
      apiVersion: fc.constant('coordination.k8s.io/v1'),
      metadata,
      spec: fc.record({
        renewTime: fc
          .tuple(time, fc.integer({ min: 0, max: 999_999 }))
          .map(([whole, micros]) => `${whole.slice(0, -1)}.${String(micros).padStart(6, '0')}Z`),
      }),
    }),
    fc.record({
      kind: fc.constant('ControllerRevision'),
      apiVersion: fc.constant('apps/v1'),
      metadata,
      data: fc.dictionary(name, fc.jsonValue(), { minKeys: 1 }),
      revision: fc.integer({ min: 0, max: 2 ** 40 }),
    }),
  )

  test('reads as it was written', () => {
    fc.assert(
      fc.property(objects, (object) => {
        const copy = JSON.parse(JSON.stringify(object)) as Fields
        expect(decodeObject(encodeObject(copy))).toEqual(copy)
      }),
    )
  })

  test('of any bytes is either an object or refused', () => {
    const whole = encodeObject({ kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a' }, spec: { containers: [{}] } })
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
        const bytes = Buffer.from(whole)
        for (const [place, value] of changes) bytes[place] = value
        try {
          expect(typeof decodeObject(bytes)).toBe('object')
        } catch (error) {
          expect(error).toBeInstanceOf(ProtobufError)
        }
      }),
    )
  })

  test('keeps an empty text where the field may be absent, and drops it where it may not', () => {
    const claim = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', metadata: { name: 'a', namespace: '' } }
    const read = decodeObject(encodeObject({ ...claim, spec: { storageClassName: '', volumeName: '' }, status: {} }))
    expect(read).toMatchObject({ metadata: { name: 'a' }, spec: { storageClassName: '' } })
    expect(read['spec']).toEqual({ storageClassName: '' })
    expect(read['metadata']).toEqual({ name: 'a' })
  })

  test('with an unknown kind is refused', () => {
    expect(() => encodeObject({ kind: 'Nothing', apiVersion: 'v1' })).toThrow(ProtobufError)
  })
})

describe('the server', () => {
  let cluster: DemoCluster
  let url: string
  beforeAll(async () => {
    cluster = createDemoCluster({ machines: [], controllers: false })
    url = await cluster.listen()
  })
  afterAll(() => cluster.stop())

  const settings = (name: string): Fields => ({
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name },
    data: { a: '1' },
  })
  const send = (method: string, path: string, object: Fields, accept = 'application/json') =>
    fetch(url + path, { method, headers: { 'content-type': TYPE, accept }, body: new Uint8Array(encodeObject(object)) })
  const path = '/api/v1/namespaces/default/configmaps'
  const bytes = async (answer: Response) => Buffer.from(await answer.arrayBuffer())

  test('reads protobuf, and answers in JSON whoever takes it', async () => {
    const answer = await send('POST', path, settings('one'), `${TYPE},application/json`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([201, 'application/json'])
    expect(await answer.json()).toMatchObject({ metadata: { name: 'one' }, data: { a: '1' } })
  })

  test('answers in protobuf where nothing else is taken: objects, lists, errors and watches', async () => {
    const created = await send('POST', path, settings('two'), TYPE)
    expect([created.status, created.headers.get('content-type')]).toEqual([201, TYPE])
    expect(decodeObject(await bytes(created))).toMatchObject({ kind: 'ConfigMap', data: { a: '1' } })
    const listed = decodeObject(await bytes(await fetch(url + path, { headers: { accept: TYPE } })))
    expect(listed).toMatchObject({ kind: 'ConfigMapList' })
    const refused = await fetch(`${url}${path}/nobody`, { headers: { accept: TYPE } })
    expect(refused.status).toBe(404)
    expect(decodeObject(await bytes(refused))).toMatchObject({ kind: 'Status', reason: 'NotFound', code: 404 })
    const watched = await fetch(
      `${url}${path}?watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&fieldSelector=metadata.name%3Dtwo`,
      {
        headers: { accept: TYPE },
      },
    )
    expect(watched.headers.get('content-type')).toBe(`${TYPE};stream=watch`)
    const object = decodeObject(await bytes(await fetch(`${url}${path}/two`, { headers: { accept: TYPE } })))
    expect((await bytes(watched)).equals(encodeEvent('ADDED', object))).toBe(true)
  })

  test('deletes with options in protobuf', async () => {
    await send('POST', path, settings('three'))
    const wrong = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'another' } }
    expect((await send('DELETE', `${path}/three`, wrong)).status).toBe(409)
    expect((await send('DELETE', `${path}/three`, { kind: 'DeleteOptions', apiVersion: 'v1' })).status).toBe(200)
  })

  test('refuses what is no protobuf', async () => {
    const body = 'k8s?'
    const answer = await fetch(url + path, { method: 'POST', headers: { 'content-type': TYPE }, body })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('expected prefix [107 56 115 0]') })
  })
})
