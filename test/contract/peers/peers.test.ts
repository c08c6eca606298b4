import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { dnsOf } from '@/lib/cluster/dns/dns'
import { connect } from '@/lib/cluster/connect'
import { serverVersion } from '@/lib/cluster/version'
import type { PeersAnswer } from '@/lib/contract/peers'
import { LiveCluster } from '@/lib/live/live-cluster'
import { askForPeers } from '@/lib/live/peers'
import { readSettings } from '@/lib/settings'
import { Stage } from '@/test/contract/controllers/stage'
import { openTarget, targetNames, type Target } from '@/test/contract/controllers/target'
import { cases } from './cases'
import { dig } from './dig'

/**
 * The names of a set's peers, as Ordinal asks for them through a port-forward to the cluster's DNS, equal what dig prints;
 * and the verdict on each ordinal is the one that Kubernetes' rules give.
 */
describe.each(targetNames())('the peers on the %s cluster', (name) => {
  let target: Target
  let live: LiveCluster
  beforeAll(async () => {
    target = await openTarget(name)
    const connection = connect(new URL(target.url).host, readSettings({ ORDINAL_SERVER: target.url }))
    live = new LiveCluster(connection, { namespaces: [], askVersion: (to, signal) => serverVersion(to, { signal }) })
    await live.ready
  })
  afterAll(async () => {
    dnsOf(live.access).close()
    live.stop()
    await target.close()
  })

  it.each(cases.map((one, index) => ({ ...one, index })))(
    '$title',
    async ({ play, verdicts, problems = [], index }) => {
      const stage = new Stage(target, `peers-${process.pid}-${index}`)
      await stage.open()
      try {
        await play(stage)
        const shown = (answer: PeersAnswer) => ({
          verdicts: answer.peers.map(({ verdict: { code, because } }) =>
            because === null ? code : `${code} ${because}`,
          ),
          problems: answer.service.problems,
          problem: answer.asked.problem,
        })
        const ask = async () => {
          const objects = live.objects(stage.namespace, 'web')
          if (!objects) throw new Error('the set has not been seen yet')
          return askForPeers(live, objects, true)
        }
        // The last of these to follow is the clock: what is "behind" at first is "another address" when it stays.
        await vi.waitFor(async () => expect(shown(await ask())).toEqual({ verdicts, problems, problem: null }), {
          timeout: 90_000,
          interval: 200,
        })
        const answer = await ask()
        const compared = new Map<string, unknown>()
        for (const { question, rcode, records } of answer.answers) {
          const found = records.map(({ name: owner, type, data }) =>
            typeof data === 'string'
              ? `${owner} ${type} ${data}`
              : `${owner} ${type} ${data.priority} ${data.weight} ${data.port} ${data.target}`,
          )
          compared.set(`${question.name} ${question.type}`, {
            status: rcode,
            records: found.map((line) => line.toLowerCase()).toSorted(),
          })
        }
        expect(compared.size).toBeGreaterThanOrEqual(2)
        for (const [key, ours] of compared) {
          const [owner = '', type = ''] = key.split(' ')
          expect(ours, key).toEqual(await dig(target.dns, owner, type))
        }
        for (const { expected, dns } of answer.peers) {
          const both = await Promise.all(['A', 'AAAA'].map((type) => dig(target.dns, expected.name, type)))
          const addresses = both.flatMap(({ records }) => records.map((record) => record.split(' ').at(-1)))
          expect(new Set(dns?.addresses), expected.name).toEqual(new Set(addresses))
          if (addresses.length === 0) expect(dns?.rcode, expected.name).toBe(both[0]?.status)
        }
      } finally {
        await stage.close()
      }
    },
  )

  it('are asked over one way, however many questions there were', () => {
    const asker = dnsOf(live.access)
    expect(asker.source).toMatchObject({ from: 'port-forward', pod: expect.stringMatching(/^kube-system\/coredns-/) })
    expect(asker.opened).toBeLessThan(cases.length)
  })
})
