'use client'

import { useIsMutating, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { ActionAnswer, ActionPreview, ActionRequest } from '@/lib/contract/actions/contracts'
import type { ActionName } from '@/lib/contract/actions/names'
import type { Rights } from '@/lib/contract/rights'
import { api } from '@/lib/contract/routes'
import type { ObjectRef } from '@/lib/contract/names'
import { serverNow } from './now'
import { CommandSender, failureOf, type Failure } from './command-sender'
import { postJson, readJson } from './read'

/** What a page asks for: the action's body, to which `CommandSender` adds the idempotency key. */
export type ActionBodies = { [A in ActionName]: Omit<ActionRequest<A>, 'idempotencyKey'> }

/*
 * What a page may ask the server to change. Each command is sent once: its idempotency key is made when the dialog
 * opens, and it is never sent again by itself.
 */

/** Which actions this identity may do to a set, and to one of its pods; undefined until it is known. */
export function useRights(
  cluster: string,
  namespace: string,
  names: { set?: string; pod?: string } = {},
  enabled = true,
): Rights | undefined {
  const { data } = useQuery({
    queryKey: ['rights', cluster, namespace, names],
    queryFn: ({ signal }) => readJson(api.rights(cluster, namespace, names), signal),
    enabled,
    staleTime: 60_000,
    refetchInterval: 120_000,
  })
  return data
}

export type Preview<A extends ActionName> = {
  preview: ActionPreview<A> | undefined
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
  const sending = useIsSending(cluster)
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['preview', cluster, action, body],
    queryFn: ({ signal }) => postJson(api.preview(cluster, action), body, signal),
    enabled: body !== null && !sending,
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
export function useEvidence(cluster: string, pod: ObjectRef, enabled: boolean) {
  const { namespace, name, uid } = pod
  const sending = useIsSending(cluster)
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['evidence', cluster, namespace, name, uid],
    queryFn: ({ signal }) => readJson(api.evidence(cluster, { namespace, name, uid }), signal),
    enabled: enabled && !sending,
    staleTime: 0,
    gcTime: 0,
    refetchInterval: 5000,
  })
  return { collected: data, failure: error ? failureOf(error) : undefined, again: () => void refetch(), isFetching }
}

/**
 * A command is on its way. What is read about its object would be refused as soon as it is done, since the object is
 * then another one or gone: such readings end before it is sent, and wait until it is answered.
 */
function useIsSending(cluster: string): boolean {
  return useIsMutating({ mutationKey: ['command', cluster] }) > 0
}

const readings: readonly unknown[] = ['preview', 'evidence']

export type Command<A extends ActionName> = {
  state: 'idle' | 'sending' | 'done' | 'failed'
  /** When it was sent (ms), null before. */
  askedAt: number | null
  acceptedAt: number | null
  answer: ActionAnswer<A> | undefined
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
  onDone: (answer: ActionAnswer<A>, body: ActionBodies[A], askedAt: number) => void,
  onFailed: (failure: Failure) => void,
): Command<A> {
  const [sent, setSent] = useState<Sent<A>>(idle)
  const [sender] = useState(() => new CommandSender<ActionAnswer<A>>())
  const last = useRef<ActionBodies[A] | null>(null)
  const cache = useQueryClient()
  const sendAlone = async (body: ActionBodies[A]) => {
    await cache.cancelQueries({ predicate: ({ queryKey: [what, of] }) => readings.includes(what) && of === cluster })
    return sender.send(api.action(cluster, action), body)
  }
  const post = async (body: ActionBodies[A]) => {
    last.current = body
    const askedAt = serverNow()
    setSent({ ...idle, state: 'sending', askedAt })
    const command = cache.getMutationCache().build(cache, {
      mutationKey: ['command', cluster],
      mutationFn: sendAlone,
      networkMode: 'always',
    })
    const ending = await command.execute(body)
    // A second press, while the first one is under way.
    if (ending === null) return
    if ('answer' in ending) {
      setSent({ ...idle, state: 'done', askedAt, acceptedAt: serverNow(), answer: ending.answer })
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
