import { z } from 'zod'
import { isLabel, isSetAddress } from '@/lib/names'
import { readHeld, type StreamTopic, topicLimit } from './stream'

/** What the texts in an address of the API may be, beside Kubernetes' own names. */

/** An id made by us from a context's name (lib/cluster/ids.ts). */
export const ClusterId = z
  .string()
  .refine(isLabel, 'must be the id of a cluster, as GET /api/clusters lists it')
  .meta({ pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$', maxLength: 63 })

/** A whole number within bounds, as the text of a query parameter. */
export function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,10}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be between ${least} and ${most}`)
}

/** `true` or `false`, as the text of a query parameter. */
export const Flag = z.enum(['true', 'false']).transform((value) => value === 'true')

/** A topic of one cluster, and the version of it that the reader has (null: none). */
export type WatchedTopic = { text: string; cluster: string; topic: StreamTopic; since: string | null }

const version = /^[A-Za-z0-9_-]{1,40}$/
const topicForm = /^([^:]+):(?:(overview)|set:([^/]+)\/([^/]+))$/

/** What a stream watches: topics separated by commas, each as the ids of the stream's events have it. */
export const WatchList = z.string().transform((list, context): WatchedTopic[] => {
  const topics = list.split(',').map(watchedTopic)
  const wrong = topics.includes(null)
    ? 'must be topics such as "demo:overview" or "demo:set:default/kubia", separated by commas'
    : topics.length > topicLimit
      ? `may have ${topicLimit} topics`
      : new Set(topics.map((each) => each?.text)).size < topics.length
        ? 'has a topic twice'
        : null
  if (wrong === null) return topics.filter((each) => each !== null)
  context.addIssue({ code: 'custom', message: wrong })
  return z.NEVER
})

function watchedTopic(held: string): WatchedTopic | null {
  const { topic: text, version: since } = readHeld(held)
  const [, cluster = '', overview, namespace = '', name = ''] = topicForm.exec(text) ?? []
  if (!isLabel(cluster) || (since !== null && !version.test(since))) return null
  if (overview !== undefined) return { text, cluster, topic: { of: 'overview' }, since }
  return isSetAddress(namespace, name) ? { text, cluster, topic: { of: 'set', namespace, name }, since } : null
}
