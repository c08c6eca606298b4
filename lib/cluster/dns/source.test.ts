import { afterEach, describe, expect, it } from 'vitest'
import { type Answer, status, ScriptedApi } from '@/test/fixtures/scripted-api'
import { connect } from '@/lib/cluster/connect'
import { clientLibrary } from '@/lib/cluster/port-forward'
import { readSettings } from '@/lib/settings'
import { DnsAsker } from './asker'
import { openDns } from './source'

/** That the way through a port-forward works, on the demo and on a real cluster: test/contract/peers. */
const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const step of cleanup.splice(0)) await step()
})

const connectionTo = (server: string) => connect(new URL(server).host, readSettings({ ORDINAL_SERVER: server }))
const question = { name: 'kube-dns.kube-system.svc.cluster.local', type: 'A' } as const

/** What is known of one question when the API server answers so. */
async function known(
  answer: (path: string) => Answer | undefined,
  server: { host: string; port: number } | null = null,
) {
  const api = await new ScriptedApi().start()
  cleanup.push(() => api.stop())
  api.hooks.push(({ path }) => answer(path))
  const asker = new DnsAsker((ms) => openDns(connectionTo(api.url), server, ms), { prepare: clientLibrary })
  cleanup.push(() => asker.close())
  return [...(await asker.answers([question], { freshMs: 10_000, waitMs: 10_000 })).values()][0]
}

const dnsPod = {
  metadata: {
    name: 'coredns-1',
    namespace: 'kube-system',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  spec: { nodeName: 'n', containers: [{ name: 'coredns', image: 'coredns' }] },
  status: { phase: 'Running', podIP: '10.0.0.9', conditions: [{ type: 'Ready', status: 'True' }] },
}
const listed = { status: 200, body: { kind: 'PodList', metadata: { resourceVersion: '1' }, items: [dnsPod] } }
const refused = (what: string) => status(403, 'Forbidden', `pods is forbidden: User "u" ${what} in API group ""`)

describe('where the DNS of a cluster cannot be asked', () => {
  it('the missing right to list its pods is named', async () => {
    const list = refused('cannot list resource "pods"')
    expect(await known((path) => (path.includes('/kube-system/pods') ? list : undefined))).toMatchObject({
      problem: { code: 'forbidden', rule: 'list pods (namespace kube-system)' },
    })
  })

  it.each(['create', 'get'])('the missing right to %s a port-forward is named', async (verb) => {
    const forward = refused(`cannot ${verb} resource "pods/portforward"`)
    expect(await known((path) => (path.endsWith('/portforward') ? forward : listed))).toMatchObject({
      problem: { code: 'forbidden', rule: `${verb} pods/portforward (namespace kube-system)` },
    })
  })

  it('it is said that there is no pod to ask', async () => {
    expect(await known(() => undefined)).toMatchObject({ problem: { code: 'no-dns-pod' } })
  })

  it('it is said that what answers is no port-forward', async () => {
    expect(await known(() => listed)).toMatchObject({ problem: { code: 'failed' } })
  })

  it('it is said that a server is not there', async () => {
    expect(await known(() => undefined, { host: '127.0.0.1', port: 1 })).toMatchObject({
      problem: { code: 'no-answer', message: '127.0.0.1:1 cannot be reached (ECONNREFUSED).' },
    })
  })
})
