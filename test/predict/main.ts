import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { attachControlPlane, startControlPlane, type ControlPlane } from '@/tools/control-plane/control-plane'
import { KubernetesClient, type ApiServer } from '@/test/fixtures/kubernetes-client'
import { Driver, type Levers } from './drive'
import { Judge, type Disagreement } from './judge'
import { setOf } from './manifests'
import { World } from './world'

/**
 * Proves the explanations against a real controller: random steps over many sets, and before each of the controller's
 * actions what `explain` said would come next.
 *
 *   npm run predict -- --steps 200 --sets 50 --seed 7
 *   --server URL      any API over plain HTTP (kubectl proxy, the demo cluster) instead of a control plane
 *   --nodes           nodes fail and come back too; on by itself for a control plane of its own
 *   --pace 150        milliseconds between two steps
 *   --keep            leave the namespace
 *
 * Without --server it attaches to ORDINAL_CONTROL_PLANE, or starts a control plane and stops it again.
 * Ends with 1 when anything was not foreseen.
 */
const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '200' },
    sets: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    pace: { type: 'string', default: '150' },
    server: { type: 'string' },
    nodes: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
})
const options = {
  steps: Number(values.steps),
  sets: Number(values.sets),
  seed: Number(values.seed),
  pace: Number(values.pace),
}
const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

async function target(): Promise<{
  target: ApiServer
  controlPlane: ControlPlane | null
  own: boolean
  stop(): Promise<void>
}> {
  if (values.server !== undefined)
    return { target: { url: values.server }, controlPlane: null, own: false, stop: async () => {} }
  const of = (plane: ControlPlane): ApiServer => ({ url: plane.url, ca: plane.ca, token: plane.adminToken })
  const state = process.env.ORDINAL_CONTROL_PLANE
  if (state !== undefined && state !== '') {
    const plane = await attachControlPlane(state)
    return { target: of(plane), controlPlane: plane, own: false, stop: async () => {} }
  }
  const plane = await startControlPlane({
    podDelays: { admit: 100, start: 400, ready: 300 },
    progress: (line) => console.log(line),
  })
  return { target: of(plane), controlPlane: plane, own: true, stop: () => plane.stop() }
}

function leversOf(plane: ControlPlane | null, own: boolean, nodes: string[]): Levers | null {
  if (plane === null || !(own || values.nodes)) return null
  return {
    nodes,
    failNode: async (name) => void (await plane.failNode(name)),
    recoverNode: async (name) => void (await plane.recoverNode(name)),
  }
}

async function run(): Promise<number> {
  const { target: to, controlPlane, own, stop } = await target()
  const api = new KubernetesClient(to)
  const namespace = `predict-${options.seed}-${Date.now().toString(36)}`
  console.log(`seed ${options.seed}, ${options.steps} steps over ${options.sets} sets in ${namespace} at ${to.url}`)
  const version = await api.request('GET', '/version')
  const serverVersion = { major: Number(version.major), minor: Number.parseInt(String(version.minor), 10) }
  const world = new World(api, namespace, serverVersion)
  const judge = new Judge(world)
  let driver: Driver | null = null
  try {
    await api.request('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    })
    await controllersKeepUp(api, namespace)
    await world.start((event) => judge.take(event))
    const list = await api.request('GET', '/api/v1/nodes')
    const nodes = ((list.items ?? []) as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name)
    driver = new Driver({ api, namespace, seed: options.seed, judge, levers: leversOf(controlPlane, own, nodes) })
    await driver.create(options.sets)
    await sleep(4000)
    for (let step = 1; step <= options.steps; step += 1) {
      await driver.step()
      await sleep(options.pace)
      if (world.failure !== null) throw world.failure
      if (step % 20 === 0) judge.checkPromises(Date.now())
      if (step % 200 === 0)
        console.log(`${step} steps, ${judge.foreseen} actions foreseen, ${judge.disagreements.length} not`)
    }
    await driver.healAll()
    const left = await settle(judge, driver)
    report(judge, world, driver, left)
    await keep(judge.disagreements)
    return judge.disagreements.length === 0 ? 0 : 1
  } finally {
    world.stop()
    if (!values.keep && !own) {
      await driver?.remove()
      await api.call('DELETE', `/api/v1/namespaces/${namespace}`)
    }
    api.close()
    await stop()
  }
}

/**
 * Waits until the controllers act at once: after an API server that was killed, or a hundred namespaces that were deleted,
 * they work off a queue for a while, and what they do then was decided on old states. A set is made and its first pod
 * awaited, again and again, until it is there within a second.
 */
async function controllersKeepUp(api: KubernetesClient, namespace: string): Promise<void> {
  const end = Date.now() + 120_000
  for (let turn = 0; Date.now() < end; turn += 1) {
    const name = `first-${turn}`
    const sets = `/apis/apps/v1/namespaces/${namespace}/statefulsets`
    const begun = Date.now()
    await api.request('POST', sets, setOf(name, { replicas: 1 }, { of: namespace, claims: false }))
    while ((await api.call('GET', `/api/v1/namespaces/${namespace}/pods/${name}-0`)).status === 404 && Date.now() < end)
      await sleep(50)
    const took = Date.now() - begun
    await api.request('DELETE', `${sets}/${name}`)
    if (took < 1000) return
    console.log(`the controllers took ${took} ms for the first pod of a set; waiting for them`)
  }
}

/** Waits until every set is at rest, healing what has been broken meanwhile; returns the sets that are not. */
async function settle(judge: Judge, driver: Driver): Promise<string[]> {
  const end = Date.now() + 120_000
  let healed = Date.now()
  for (;;) {
    await sleep(1000)
    judge.checkPromises(Date.now())
    const left = judge.unsettled(new Date())
    if (left.length === 0 || Date.now() > end) return left
    if (Date.now() - healed > 30_000) {
      await driver.healAll()
      healed = Date.now()
    }
  }
}

function report(judge: Judge, world: World, driver: Driver, left: string[]): void {
  const unforeseen = judge.disagreements.filter((each) => each.kind === 'unforeseen').length
  const actions = judge.foreseen + unforeseen
  const sorted = (map: Map<unknown, number>) =>
    [...map]
      .toSorted((a, b) => b[1] - a[1])
      .map(([key, count]) => `${String(key)} ${count}`)
      .join(', ')
  console.log(`steps: ${sorted(driver.byStep)}`)
  console.log(`refused by the API server: ${sorted(driver.refused) || 'none'}`)
  console.log(`the controller's actions: ${sorted(judge.byAction)}`)
  console.log(
    `states back at which they were foreseen: ${sorted(judge.lag)}; ${judge.mixed} with one kind older than another`,
  )
  const delays = judge.delays.toSorted((a, b) => a - b)
  const at = (share: number) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0
  console.log(`announced before they were made: median ${at(0.5)} ms, 99 % within ${at(0.99)} ms, longest ${at(1)} ms`)
  for (const [why, count] of judge.unwoken) console.log(`${count} announced, and nothing woke the controller: ${why}`)
  if (judge.removedByName > 0)
    console.log(`${judge.removedByName} new pods were removed by kwok, by the name of the one before them`)
  if (world.late > 0) console.log(`${world.late} events came too late to be put in order`)
  if (left.length > 0) console.log(`not at rest after two minutes:\n  ${left.join('\n  ')}`)
  for (const each of judge.disagreements) console.log(describe(each))
  console.log(
    `agreement: ${judge.foreseen} of ${actions} actions (${actions === 0 ? '-' : ((100 * judge.foreseen) / actions).toFixed(2)} %), ` +
      `${judge.disagreements.length - unforeseen} announced too early or for nothing, seed ${options.seed}`,
  )
}

const titles = { unforeseen: 'NOT FORESEEN', 'not-done': 'ANNOUNCED, NOT MADE', 'too-early': 'ANNOUNCED TOO EARLY' }

function describe({ kind, delay, action, said, objects }: Disagreement): string {
  const pods = objects.pods
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map(({ metadata, status }) => {
      const ready = status.conditions.find((each) => each.type === 'Ready')
      const hash = metadata.labels['controller-revision-hash']?.split('-').at(-1)
      return `${metadata.name} ${status.phase} ready=${ready?.status} ${metadata.deletionTimestamp === null ? '' : 'terminating '}${hash}`
    })
  const { spec, status } = objects.set
  return [
    `${titles[kind]}${delay === undefined ? '' : ` (${delay} ms)`} ${JSON.stringify(action)}`,
    `  set: replicas ${spec.replicas} from ${spec.ordinalsStart}, ${spec.podManagementPolicy}, ${JSON.stringify(spec.updateStrategy)}, minReady ${spec.minReadySeconds}, whenScaled ${spec.whenScaled}, status ${status.currentRevision} ${status.updateRevision} current ${status.currentReplicas}`,
    `  pods: ${pods.join(' · ') || 'none'}`,
    `  claims: ${objects.claims.map(({ metadata, status: { phase } }) => `${metadata.name} ${phase}${metadata.deletionTimestamp === null ? '' : ' deleting'}${metadata.owners.length > 0 ? ` owned by ${metadata.owners.map((owner) => owner.kind).join('+')}` : ''}`).join(' · ') || 'none'}`,
    ...said.map(({ version, steps, waitingFor }) => {
      const words = steps.map((step) => `${step.action} ${step.ordinal}`).join(', ')
      return `  said at ${version}: ${words || 'nothing'}${waitingFor === null ? '' : ` — ${waitingFor}`}`
    }),
  ].join('\n')
}

/** The objects of every disagreement, for a closer look. */
async function keep(disagreements: Disagreement[]): Promise<void> {
  if (disagreements.length === 0) return
  const folder = path.join('test-results', 'predict')
  await mkdir(folder, { recursive: true })
  const file = path.join(folder, `seed-${options.seed}.json`)
  const plain = disagreements.map((each) => ({
    ...each,
    objects: { ...each.objects, volumes: {}, nodes: {}, storageClasses: {} },
  }))
  await writeFile(file, JSON.stringify(plain, null, 2))
  console.log(`objects of each: ${file}`)
}

process.exitCode = await run()
