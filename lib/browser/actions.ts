'use client'

import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Evidence, EvidenceCode } from '@/lib/statefulset/evidence'
import type { PodDeletePlan, ScalePlan } from '@/lib/statefulset/plan'
import { postJson, readJson, ServerError } from './read'

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

/** What the API server says to the same request when it may not store anything. */
export type DryRun = { ok: true; warnings: string[] } | { ok: false; status: number; code: string; message: string }
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
export type ForceDeletePreview = CollectedEvidence & { command: string; dryRun: DryRun }
export type FinalizersPreview = { finalizers: string[]; command: string; dryRun: DryRun }
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

/**
 * Why nothing was done, or why it is not known whether it was. `code` is the server's (lib/actions/action-error.ts), or
 * `no-answer` when the server's own answer never reached this page.
 */
export type Failure = {
  code: string
  status: number
  message: string
  details: Readonly<Record<string, unknown>>
  /** True when it may have been done all the same. */
  mayBeDone: boolean
}

/** A failed reading or command in one shape. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ServerError) {
    const details = typeof error.details === 'object' && error.details !== null ? { ...error.details } : {}
    const mayBeDone = error.code === 'outcome-unknown' || error.code === 'unreadable'
    return { code: error.code, status: error.status, message: error.message, details, mayBeDone }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'no-answer', status: 0, message, details: {}, mayBeDone: true }
}

/** 128 random bits; `crypto.randomUUID` is not there on a page that came over plain HTTP. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
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

/** One command of one dialog. `onDone` and `onFailed` are also called when the dialog was closed meanwhile. */
export function useCommand<A extends ActionName>(
  cluster: string,
  action: A,
  onDone: (answer: Answers[A], body: ActionBodies[A], askedAt: number) => void,
  onFailed: (failure: Failure) => void,
): Command<A> {
  const idle: Sent<A> = { state: 'idle', askedAt: null, acceptedAt: null, answer: undefined, failure: undefined }
  const [sent, setSent] = useState(idle)
  const key = useRef<string | null>(null)
  const last = useRef<ActionBodies[A] | null>(null)
  const busy = useRef(false)
  const post = async (body: ActionBodies[A]) => {
    // A second press that comes before the page is drawn again.
    if (busy.current) return
    busy.current = true
    key.current ??= newKey()
    last.current = body
    const askedAt = Date.now()
    setSent({ ...idle, state: 'sending', askedAt })
    try {
      const answer = await postJson<Answers[A]>(pathOf(cluster, action), { ...body, idempotencyKey: key.current })
      setSent({ ...idle, state: 'done', askedAt, acceptedAt: Date.now(), answer })
      onDone(answer, body, askedAt)
    } catch (error) {
      const failure = failureOf(error)
      if (!failure.mayBeDone) key.current = null
      setSent({ ...idle, state: 'failed', askedAt, failure })
      onFailed(failure)
    } finally {
      busy.current = false
    }
  }
  return {
    ...sent,
    send: (body) => void post(body),
    askAgain: () => {
      if (last.current) void post(last.current)
    },
    renew: () => {
      key.current = null
      setSent(idle)
    },
  }
}
