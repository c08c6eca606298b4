import type { Resource } from './objects'

/**
 * The view of one StatefulSet: the only thing that a page or a program gets. Timestamps are RFC 3339, sizes are
 * Kubernetes quantities, ages are computed by the reader. Fields may be added; these stay.
 */
export type StatefulSetView = {
  cluster: string
  namespace: string
  name: string
  uid: string
  generation: number
  observedGeneration: number
  createdAt: string
  deletionTimestamp: string | null
  /**
   * Who controls the set itself, by its controller owner reference; null when nobody does. `rollout`: the replacement of
   * its pods too, because the set leaves that to others (OnDelete).
   */
  drivenBy: null | { kind: string; group: string; name: string; rollout: boolean }
  /**
   * Places, counted from the pods themselves by the controller's own definitions, so that they are true even while the
   * controller is behind; from the set's status, and never more than there are places, only when pods may not be
   * listed. All but `leaving` are of the ordinals in range: a pod outside never counts in place of one inside that is
   * not ready, as it does in the status. `leaving`: pods of the set outside the range.
   */
  replicas: {
    desired: number
    created: number
    ready: number
    available: number
    updated: number
    leaving: number
  }
  spec: {
    start: number
    podManagementPolicy: string
    updateStrategy: string
    partition: number | null
    maxUnavailable: string | null
    minReadySeconds: number
    whenScaled: 'Retain' | 'Delete'
    whenDeleted: 'Retain' | 'Delete'
    serviceName: string
    claimTemplates: string[]
    containers: string[]
    images: string[]
    terminationGracePeriodSeconds: number | null
  }
  service: {
    name: string
    exists: boolean
    headless: boolean
    publishNotReadyAddresses: boolean
    /** `unknown`: Services may not be listed. */
    problem: null | 'missing' | 'not-headless' | 'selects-nothing' | 'unknown'
    ports: { name: string | null; port: number; targetPort: string; protocol: string }[]
  }
  revisions: { current: string; update: string }
  /** Every ordinal in range, in order, created or not; then pods and claims that are left outside the range. */
  ordinals: OrdinalView[]
  /** Ordinals in range that are not listed because there is nothing of them and the range is huge; usually 0. */
  ordinalsOmitted: number
  /** The first thing that stops the controller; null when it has nothing to do. */
  waitingFor: Waiting | null
  /** What the controller will do next, in order. Absent until computed; empty means none. */
  next?: NextStep[]
  /** How many further steps there are beyond those of `next`. */
  nextOmitted?: number
  problems?: Problem[]
  /** What needs a person, the most urgent first, as far as it can be seen. */
  needs: Need[]
  /** Columns that cannot be known, by kind, with the missing rule. */
  unknown: Partial<Record<Resource, string>>
  /** Objects of the set that are there and cannot be read, by kind; absent when there are none. */
  unreadable?: Partial<Record<Resource, { name: string; reason: string }[]>>
  /** When anything shown here last changed, as far as the objects tell. */
  changedAt: string
}

/** `update` repairs a pod or its claims in place. `now`: in the controller's very next pass, waiting for nothing. */
export type NextStep = { action: 'create' | 'delete' | 'update'; ordinal: number; now: boolean }

/** How much a problem hurts. */
export type Severity = 'critical' | 'warning' | 'info'

/** One entry of the list of runbooks. `detected` is false where the objects that are followed cannot prove it. */
export type RunbookEntry = { id: string; alias: string; severity: Severity; detected: boolean }

/** A situation that the objects prove. `runbook` is its id, `alias` the number that documents call it by. */
export type Problem = {
  runbook: string
  alias: string
  severity: Severity
  params: Record<string, string | number>
  title: string
  ordinals: number[]
  since: string | null
  proof: Proof[]
}

/** What several sets may share as the cause of their trouble. `namespace` is empty for what belongs to the cluster. */
export type SharedCause = {
  kind:
    | 'node-silent'
    | 'node-gone'
    | 'node-unready'
    | 'storage-class'
    | 'quota'
    | 'webhook'
    | 'service-account'
    | 'zone'
    | 'image'
  namespace: string
  name: string
}

/**
 * One cause for which a set needs a person: its sentence, glyph, clock and ordinals belong together. `by` says whose
 * words `reason` names: a cause's (as in `Cause`) or a finding's (a runbook). `state` is null where no ordinal is meant.
 * `urgency` is 0 (two pods of one name) to 4 (nothing is broken, but somebody has to go on). `runbook` tells the story.
 */
export type Need = {
  by: 'cause' | 'finding'
  reason: string
  params: Record<string, string | number>
  message: string
  state: OrdinalState | null
  ordinals: number[]
  since: string | null
  /** As in `Cause`. */
  atLeast?: true
  urgency: 0 | 1 | 2 | 3 | 4
  runbook: null | { id: string; alias: string }
  shared: SharedCause | null
}

/** One token for the state of an ordinal; the table of shapes, tones and words is keyed by it. */
export type OrdinalState =
  | 'ok'
  | 'outdated'
  | 'arriving'
  | 'init'
  | 'settling'
  | 'leaving'
  | 'blocked'
  | 'refused'
  | 'surplus'
  | 'ghost'
  | 'suspect'
  | 'unready'
  | 'nowhere'
  | 'disk'
  | 'stuck'
  | 'wedged'
  | 'crash'
  | 'image'
  | 'twin-risk'
  /** Pods may not be listed: nothing is known of this ordinal. */
  | 'unknown'

export type ContainerView = {
  name: string
  image: string
  init: boolean
  ready: boolean
  restarts: number
  state: string
}

export type OrdinalView = {
  ordinal: number
  name: string
  inRange: boolean
  state: OrdinalState
  pod: null | {
    uid: string
    phase: string
    /** The word that `kubectl get pods` prints under STATUS. */
    status: string
    ready: boolean
    /** Containers ready of containers, as kubectl's READY. */
    readyContainers: number
    /** The second number of kubectl's READY: containers and sidecars. */
    containersTotal: number
    containers: ContainerView[]
    restarts: number
    /** When the last restart happened; null without one. */
    lastRestart: string | null
    ip: string | null
    node: string | null
    revision: string
    createdAt: string
    deletionTimestamp: string | null
    deletionGracePeriodSeconds: number | null
    finalizers: string[]
    /** False when the pod has the name but belongs to another owner or to none. */
    owned: boolean
  }
  /** `since`: when Ready last changed. Null without a pod on a node, or when Nodes may not be listed. */
  node: null | {
    name: string
    /** False when the Node object is gone; `ready` then is Unknown. */
    exists: boolean
    ready: 'True' | 'False' | 'Unknown'
    since: string | null
    zone: string | null
  }
  claims: ClaimView[]
  peer: {
    /** The DNS name that the pod has, or would get; its bare hostname where it has none. */
    hostname: string
    /** Expected by Kubernetes' rules when the ordinal is ready. */
    srv: { priority: number; weight: number; port: number; target: string }[]
    endpoint: null | { address: string; ready: boolean; serving: boolean; terminating: boolean }
  }
  /** Why the ordinal is in its state. Absent until computed. */
  cause?: Cause | null
  /** When this ordinal last changed, as far as its objects tell. */
  since: string | null
}

export type ClaimView = {
  template: string
  name: string
  /** Null when claims may not be listed: it is then not known whether the claim exists. */
  exists: boolean | null
  uid: string | null
  phase: string | null
  requested: string | null
  capacity: string | null
  storageClass: string | null
  deletionTimestamp: string | null
  createdAt: string | null
  /** Null without a bound volume. Its fields are null when volumes may not be listed. */
  volume: null | {
    name: string
    exists: boolean | null
    phase: string | null
    reclaimPolicy: string | null
    zone: string | null
    deletionTimestamp: string | null
  }
}

export type Cause = {
  reason: string
  params: Record<string, string | number>
  message: string
  since: string | null
  /** It began then or before: when is not known. */
  atLeast?: true
  proof: Proof[]
}

/** `reason` is a code that pages turn into words; `message` is English, for programs and logs. */
export type Waiting = {
  ordinal: number | null
  reason: string
  params: Record<string, string | number>
  message: string
  since: string | null
  /** As in `Cause`. */
  atLeast?: true
  /** `create` · `remove` · `update`, each with its number in the params `createCount`, `removeCount`, `updateCount`. */
  blocks: string[]
  proof?: Proof[]
  /** Until when, where there is a deadline. */
  until?: string | null
  /** What could not be seen while deciding, as kinds. */
  unseen?: Resource[]
}

/** A field that proves a statement: `object` is `Kind namespace/name`, `field` a path in it. */
export type Proof = { object: string; field: string; value: string; at: string | null }

/** One row of the overview: a few hundred bytes a set. */
export type StatefulSetSummary = {
  namespace: string
  name: string
  uid: string
  desired: number
  /** As in the view, of the ordinals in range, as are `created` and `updated`. */
  ready: number
  created: number
  updated: number
  /** Pods outside the range that are still there. */
  leaving: number
  deleting: boolean
  /** One state per ordinal of the view's list, run-length encoded: `[ordinal of the first, state, count]`. */
  ordinals: [number, OrdinalState, number][]
  /** As in the view: ordinals in range that are not listed. */
  ordinalsOmitted: number
  worst: OrdinalState
  /** `current` and `update` as hashes; `updated` of `created` run the update revision. */
  revision: { current: string; update: string }
  partition: number | null
  waitingFor: Pick<Waiting, 'ordinal' | 'reason' | 'params' | 'message' | 'since'> | null
  /** As in the view. */
  needs: Need[]
  /** What the filter looks in: the nodes and images of its pods, and the names of its claim templates. */
  nodes: string[]
  images: string[]
  claimTemplates: string[]
  /** Runbooks that match, worst first. Absent until computed. */
  problems?: Pick<Problem, 'runbook' | 'alias' | 'severity' | 'params' | 'ordinals' | 'since'>[]
  changedAt: string
}
