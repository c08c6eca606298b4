import { z } from 'zod'
import { noSuchSet } from '@/lib/http/find-set'
import { guard } from '@/lib/http/guard'
import { ClusterId, wholeNumber } from '@/lib/contract/params'
import { LabelName, ObjectName } from '@/lib/contract/names'
import { json } from '@/lib/http/responses'
import { liveCluster } from '@/lib/live/instance'

export const dynamic = 'force-dynamic'

/** The events of a set, its pods and its claims, newest first; `unknown` says why there may be more. */
export const GET = guard(
  {
    params: z.strictObject({ cluster: ClusterId, namespace: LabelName, name: ObjectName }),
    query: z.strictObject({ ordinal: wholeNumber(0, 2_147_483_647).optional() }),
  },
  async ({ params: { cluster, namespace, name }, query }) => {
    const live = await liveCluster(cluster)
    await live.ready
    const objects = live.objects(namespace, name)
    if (!objects) throw noSuchSet(live, namespace, name)
    const events = live.events(namespace, name, query.ordinal).slice(0, 500)
    return json({ events, unknown: objects.unknown.events ?? null, state: live.kindStates().events })
  },
)
