/**
 * Holds Ordinal's JSON view of a set against what the API server gives for the same objects. It joins by itself, in
 * the plainest way, and takes the words from the server's own table (`kubectl get pods`), so that a mistake in
 * Ordinal's rules cannot hide in a shared one.
 */
export type Truth = {
  set: Obj
  pods: Obj[]
  /** name → the cells that `kubectl get pods` prints. */
  printed: Map<string, { status: string; ready: string; restarts: string }>
  claims: Obj[]
  volumes: Obj[]
  nodes: Obj[]
}
export type Obj = {
  metadata: {
    name: string
    uid: string
    generation?: number
    deletionTimestamp?: string
    labels?: Record<string, string>
    ownerReferences?: { uid: string }[]
  }
  spec?: Record<string, unknown>
  status?: Record<string, unknown>
}
type View = {
  uid: string
  generation: number
  replicas: Record<string, number>
  revisions: { current: string; update: string }
  ordinals: {
    ordinal: number
    name: string
    inRange: boolean
    state: string
    pod: null | {
      uid: string
      phase: string
      status: string
      ready: boolean
      restarts: number
      node: string | null
      ip: string | null
      revision: string
      deletionTimestamp: string | null
    }
    node: null | { name: string; ready: string }
    claims: {
      name: string
      exists: boolean
      phase: string | null
      capacity: string | null
      volume: null | { name: string; phase: string; reclaimPolicy: string }
    }[]
  }[]
}

const text = (value: unknown) => (value === undefined || value === null ? null : String(value))
const field = (object: Obj | undefined, ...path: string[]) => {
  let value: unknown = object
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key]
  return value
}

const isReadyPod = (pod: Obj) =>
  field(pod, 'status', 'phase') === 'Running' &&
  ((field(pod, 'status', 'conditions') ?? []) as { type: string; status: string }[]).some(
    (each) => each.type === 'Ready' && each.status === 'True',
  )

/** Every difference in words; empty when the view tells the truth. */
export function differences(view: View, truth: Truth): string[] {
  const found: string[] = []
  const same = (what: string, seen: unknown, real: unknown) => {
    if (JSON.stringify(seen) !== JSON.stringify(real))
      found.push(`${what}: Ordinal has ${JSON.stringify(seen)}, Kubernetes has ${JSON.stringify(real)}`)
  }
  const set = truth.set
  const name = set.metadata.name
  const desired = Number(field(set, 'spec', 'replicas'))
  const start = Number(field(set, 'spec', 'ordinals', 'start') ?? 0)
  const templates = ((field(set, 'spec', 'volumeClaimTemplates') ?? []) as { metadata: { name: string } }[]).map(
    (template) => template.metadata.name,
  )
  same('uid', view.uid, set.metadata.uid)
  same('generation', view.generation, set.metadata.generation)
  same('replicas.desired', view.replicas.desired, desired)
  same('revisions.update', view.revisions.update, field(set, 'status', 'updateRevision'))
  same('revisions.current', view.revisions.current, field(set, 'status', 'currentRevision'))

  const ordinalOf = (prefix: string, full: string) => {
    if (!full.startsWith(prefix)) return null
    const digits = full.slice(prefix.length)
    return /^\d+$/.test(digits) ? Number(digits) : null
  }
  const expected = new Set<number>()
  for (let ordinal = start; ordinal < start + desired; ordinal += 1) expected.add(ordinal)
  let ready = 0
  for (const pod of truth.pods) {
    const ordinal = ordinalOf(`${name}-`, pod.metadata.name)
    if (ordinal !== null) expected.add(ordinal)
    if (ordinal !== null && ordinal >= start && ordinal < start + desired && isReadyPod(pod)) ready += 1
  }
  same('replicas.ready', view.replicas.ready, ready)
  for (const claim of truth.claims)
    for (const template of templates) {
      const ordinal = ordinalOf(`${template}-${name}-`, claim.metadata.name)
      if (ordinal !== null) expected.add(ordinal)
    }
  same(
    'ordinals (none lost, none doubled)',
    view.ordinals.map((one) => one.ordinal).toSorted((a, b) => a - b),
    [...expected].toSorted((a, b) => a - b),
  )

  for (const one of view.ordinals) {
    const at = `${name}-${one.ordinal}`
    same(`${at} name`, one.name, at)
    same(`${at} inRange`, one.inRange, one.ordinal >= start && one.ordinal < start + desired)
    const pod = truth.pods.find((candidate) => candidate.metadata.name === at)
    same(`${at} pod`, one.pod?.uid ?? null, pod?.metadata.uid ?? null)
    if (pod && one.pod) {
      const printed = truth.printed.get(at)
      same(`${at} STATUS`, one.pod.status, printed?.status)
      same(`${at} RESTARTS`, String(one.pod.restarts), printed?.restarts.split(' ')[0])
      same(`${at} phase`, one.pod.phase, field(pod, 'status', 'phase'))
      same(`${at} node`, one.pod.node, text(field(pod, 'spec', 'nodeName')))
      same(`${at} IP`, one.pod.ip, text(field(pod, 'status', 'podIP')))
      same(`${at} deletionTimestamp`, one.pod.deletionTimestamp, pod.metadata.deletionTimestamp ?? null)
      same(`${at} revision`, one.pod.revision, pod.metadata.labels?.['controller-revision-hash'])
      const node = truth.nodes.find((candidate) => candidate.metadata.name === field(pod, 'spec', 'nodeName'))
      const ready = (field(node, 'status', 'conditions') as { type: string; status: string }[] | undefined)?.find(
        (condition) => condition.type === 'Ready',
      )
      if (node) same(`${at} node Ready`, one.node?.ready, ready?.status ?? 'Unknown')
    }
    for (const template of templates) {
      const claimName = `${template}-${at}`
      const claim = truth.claims.find((candidate) => candidate.metadata.name === claimName)
      const shown = one.claims.find((candidate) => candidate.name === claimName)
      if (!one.inRange && !claim) continue
      same(`${claimName} exists`, shown?.exists ?? false, Boolean(claim))
      if (!claim || !shown) continue
      same(`${claimName} phase`, shown.phase, field(claim, 'status', 'phase'))
      same(`${claimName} capacity`, shown.capacity, text(field(claim, 'status', 'capacity', 'storage')))
      const volume = truth.volumes.find((candidate) => candidate.metadata.name === field(claim, 'spec', 'volumeName'))
      same(`${claimName} volume`, shown.volume?.name ?? null, text(field(claim, 'spec', 'volumeName')))
      if (volume) {
        same(`${claimName} volume phase`, shown.volume?.phase, field(volume, 'status', 'phase'))
        same(
          `${claimName} reclaim policy`,
          shown.volume?.reclaimPolicy,
          field(volume, 'spec', 'persistentVolumeReclaimPolicy'),
        )
      }
    }
  }
  return found
}
