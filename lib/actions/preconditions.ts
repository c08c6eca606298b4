import 'server-only'
import { isClusterError } from '@/lib/cluster/errors'
import { readObject } from '@/lib/cluster/object'
import type { Pod } from '@/lib/statefulset/model/objects'
import type { ObjectRef } from '@/lib/contract/names'
import { ActionError } from './action-error'
import type { ActionContext } from './context'

/** Throws `not-confirmed` when what was typed is not the object's name. */
export function refuseUnconfirmed({ name, confirm }: { name: string; confirm?: string | undefined }): void {
  if (confirm === undefined || confirm === name) return
  throw new ActionError('not-confirmed', `What was typed is not ${name}; nothing was done.`)
}

/** The pod as it is now, if it is the one that was looked at. Throws 404 `not-found` or 409 `recreated`. */
export async function readPod(
  { connection }: ActionContext,
  { namespace, name, uid }: ObjectRef,
): Promise<{ pod: Pod; now: Date }> {
  try {
    const { object: pod, serverTime } = await readObject(connection, 'pods', namespace, name)
    if (pod.metadata.uid !== uid) throw recreated(namespace, name, uid, pod)
    return { pod, now: serverTime }
  } catch (error) {
    if (isClusterError(error) && error.code === 'not-found') {
      throw new ActionError('not-found', `There is no pod ${namespace}/${name} any more; nothing was done.`)
    }
    throw error
  }
}

export function recreated(namespace: string, name: string, uid: string, now: Pod | null): ActionError {
  const message = `The pod ${namespace}/${name} that was looked at is gone and another one has its name; that one was not touched.`
  return new ActionError('recreated', message, {
    shown: { uid },
    now: now ? { uid: now.metadata.uid, createdAt: now.metadata.creationTimestamp } : null,
  })
}

/** What a pod is after a deletion whose answer was lost. */
export async function lookForPod(
  context: ActionContext,
  { namespace, name, uid }: ObjectRef,
): Promise<{ gone: true; known: string } | { gone: false; pod: Pod }> {
  try {
    return { gone: false, pod: (await readPod(context, { namespace, name, uid })).pod }
  } catch (error) {
    if (error instanceof ActionError && error.code === 'not-found') return { gone: true, known: 'The pod is gone.' }
    if (error instanceof ActionError && error.code === 'recreated') {
      return { gone: true, known: 'The pod is gone, and another one has its name.' }
    }
    throw error
  }
}
