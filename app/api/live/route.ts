import { z } from 'zod'
import { eventStream } from '@/lib/http/event-stream'
import { guard } from '@/lib/http/guard'
import { WatchList } from '@/lib/contract/params'
import { FollowedTopics } from '@/lib/live/followed-topics'

export const dynamic = 'force-dynamic'

/** Server-sent events of all that a browser looks at: see `StreamMessages` and `StreamSigns`. */
export const GET = guard({ query: z.strictObject({ watch: WatchList }) }, ({ query, signal }) =>
  eventStream((wake) => new FollowedTopics(query.watch, wake), { signal }),
)
