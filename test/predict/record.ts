import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { startControlPlane } from '@/tools/control-plane/control-plane'
import { parse } from '@/lib/cluster/parse'
import type { Resource, ObjectsByResource, SetObjects } from '@/lib/statefulset/model/objects'
import { ordinalOfClaim } from '@/lib/statefulset/model/identity'
import { Api } from './api'

/**
 * Records the objects of situations that the runbooks are about, from a real control plane, as the fixtures of
 * lib/statefulset/detectors/recorded.test.ts: `tsx --conditions=react-server test/predict/record.ts`.
 * Each situation is recorded twice, before it arises (a near miss) and after. Waits of minutes and days are not sat
 * out: the objects are judged at a later clock, which is written beside them.
 */

type Manifest = Record<string, unknown>
type Situation = {
  runbook: string
  set: string
  namespace?: string
  /** What exists at first. */
  manifests: Manifest[]
  /** True when the near miss is reached. */
  calm: (objects: SetObjects) => boolean
  /** What brings the situation about. */
  act: (api: Api) => Promise<void>
  /** True when the situation has arisen. */
  arisen: (objects: SetObjects) => boolean
  /** Seconds by which the clock is ahead when the objects are judged. */
  ahead?: number
  params?: Record<string, string | number>
  /** No near miss of its own. */
  alone?: boolean
}

const namespace = 'recorded'
const prefix = {
  statefulsets: 'apis/apps/v1',
  controllerrevisions: 'apis/apps/v1',
  endpointslices: 'apis/discovery.k8s.io/v1',
  storageclasses: 'apis/storage.k8s.io/v1',
  poddisruptionbudgets: 'apis/policy/v1',
} as Partial<Record<Resource, string>>

async function listOf<K extends Resource>(
  api: Api,
  kind: K,
  inNamespace: string | null,
): Promise<ObjectsByResource[K][]> {
  const where = inNamespace === null ? '' : `namespaces/${inNamespace}/`
  const list = await api.must('GET', `/${prefix[kind] ?? 'api/v1'}/${where}${kind}`)
  return ((list.items ?? []) as unknown[]).map((item) => parse(kind, item))
}

/** Everything of one set, as the live store would put it together. */
async function objectsOf(api: Api, name: string, of: string): Promise<SetObjects> {
  const [sets, pods, claims, volumes, classes, nodes, services, slices, revisions, events, budgets] = await Promise.all(
    [
      listOf(api, 'statefulsets', of),
      listOf(api, 'pods', of),
      listOf(api, 'persistentvolumeclaims', of),
      listOf(api, 'persistentvolumes', null),
      listOf(api, 'storageclasses', null),
      listOf(api, 'nodes', null),
      listOf(api, 'services', of),
      listOf(api, 'endpointslices', of),
      listOf(api, 'controllerrevisions', of),
      listOf(api, 'events', of),
      listOf(api, 'poddisruptionbudgets', of),
    ],
  )
  const set = sets.find((each) => each.metadata.name === name)
  if (set === undefined) throw new Error(`no set ${name}`)
  const own = pods.filter((pod) => new RegExp(`^${name}-[0-9]+$`).test(pod.metadata.name))
  const ownClaims = claims.filter((claim) =>
    set.spec.claimTemplates.some((template) => ordinalOfClaim(template.name, name, claim.metadata.name) !== null),
  )
  const volumeNames = new Set(ownClaims.map((claim) => claim.spec.volumeName))
  const nodeNames = new Set(own.map((pod) => pod.spec.nodeName))
  const uids = new Set([set, ...own, ...ownClaims].map((each) => each.metadata.uid))
  const byName = <T extends { metadata: { name: string } }>(list: T[]) =>
    new Map(list.map((each) => [each.metadata.name, each]))
  return {
    set,
    pods: own,
    claims: ownClaims,
    volumes: byName(volumes.filter((each) => volumeNames.has(each.metadata.name))),
    storageClasses: byName(classes),
    nodes: byName(nodes.filter((each) => nodeNames.has(each.metadata.name))),
    service: services.find((each) => each.metadata.name === set.spec.serviceName) ?? null,
    slices: slices.filter((each) => each.serviceName === set.spec.serviceName),
    revisions: revisions.filter((each) => each.metadata.owners.some((owner) => owner.uid === set.metadata.uid)),
    events: events.filter((each) => each.involved.uid !== null && uids.has(each.involved.uid)),
    budgets,
    unknown: {},
    neighbours: [],
    serverVersion: { major: 1, minor: 37 },
  }
}

const serviceOf = (name: string, of = namespace, spec: Manifest = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: of },
  spec: { clusterIP: 'None', selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
})

function setOf(
  name: string,
  spec: Manifest = {},
  options: { pod?: Manifest; annotations?: Manifest; storageClassName?: string; of?: string; claims?: boolean } = {},
): Manifest {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace: options.of ?? namespace },
    spec: {
      serviceName: name,
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: options.annotations ?? {} },
        spec: {
          terminationGracePeriodSeconds: 3,
          containers: [{ name: 'main', image: 'luksa/kubia-pet:1', ports: [{ name: 'http', containerPort: 8080 }] }],
          ...options.pod,
        },
      },
      volumeClaimTemplates:
        options.claims === false
          ? []
          : [
              {
                metadata: { name: 'data' },
                spec: {
                  accessModes: ['ReadWriteOnce'],
                  ...(options.storageClassName === undefined ? {} : { storageClassName: options.storageClassName }),
                  resources: { requests: { storage: '1Mi' } },
                },
              },
            ],
      ...spec,
    },
  }
}

const ready = (objects: SetObjects) =>
  objects.pods.filter((pod) => pod.status.conditions.some((each) => each.type === 'Ready' && each.status === 'True'))
    .length
const allReady = (objects: SetObjects) =>
  ready(objects) === objects.set.spec.replicas && objects.pods.length === objects.set.spec.replicas
const patchSet =
  (name: string, spec: Manifest, of = namespace) =>
  async (api: Api) =>
    void (await api.must(
      'PATCH',
      `/apis/apps/v1/namespaces/${of}/statefulsets/${name}`,
      { spec },
      'application/strategic-merge-patch+json',
    ))
const behave = (pod: string, behaviour: string) => async (api: Api) =>
  void (await api.must(
    'PATCH',
    `/api/v1/namespaces/${namespace}/pods/${pod}`,
    { metadata: { annotations: { 'ordinal.local/behaviour': behaviour } } },
    'application/merge-patch+json',
  ))
const image = (value: string) => ({ template: { spec: { containers: [{ name: 'main', image: value }] } } })
const waitsFor = (objects: SetObjects, ordinal: number, reason: string) =>
  objects.pods.some(
    (pod) =>
      pod.metadata.name.endsWith(`-${ordinal}`) &&
      pod.status.containers.some((each) => each.state?.kind === 'waiting' && each.state.reason === reason),
  )
const simple = (name: string, spec: Manifest = {}, options: Parameters<typeof setOf>[2] = {}) => [
  serviceOf(name, options.of),
  setOf(name, spec, options),
]
const day = 24 * 3600
/** Emptied, and so of no use to the situations after it. */
const drained = 'worker-2'

function situations(fail: (node: string) => Promise<void>): Situation[] {
  return [
    {
      runbook: 'wedged-rollout',
      set: 'r01',
      manifests: simple('r01'),
      calm: allReady,
      act: async (api) => {
        await patchSet('r01', image('luksa/does-not-exist:9'))(api)
        await until(async () => waitsFor(await objectsOf(api, 'r01', namespace), 1, 'ImagePullBackOff'), 'r01 broken')
        await patchSet('r01', image('luksa/kubia-pet:1'))(api)
      },
      arisen: (objects) => objects.revisions.length > 1 && objects.set.status.observedGeneration === 3,
      params: { stage: 'wedged', pod: 'r01-1' },
    },
    {
      runbook: 'stuck-terminating',
      set: 'r02',
      manifests: simple('r02', { replicas: 1 }, { pod: { nodeSelector: { 'kubernetes.io/hostname': 'worker-3' } } }),
      calm: allReady,
      act: () => fail('worker-3'),
      arisen: (objects) => objects.pods.some((pod) => pod.metadata.deletionTimestamp !== null),
      ahead: 60,
      params: { node: 'worker-3' },
    },
    {
      runbook: 'claim-drift',
      set: 'r04',
      manifests: simple('r04'),
      calm: allReady,
      act: async (api) =>
        void (await api.must(
          'PATCH',
          `/api/v1/namespaces/${namespace}/persistentvolumeclaims/data-r04-0`,
          { spec: { resources: { requests: { storage: '2Mi' } } } },
          'application/merge-patch+json',
        )),
      arisen: (objects) => objects.claims.some((claim) => claim.spec.requested === '2Mi'),
      params: { count: 1, wanted: '1Mi' },
    },
    {
      runbook: 'volume-zone',
      set: 'r06',
      manifests: simple(
        'r06',
        { replicas: 1 },
        { storageClassName: 'zonal', pod: { nodeSelector: { 'kubernetes.io/hostname': 'worker-1' } } },
      ),
      calm: allReady,
      act: patchSet('r06', { template: { spec: { nodeSelector: { 'kubernetes.io/hostname': 'worker-2' } } } }),
      arisen: (objects) =>
        objects.pods.some((pod) =>
          pod.status.conditions.some(
            (each) => each.type === 'PodScheduled' && each.status === 'False' && /affinity/.test(each.message ?? ''),
          ),
        ),
    },
    {
      runbook: 'hidden-peers',
      set: 'r07',
      manifests: simple(
        'r07',
        { podManagementPolicy: 'Parallel', replicas: 2 },
        { annotations: { 'ordinal.local/behaviour': 'unready' } },
      ),
      calm: (objects) => objects.pods.length === 2,
      act: async () => {},
      arisen: (objects) => objects.pods.length === 2 && objects.pods.every((pod) => pod.status.phase === 'Running'),
      ahead: 120,
      params: { count: 2 },
    },
    {
      runbook: 'ordered-start',
      set: 'r08',
      manifests: simple('r08', { replicas: 3 }, { annotations: { 'ordinal.local/behaviour': 'unready' } }),
      calm: (objects) => objects.pods.length === 1,
      act: async () => {},
      arisen: (objects) => objects.pods.some((pod) => pod.status.phase === 'Running'),
      ahead: 180,
      params: { pod: 'r08-0', count: 2 },
    },
    {
      runbook: 'left-claims',
      set: 'r10',
      manifests: simple('r10', { replicas: 3 }),
      calm: allReady,
      act: patchSet('r10', { replicas: 1 }),
      arisen: (objects) =>
        allReady(objects) &&
        objects.claims.filter((claim) =>
          claim.status.conditions.some((each) => each.type === 'Unused' && each.status === 'True'),
        ).length === 2,
      params: { count: 2 },
    },
    {
      runbook: 'frozen-scaling',
      set: 'r12',
      manifests: simple('r12', { replicas: 3 }),
      calm: allReady,
      act: async (api) => {
        await behave('r12-0', 'unready')(api)
        await until(async () => ready(await objectsOf(api, 'r12', namespace)) === 2, 'r12 unready')
        await patchSet('r12', { replicas: 1 })(api)
      },
      arisen: (objects) => objects.set.status.observedGeneration === 2,
      ahead: 120,
      params: { pod: 'r12-0', removeCount: 2 },
    },
    {
      runbook: 'blocked-drain',
      set: 'r13',
      namespace: 'recorded-drain',
      manifests: [
        {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name: 'r13', namespace: 'recorded-drain' },
          spec: { minAvailable: 2, selector: { matchLabels: { app: 'r13' } } },
        },
        ...simple(
          'r13',
          { replicas: 2 },
          { of: 'recorded-drain', pod: { nodeSelector: { 'kubernetes.io/hostname': drained } } },
        ),
      ],
      calm: (objects) => allReady(objects) && objects.budgets[0]?.status?.currentHealthy === 2,
      act: async (api) =>
        void (await api.must(
          'PATCH',
          `/api/v1/nodes/${drained}`,
          { spec: { unschedulable: true } },
          'application/merge-patch+json',
        )),
      arisen: (objects) => [...objects.nodes.values()].some((node) => node.spec.unschedulable),
      params: { pod: 'r13-0', node: drained, budget: 'r13', healthy: 2, desired: 2 },
    },
    {
      runbook: 'parked-rollout',
      set: 'r14',
      manifests: simple('r14', { replicas: 3 }),
      calm: allReady,
      act: patchSet('r14', {
        ...image('luksa/kubia-pet:2'),
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
      }),
      arisen: (objects) => allReady(objects) && objects.set.status.updatedReplicas === 1,
      ahead: day + 60,
      params: { partition: 2, updated: 1, total: 3 },
    },
    {
      runbook: 'on-delete',
      set: 'r15',
      manifests: simple('r15', { updateStrategy: { type: 'OnDelete' } }),
      calm: allReady,
      act: patchSet('r15', image('luksa/kubia-pet:2')),
      arisen: (objects) => objects.revisions.length === 2 && objects.set.status.observedGeneration === 2,
      params: { count: 2, total: 2 },
    },
    {
      runbook: 'governing-service',
      set: 'r17',
      manifests: simple('r17'),
      calm: allReady,
      act: async (api) => void (await api.must('DELETE', `/api/v1/namespaces/${namespace}/services/r17`)),
      arisen: (objects) => objects.service === null,
      params: { problem: 'missing' },
    },
    {
      runbook: 'refused-creation',
      set: 'r18',
      namespace: 'recorded-quota',
      manifests: [
        {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'small', namespace: 'recorded-quota' },
          spec: { hard: { pods: '1' } },
        },
        ...simple('r18', { replicas: 1 }, { of: 'recorded-quota' }),
      ],
      calm: allReady,
      act: patchSet('r18', { replicas: 2 }, 'recorded-quota'),
      arisen: (objects) => objects.events.some((each) => each.reason === 'FailedCreate'),
      params: { reason: 'quota', pod: 'r18-1' },
    },
    {
      runbook: 'replica-owners',
      set: 'r19',
      manifests: simple('r19', { replicas: 1 }),
      calm: allReady,
      act: async (api) => {
        const body = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'r19' }, spec: { replicas: 1 } }
        const at = `/apis/apps/v1/namespaces/${namespace}/statefulsets/r19`
        await api.must('PATCH', `${at}?fieldManager=argocd-controller&force=true`, body, 'application/apply-patch+yaml')
      },
      arisen: (objects) => objects.set.replicasManagers.length === 2,
      params: { count: 2 },
    },
    {
      runbook: 'pending-claim',
      set: 'r21',
      manifests: simple('r21', { replicas: 1 }, { storageClassName: 'nobody-has-this' }),
      calm: () => true,
      alone: true,
      act: async () => {},
      arisen: (objects) =>
        objects.claims.length === 1 &&
        objects.pods.some((pod) =>
          pod.status.conditions.some((each) => each.type === 'PodScheduled' && each.status === 'False'),
        ),
      params: { reason: 'classMissing', class: 'nobody-has-this' },
    },
    {
      runbook: 'missing-claim',
      set: 'r22',
      manifests: simple('r22', { replicas: 1 }),
      calm: allReady,
      act: async (api) =>
        void (await api.must('DELETE', `/api/v1/namespaces/${namespace}/persistentvolumeclaims/data-r22-0`)),
      arisen: (objects) => objects.claims.some((claim) => claim.metadata.deletionTimestamp !== null),
      params: { kind: 'inUse' },
    },
    {
      runbook: 'old-claim',
      set: 'r23',
      namespace: 'recorded-idle',
      manifests: simple('r23', { replicas: 2 }, { of: 'recorded-idle' }),
      calm: allReady,
      act: async (api) => {
        await patchSet('r23', { replicas: 1 }, 'recorded-idle')(api)
        const idle = (objects: SetObjects) =>
          objects.claims.some((claim) =>
            claim.status.conditions.some((each) => each.type === 'Unused' && each.status === 'True'),
          )
        await until(async () => idle(await objectsOf(api, 'r23', 'recorded-idle')), 'r23 idle')
        const quota = {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'small' },
          spec: { hard: { pods: '1' } },
        }
        await api.must('POST', '/api/v1/namespaces/recorded-idle/resourcequotas', quota)
        await new Promise((resolve) => setTimeout(resolve, 2000))
        await patchSet('r23', { replicas: 2 }, 'recorded-idle')(api)
      },
      arisen: (objects) =>
        objects.set.spec.replicas === 2 && objects.pods.length === 1 && objects.set.status.observedGeneration === 3,
      ahead: 600,
      params: { count: 1, claims: 'data-r23-1' },
    },
    {
      runbook: 'recreate-loop',
      set: 'r32',
      manifests: simple('r32', { replicas: 1 }),
      calm: allReady,
      act: patchSet('r32', { template: { metadata: { annotations: { 'ordinal.local/behaviour': 'evict' } } } }),
      arisen: (objects) =>
        objects.events.some(
          (each) => each.reason === 'SuccessfulCreate' && / Pod /.test(each.message) && each.count >= 5,
        ),
      params: { pod: 'r32-0' },
    },
    {
      runbook: 'crowded-node',
      set: 'r33',
      manifests: simple(
        'r33',
        { replicas: 3, podManagementPolicy: 'Parallel' },
        { claims: false, pod: { nodeSelector: { 'kubernetes.io/hostname': 'worker-1' } } },
      ),
      calm: () => true,
      alone: true,
      act: async () => {},
      arisen: allReady,
      params: { kind: 'node', name: 'worker-1', count: 3 },
    },
    {
      runbook: 'moved-ordinals',
      set: 'r34',
      manifests: simple('r34', { replicas: 1 }),
      calm: allReady,
      act: patchSet('r34', { ordinals: { start: 1 } }),
      arisen: (objects) =>
        objects.pods.length === 1 && objects.pods[0]?.metadata.name === 'r34-1' && ready(objects) === 1,
      params: { start: 1, count: 1 },
    },
    {
      runbook: 'late-availability',
      set: 'r36',
      manifests: simple('r36', { replicas: 2, minReadySeconds: 300 }),
      calm: (objects) => objects.pods.length === 1,
      act: async () => {},
      arisen: (objects) => ready(objects) === 1,
      params: { pod: 'r36-0', seconds: 300 },
    },
  ]
}

async function until(holds: () => Promise<boolean>, what: string, seconds = 120): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} seconds`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

const plain = (objects: SetObjects) => ({
  ...objects,
  volumes: [...objects.volumes.values()],
  storageClasses: [...objects.storageClasses.values()],
  nodes: [...objects.nodes.values()],
})

async function create(api: Api, manifest: Manifest): Promise<void> {
  const { kind } = manifest
  const group = kind === 'StatefulSet' ? 'apis/apps/v1' : kind === 'PodDisruptionBudget' ? 'apis/policy/v1' : 'api/v1'
  const { namespace: of } = manifest.metadata as { namespace: string }
  await api.must('POST', `/${group}/namespaces/${of}/${String(kind).toLowerCase()}s`, manifest)
}

async function recordOne(api: Api, situation: Situation, kubernetes: string): Promise<void> {
  const { runbook, set } = situation
  const of = situation.namespace ?? namespace
  for (const manifest of situation.manifests) await create(api, manifest)
  await until(async () => situation.calm(await objectsOf(api, set, of)), `${runbook} calm`)
  const calm = await objectsOf(api, set, of)
  const calmAt = new Date()
  await situation.act(api)
  await until(async () => situation.arisen(await objectsOf(api, set, of)), `${runbook} arisen`)
  const objects = await objectsOf(api, set, of)
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
  const folder = path.join('lib', 'statefulset', 'detectors', 'recorded')
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, `${runbook}.jsonl`), `${JSON.stringify(record)}\n`)
  console.log(`recorded ${runbook}`)
}

const plane = await startControlPlane({ progress: (line) => console.log(line) })
const api = new Api({ url: plane.url, ca: plane.ca, token: plane.adminToken })
try {
  for (const name of [namespace, 'recorded-quota', 'recorded-idle', 'recorded-drain'])
    await api.must('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const { gitVersion } = (await api.must('GET', '/version')) as { gitVersion: string }
  const wanted = process.argv.slice(2)
  const all = situations(async (node) => void (await plane.failNode(node))).filter(
    (each) => wanted.length === 0 || wanted.includes(each.runbook),
  )
  // What takes a node from the others comes last.
  const late = ['stuck-terminating', 'blocked-drain']
  const results = await Promise.allSettled(
    all.filter((each) => !late.includes(each.runbook)).map((each) => recordOne(api, each, gitVersion)),
  )
  for (const last of all.filter((each) => late.includes(each.runbook)))
    results.push(...(await Promise.allSettled([recordOne(api, last, gitVersion)])))
  for (const result of results) if (result.status === 'rejected') console.error(result.reason)
  process.exitCode = results.every((each) => each.status === 'fulfilled') ? 0 : 1
} finally {
  api.close()
  await plane.stop()
}
