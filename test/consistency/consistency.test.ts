import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { seededRandom } from '@/test/fixtures/random'
import { attachControlPlane, type ControlPlane, type KubectlProxy } from '@/tools/control-plane/attached'
import { readApi, startOrdinal, type Ordinal } from '@/e2e/ordinal'
import { api } from '@/lib/contract/routes'
import { differences, type Obj, type Truth } from './compare'

/**
 * Random operations on several sets of a real control plane. At rest, Ordinal's JSON view of each set must equal what
 * the API server gives for the same objects. The seed is printed, and taken from ORDINAL_SEED.
 */
const seed = Number(process.env.ORDINAL_SEED ?? 20)
/** 200 by `npm run test:random`; the gate does a part of them. */
const operations = Number(process.env.ORDINAL_OPERATIONS ?? 40)
const namespace = `consistency-${process.pid}`
const sets = ['alpha', 'beta', 'gamma', 'delta']

function manifest(name: string, parallel: boolean) {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { clusterIP: 'None', selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name, namespace },
      spec: {
        serviceName: name,
        replicas: 2,
        podManagementPolicy: parallel ? 'Parallel' : 'OrderedReady',
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            terminationGracePeriodSeconds: 1,
            tolerations: ['not-ready', 'unreachable'].map((condition) => ({
              key: `node.kubernetes.io/${condition}`,
              operator: 'Exists',
              effect: 'NoExecute',
              tolerationSeconds: 5,
            })),
            containers: [{ name: 'main', image: 'example/main', ports: [{ containerPort: 8080 }] }],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
          },
        ],
      },
    },
  ]
}

describe('after random operations on a real control plane', () => {
  let controlPlane: ControlPlane
  let proxy: KubectlProxy
  let ordinal: Ordinal
  let cluster = ''

  beforeAll(async () => {
    controlPlane = await attachControlPlane()
    proxy = await controlPlane.startKubectlProxy()
    ordinal = await startOrdinal({ KUBECONFIG: controlPlane.kubeconfig })
    const answer = await readApi(ordinal, api.clusters())
    cluster = answer.clusters.find((one) => one.name === 'ordinal')?.id ?? ''
    await must(['create', 'namespace', namespace])
    for (const [index, name] of sets.entries())
      await must(
        ['apply', '-f', '-'],
        manifest(name, index % 2 === 1)
          .map((one) => stringify(one))
          .join('---\n'),
      )
  })
  afterAll(async () => {
    for (const node of down) await controlPlane.recoverNode(node)
    await controlPlane?.kubectl(['delete', 'namespace', namespace, '--wait=false'])
    await ordinal?.stop()
    await proxy?.stop()
  })

  const down = new Set<string>()

  async function must(args: string[], input?: string) {
    const { code, stderr } = await controlPlane.kubectl(args, input === undefined ? {} : { input })
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
  }
  const list = async (route: string) => {
    const response = await fetch(`${proxy.url}/${route}`)
    if (!response.ok) throw new Error(`${route}: ${response.status}`)
    return (await response.json()) as { items: Obj[] }
  }
  const view = async (name: string) => {
    const response = await fetch(ordinal.url + api.statefulSet(cluster, { namespace, name }))
    return response.status === 200 ? response.json() : null
  }

  async function truth(name: string): Promise<Truth> {
    const pods = (await list(`api/v1/namespaces/${namespace}/pods`)).items
    const table = (await (
      await fetch(`${proxy.url}/api/v1/namespaces/${namespace}/pods`, {
        headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
      })
    ).json()) as { columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] }
    const column = (title: string) => table.columnDefinitions.findIndex((one) => one.name === title)
    const sets = await list(`apis/apps/v1/namespaces/${namespace}/statefulsets`)
    const set = sets.items.find((one) => one.metadata.name === name)
    if (!set) throw new Error(`${name} is gone`)
    return {
      set,
      pods: pods.filter((pod) => pod.metadata.ownerReferences?.some((owner) => owner.uid === set.metadata.uid)),
      printed: new Map(
        table.rows.map((row) => [
          String(row.cells[column('Name')]),
          {
            status: String(row.cells[column('Status')]),
            ready: String(row.cells[column('Ready')]),
            restarts: String(row.cells[column('Restarts')]),
          },
        ]),
      ),
      claims: (await list(`api/v1/namespaces/${namespace}/persistentvolumeclaims`)).items,
      volumes: (await list('api/v1/persistentvolumes')).items,
      nodes: (await list('api/v1/nodes')).items,
    }
  }

  /** The versions of everything that matters; at rest when two looks a second apart agree. */
  async function pulse() {
    const of = async (route: string) =>
      (await list(route)).items.map(
        (one) => `${one.metadata.name} ${(one.metadata as { resourceVersion?: string }).resourceVersion}`,
      )
    const [pods, sets, claims, volumes] = await Promise.all([
      of(`api/v1/namespaces/${namespace}/pods`),
      of(`apis/apps/v1/namespaces/${namespace}/statefulsets`),
      of(`api/v1/namespaces/${namespace}/persistentvolumeclaims`),
      of('api/v1/persistentvolumes'),
    ])
    return JSON.stringify([pods, sets, claims, volumes])
  }

  async function atRest(seconds = 60) {
    const deadline = Date.now() + seconds * 1000
    let before = await pulse()
    for (;;) {
      await sleep(1200)
      const now = await pulse()
      if (now === before) return
      if (Date.now() > deadline) throw new Error('the cluster did not come to rest')
      before = now
    }
  }

  /** The differences of all sets, looked at again for a few seconds: the watch may be a moment behind the list. */
  async function allDifferences() {
    let found: string[] = []
    for (let tries = 0; tries < 5; tries += 1) {
      found = []
      for (const name of sets) {
        const seen = await view(name)
        if (!seen) found.push(`${name}: no view`)
        else found.push(...differences(seen, await truth(name)).map((line) => `${name}: ${line}`))
      }
      if (found.length === 0) return []
      await sleep(1000)
    }
    return found
  }

  test(`the view of every set equals what Kubernetes gives (${operations} operations, seed ${seed})`, async () => {
    const random = seededRandom(seed)
    const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T
    const nodes = (await list('api/v1/nodes')).items.map((node) => node.metadata.name)
    const wrong: string[] = []
    for (let step = 1; step <= operations; step += 1) {
      const name = pick(sets)
      const roll = random()
      let what: string
      if (roll < 0.4) {
        const replicas = Math.floor(random() * 5)
        what = `scale ${name} to ${replicas}`
        await must(['scale', 'statefulset', name, '-n', namespace, `--replicas=${replicas}`])
      } else if (roll < 0.75) {
        const pods = (await list(`api/v1/namespaces/${namespace}/pods`)).items.map((pod) => pod.metadata.name)
        const pod = pods.length ? pick(pods.toSorted()) : null
        const force = random() < 0.4
        what = `delete ${pod}${force ? ' by force' : ''}`
        if (pod)
          await controlPlane.kubectl([
            ...['delete', 'pod', pod, '-n', namespace, '--wait=false', '--ignore-not-found'],
            ...(force ? ['--force', '--grace-period=0'] : []),
          ])
      } else if (roll < 0.95) {
        what = `change the template of ${name}`
        const patch = { spec: { template: { metadata: { annotations: { step: String(step) } } } } }
        await must(['patch', 'statefulset', name, '-n', namespace, '--type=merge', '-p', JSON.stringify(patch)])
      } else if (down.size === 0) {
        const node = pick(nodes)
        what = `${node} goes down`
        down.add(node)
        await controlPlane.failNode(node)
      } else {
        const node = [...down][0] as string
        what = `${node} comes back`
        down.delete(node)
        await controlPlane.recoverNode(node)
      }
      // Most steps overlap with what the controllers are still doing; every tenth is looked at when all is at rest.
      await sleep(Math.floor(random() * 400))
      if (step % 10 === 0 || step === operations) {
        await atRest()
        const found = await allDifferences()
        if (found.length) wrong.push(`after step ${step} (${what}):`, ...found)
      }
    }
    for (const node of down) {
      await controlPlane.recoverNode(node)
      down.delete(node)
    }
    expect(wrong).toEqual([])
  }, 1_500_000)
})
