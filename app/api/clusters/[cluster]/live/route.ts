import { z } from 'zod'
import { eventStream } from '@/lib/http/event-stream'
import { guard } from '@/lib/http/guard'
import { ClusterId } from '@/lib/contract/params'
import type { StreamTopic } from '@/lib/contract/stream'
import { LabelName, ObjectName } from '@/lib/names'
import { liveCluster } from '@/lib/live/instance'

export const dynamic = 'force-dynamic'

const setPattern = /^set:([^/]+)\/([^/]+)$/

/** `overview`, or `set:{namespace}/{name}`. */
const watchOf = z.string().transform((text, context): StreamTopic => {
  if (text === 'overview') return { of: 'overview' }
  const [, namespace, name] = setPattern.exec(text) ?? []
  const checked = z.tuple([LabelName, ObjectName]).safeParse([namespace, name])
  if (checked.success) return { of: 'set', namespace: checked.data[0], name: checked.data[1] }
  context.addIssue({ code: 'custom', message: 'must be "overview" or "set:{namespace}/{name}"' })
  return z.NEVER
})

const query = z.strictObject({
  watch: watchOf,
  /** The version of a snapshot that the reader has already. */
  since: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/)
    .optional(),
})

/** Server-sent events: `snapshot`, `changed`, `removed`, `connection`, `heartbeat`, `bye`. */
export const GET = guard(
  { params: z.strictObject({ cluster: ClusterId }), query },
  async ({ params, query, signal }) => {
    const live = await liveCluster(params.cluster)
    await live.ready
    return eventStream(
      (wake, bye) => {
        const subscription = live.subscribe(query.watch, wake, query.since ?? null, () => bye('renewed'))
        return { take: () => ({ frames: subscription.take() }), close: () => subscription.close() }
      },
      { signal, now: () => live.now() },
    )
  },
)
