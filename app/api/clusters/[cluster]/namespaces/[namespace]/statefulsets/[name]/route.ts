import { z } from 'zod'
import { noSuchSet } from '@/lib/http/find-set'
import { guard } from '@/lib/http/guard'
import { ClusterId } from '@/lib/contract/params'
import { LabelName, ObjectName } from '@/lib/contract/names'
import { json } from '@/lib/http/responses'
import { liveCluster } from '@/lib/live/instance'

export const dynamic = 'force-dynamic'

/** The view of one set. */
export const GET = guard(
  { params: z.strictObject({ cluster: ClusterId, namespace: LabelName, name: ObjectName }) },
  async ({ params: { cluster, namespace, name } }) => {
    const live = await liveCluster(cluster)
    await live.ready
    const view = live.set(namespace, name)
    if (!view) throw noSuchSet(live, namespace, name)
    return json(view)
  },
)
