import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSettings } from '@/lib/settings'
import { connect, connections, defaultCluster, offerServer } from './connect'
import { idsFor } from './ids'
import { loadKubeconfig } from './kubeconfig'

const directory = mkdtempSync(path.join(tmpdir(), 'ordinal-kubeconfig-'))
const file = (name: string, text: string) => {
  const at = path.join(directory, name)
  writeFileSync(at, text)
  return at
}

const good = `
current-context: b
contexts:
- { name: a, context: { cluster: one, user: jane } }
- { name: b, context: { cluster: two, user: jane, namespace: shop } }
- { name: no-cluster, context: { cluster: three, user: jane } }
- { name: no-user, context: { cluster: one, user: joe } }
- { name: bad-url, context: { cluster: ftp, user: jane } }
- { name: empty }
clusters:
- { name: one, cluster: { server: "https://user:pass@one.test:6443/", certificate-authority: ca.crt } }
- { name: two, cluster: { server: "localhost:8080" } }
- { name: ftp, cluster: { server: "ftp://x" } }
users:
- { name: jane, user: { token: very-secret-token, exec: null } }
- 7
`

describe('a kubeconfig', () => {
  it('lists each context, with what is broken about it and without credentials', () => {
    const settings = readSettings({ KUBECONFIG: file('good', good) })
    const entries = connections(settings)
    expect(
      entries.map(({ id, server, namespace, current, broken }) => [id, server, namespace, current, broken !== null]),
    ).toEqual([
      ['a', 'https://one.test:6443', 'default', false, false],
      ['b', 'http://localhost:8080', 'shop', true, false],
      ['no-cluster', '', 'default', false, true],
      ['no-user', 'https://one.test:6443', 'default', false, true],
      ['bad-url', '', 'default', false, true],
      ['empty', '', 'default', false, true],
    ])
    expect(JSON.stringify(entries)).not.toMatch(/very-secret-token|pass/)
    expect(defaultCluster(settings)).toBe('b')
    expect(() => connect('no-user', settings)).toThrow('joe')
    expect(connect('b', settings)).toBe(connect('b', settings))
  })

  it('takes the first of several files, finds paths beside each file, passes over missing ones', () => {
    const first = file(
      'first',
      'current-context: a\nclusters: [{ name: one, cluster: { server: "https://first.test" } }]',
    )
    const config = loadKubeconfig([path.join(directory, 'missing'), first, file('good', good)])
    expect(config.currentContext).toBe('a')
    expect(config.contexts[0]?.cluster?.server.host).toBe('first.test')
    const alone = loadKubeconfig([file('good', good)])
    expect(alone.contexts[0]?.cluster?.['certificate-authority']).toBe(path.join(directory, 'ca.crt'))
  })

  it('is read again when it changes', () => {
    const at = file('changing', good)
    expect(loadKubeconfig([at]).currentContext).toBe('b')
    writeFileSync(at, good.replace('current-context: b', 'current-context: a'))
    utimesSync(at, new Date(), new Date(Date.now() + 5000))
    expect(loadKubeconfig([at]).currentContext).toBe('a')
  })

  it.each([
    ['a list', '- a'],
    ['not YAML', 'a: [b'],
    ['text', 'hello'],
  ])('that is %s is said to be bad', (_, text) => {
    const settings = readSettings({ KUBECONFIG: file('bad', text), ORDINAL_SERVER: 'http://localhost:8001' })
    expect(connections(settings)[1]?.broken).toContain('cannot be read')
    expect(() => connect('kubeconfig', settings)).toThrow('cannot be read')
    expect(connect(defaultCluster(settings), settings)).toMatchObject({ server: 'http://localhost:8001' })
  })

  it('that is named and missing is said to be missing', () => {
    const settings = readSettings({ KUBECONFIG: path.join(directory, 'nowhere') })
    expect(() => connect(defaultCluster(settings), settings)).toThrow('ENOENT')
  })
})

describe('what is opened first', () => {
  it('is the server that was set, before any kubeconfig', () => {
    const settings = readSettings({ ORDINAL_SERVER: 'http://localhost:8001/', KUBECONFIG: file('good', good) })
    expect(defaultCluster(settings)).toBe('localhost-8001')
    expect(connections(settings)).toHaveLength(7)
    expect(defaultCluster(readSettings({ ORDINAL_CLUSTER: 'a', KUBECONFIG: file('good', good) }))).toBe('a')
  })

  it('is the demo alone when the demo was asked for', () => {
    offerServer('demo', new URL('http://127.0.0.1:9999'))
    const entries = connections(readSettings({ ORDINAL_DEMO: '1', KUBECONFIG: file('good', good) }))
    expect(entries.map((entry) => entry.id)).toEqual(['demo'])
  })
})

it('ids are unique, readable, and stay when names are added', () => {
  const names = ['prod', 'Prod', 'arn:aws:eks:eu-1:123:cluster/prod', 'prod', '!!!', '', 'a--b', 'x'.repeat(300)]
  const ids = idsFor(names)
  expect(new Set(ids).size).toBe(names.length)
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
  expect(ids[0]).toBe('prod')
  expect(ids[2]).toBe('arn-aws-eks-eu-1-123-cluster-prod')
  expect(idsFor([...names, 'another']).slice(0, names.length)).toEqual(ids)
})
