'use client'

import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Evidence, EvidenceCode } from '@/lib/statefulset/explain/evidence'
import type { PodDeletePlan, ScalePlan } from '@/lib/statefulset/plan/plan'
import { CommandSender, failureOf, type Failure } from './command-sender'
import type { DryRun } from './dry-run'
import { postJson, readJson } from './read'

/**
 * What a page may ask the server to change. Each command is sent once: its idempotency key is made when the dialog
 * opens, and it is never sent again by itself.
 */
export type ActionName = 'scale' | 'delete-pod' | 'force-delete-pod' | 'remove-finalizers'

type Target = { namespace: string; name: string; uid: string; confirm?: string }
export type ActionBodies = {
  scale: Target & { generation: number; replicas: number }
  'delete-pod': Target
  'force-delete-pod': Target & { contradictions: EvidenceCode[] }
  'remove-finalizers': Target & { finalizers: readonly string[] }
}

/** What could not be read, and why: the missing rule, or what the API server said. */
export type Unseen = { unknown: string }
export type Autoscaler = { name: string; min: number; max: number; scaledToZero: boolean }
export type Budget = {
  name: string
  disruptionsAllowed: number | null
  minAvailable: string | null
  maxUnavailable: string | null
}

export type ScalePreview = {
  plan: ScalePlan
  command: string
  dryRun: DryRun
  autoscalers: Autoscaler[] | Unseen
  budgets: Budget[] | Unseen
  managers: { manager: string; operation: string; subresource: string | null; time: string | null }[]
}
export type DeletePodPreview = {
  plan: PodDeletePlan | null
  command: string
  dryRun: DryRun
  budgets: Budget[] | Unseen
}
/** Whether a pod may still run, collected a moment ago (`collectedAt` by the API server's clock). */
export type CollectedEvidence = {
  owner: { set: string; ordinal: number } | null
  pod: { uid: string; node: string | null; deletionTimestamp: string | null; finalizers: string[] }
  node: { uid: string; bootID: string | null } | null
  evidence: Evidence
  collectedAt: string
}
/** Claims that may end with the pod, and what has to be typed for then. */
type Ending = Pick<PodDeletePlan, 'claims' | 'confirm'>
export type ForceDeletePreview = CollectedEvidence & Ending & { command: string; dryRun: DryRun }
export type FinalizersPreview = Ending & { finalizers: string[]; command: string; dryRun: DryRun }
type Previews = {
  scale: ScalePreview
  'delete-pod': DeletePodPreview
  'force-delete-pod': ForceDeletePreview
  'remove-finalizers': FinalizersPreview
}

/** `confirmedBy`: the API server's answer, or, when that was lost, reading again. */
type Done = { id: string; confirmedBy: 'answer' | 'reading'; warnings: string[] }
export type Answers = {
  scale: Done & { from: number; replicas: number }
  'delete-pod': Done
  'force-delete-pod': Done & { keptBy: string[] }
  'remove-finalizers': Done
}

const pathOf = (cluster: string, action: ActionName) =>
  `/api/clusters/${encodeURIComponent(cluster)}/actions/${encodeURIComponent(action)}`

export type Rights = {
  readOnly: boolean
  actions: Record<ActionName, { allowed: true | false | 'unknown'; rule: string | null; reason: string | null }>
}

/** Which actions this identity may do in a namespace; undefined until it is known. */
export function useRights(cluster: string, namespace: string): Rights | undefined {
  const path = `/api/clusters/${encodeURIComponent(cluster)}/namespaces/${encodeURIComponent(namespace)}/rights`
  const { data } = useQuery({
    queryKey: ['rights', cluster, namespace],
    queryFn: ({ signal }) => readJson<Rights>(path, signal),
    staleTime: 60_000,
    refetchInterval: 120_000,
  })
  return data
}

export type Preview<A extends ActionName> = {
  preview: Previews[A] | undefined
  failure: Failure | undefined
  /** The preview that is there belongs to another body than the one that is asked for now. */
  behind: boolean
}

/**
 * What an action would do, asked again every few seconds, because what stands in its way changes. `body` null asks for
 * nothing. Writes nothing.
 */
export function usePreview<A extends ActionName>(
  cluster: string,
  action: A,
  body: ActionBodies[A] | null,
  everyMs = 5000,
): Preview<A> {
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['preview', cluster, action, body],
    queryFn: ({ signal }) => postJson<Previews[A]>(`${pathOf(cluster, action)}?preview=true`, body, signal),
    enabled: body !== null,
    staleTime: 0,
    gcTime: 0,
    refetchInterval: everyMs,
    placeholderData: (before) => before,
  })
  return {
    preview: body === null ? undefined : data,
    failure: error ? failureOf(error) : undefined,
    behind: isPlaceholderData,
  }
}

/** The evidence about a pod, collected anew every five seconds; the last one stays while a reading fails. */
export function useEvidence(cluster: string, pod: { namespace: string; name: string; uid: string }, enabled: boolean) {
  const { namespace, name, uid } = pod
  const path = `/api/clusters/${encodeURIComponent(cluster)}/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/evidence`
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['evidence', cluster, namespace, name, uid],
    queryFn: ({ signal }) => readJson<CollectedEvidence>(`${path}?${new URLSearchParams({ uid })}`, signal),
    enabled,
    staleTime: 0,
    gcTime: 0,
    refetchInterval: 5000,
  })
  return { collected: data, failure: error ? failureOf(error) : undefined, again: () => void refetch(), isFetching }
}

export type Command<A extends ActionName> = {
  state: 'idle' | 'sending' | 'done' | 'failed'
  /** When it was sent (ms), null before. */
  askedAt: number | null
  acceptedAt: number | null
  answer: Answers[A] | undefined
  failure: Failure | undefined
  send: (body: ActionBodies[A]) => void
  /** Asks for the answer of the same command again: same key, same content, so it is not done twice. */
  askAgain: () => void
  /** Back to the beginning, with a new key. */
  renew: () => void
}

type Sent<A extends ActionName> = Pick<Command<A>, 'state' | 'askedAt' | 'acceptedAt' | 'answer' | 'failure'>
const idle = { state: 'idle', askedAt: null, acceptedAt: null, answer: undefined, failure: undefined } as const

/** One command of one dialog. `onDone` and `onFailed` are also called when the dialog was closed meanwhile. */
export function useCommand<A extends ActionName>(
  cluster: string,
  action: A,
  onDone: (answer: Answers[A], body: ActionBodies[A], askedAt: number) => void,
  onFailed: (failure: Failure) => void,
): Command<A> {
  const [sent, setSent] = useState<Sent<A>>(idle)
  const [sender] = useState(() => new CommandSender<Answers[A]>())
  const last = useRef<ActionBodies[A] | null>(null)
  const post = async (body: ActionBodies[A]) => {
    last.current = body
    const askedAt = Date.now()
    setSent({ ...idle, state: 'sending', askedAt })
    const ending = await sender.send(pathOf(cluster, action), body)
    // A second press, while the first one is under way.
    if (ending === null) return
    if ('answer' in ending) {
      setSent({ ...idle, state: 'done', askedAt, acceptedAt: Date.now(), answer: ending.answer })
      onDone(ending.answer, body, askedAt)
    } else {
      setSent({ ...idle, state: 'failed', askedAt, failure: ending.failure })
      onFailed(ending.failure)
    }
  }
  return {
    ...sent,
    send: (body) => void post(body),
    askAgain: () => {
      if (last.current) void post(last.current)
    },
    renew: () => {
      sender.renew()
      setSent(idle)
    },
  }
}
