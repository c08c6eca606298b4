import { mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import { KubernetesClient } from '@/test/fixtures/kubernetes-client'
import { collectionPath, resourceOfKind } from '@/test/fixtures/resource-paths'
import { eventually } from '@/tools/control-plane/eventually'
import { startControlPlane } from '@/tools/control-plane/control-plane'
import { namespace, type Manifest } from './manifests'
import { listObjects } from './set-objects'
import type { Situation } from './situation'

/**
 * Records the objects of the situations in the folder `situations`, each named after its runbook, from a real control
 * plane, as the fixtures of lib/statefulset/detectors/recorded.test.ts:
 * `tsx --conditions=react-server test/predict/record.ts`, with the runbooks that are wanted or none for all.
 * Each situation is recorded twice, before it arises (a near miss) and after. Waits of minutes and days are not sat
 * out: the objects are judged at a later clock, which is written beside them.
 */

const recordings = path.join('lib', 'statefulset', 'detectors', 'recorded')

type Named = { runbook: string; situation: Situation }

async function situations(): Promise<Named[]> {
  const files = await readdir(path.join(import.meta.dirname, 'situations'))
  return Promise.all(
    files.map(async (file) => {
      const { situation } = (await import(`./situations/${file}`)) as { situation: Situation }
      return { runbook: path.parse(file).name, situation }
    }),
  )
}

const plain = (objects: SetObjects) => ({
  ...objects,
  volumes: [...objects.volumes.values()],
  storageClasses: [...objects.storageClasses.values()],
  nodes: [...objects.nodes.values()],
})

async function create(api: KubernetesClient, manifest: Manifest): Promise<void> {
  const { namespace: of } = manifest.metadata as { namespace: string }
  await api.request('POST', collectionPath(resourceOfKind(String(manifest.kind)), of), manifest)
}

const plane = await startControlPlane({ progress: (line) => console.log(line) })
const api = new KubernetesClient({ url: plane.url, ca: plane.ca, token: plane.adminToken })

async function recordOne({ runbook, situation }: Named, kubernetes: string): Promise<void> {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(kubernetes) ?? []
  const version = { major: Number(major), minor: Number(minor) }
  const look = () => listObjects(api, situation.namespace ?? namespace, situation.set, version)
  const seen = async (holds: (objects: SetObjects) => boolean, what: string) =>
    void (await eventually(`${runbook} ${what}`, 120, async () => holds(await look())))
  for (const manifest of situation.manifests) await create(api, manifest)
  await seen(situation.calm, 'calm')
  const calm = await look()
  const calmAt = new Date()
  await situation.act({ api, until: seen, failNode: async (node) => void (await plane.failNode(node)) })
  await seen(situation.arisen, 'arisen')
  const objects = await look()
  const recordedAt = new Date()
  const record = {
    runbook,
    kubernetes,
    recordedAt: recordedAt.toISOString(),
    judgedAt: new Date(recordedAt.getTime() + (situation.ahead ?? 0) * 1000).toISOString(),
    params: situation.params ?? {},
    objects: plain(objects),
    nearMiss: situation.alone === true ? null : { judgedAt: calmAt.toISOString(), objects: plain(calm) },
  }
  await mkdir(recordings, { recursive: true })
  await writeFile(path.join(recordings, `${runbook}.jsonl`), `${JSON.stringify(record)}\n`)
  console.log(`recorded ${runbook}`)
}

try {
  const wanted = process.argv.slice(2)
  const all = (await situations()).filter(({ runbook }) => wanted.length === 0 || wanted.includes(runbook))
  const namespaces = new Set(all.map(({ situation }) => situation.namespace ?? namespace))
  for (const name of namespaces)
    await api.request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const { gitVersion } = (await api.request('GET', '/version')) as { gitVersion: string }
  const results = await Promise.allSettled(
    all.filter(({ situation }) => !situation.takesNode).map((each) => recordOne(each, gitVersion)),
  )
  for (const last of all.filter(({ situation }) => situation.takesNode))
    results.push(...(await Promise.allSettled([recordOne(last, gitVersion)])))
  for (const result of results) if (result.status === 'rejected') console.error(result.reason)
  process.exitCode = results.every((each) => each.status === 'fulfilled') ? 0 : 1
} finally {
  api.close()
  await plane.stop()
}
