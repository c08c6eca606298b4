import { z } from 'zod'
import { noSuchSet } from '@/lib/http/find-set'
import { guard } from '@/lib/http/guard'
import { ClusterId, Flag } from '@/lib/contract/params'
import { LabelName, ObjectName } from '@/lib/contract/names'
import { json } from '@/lib/http/responses'
import { liveCluster } from '@/lib/live/instance'
import { askForPeers } from '@/lib/live/peers'

export const dynamic = 'force-dynamic'

/** What DNS, the slices and Kubernetes' rules say of each ordinal; asked again as often as a page that shows it asks. */
export const GET = guard(
  {
    params: z.strictObject({ cluster: ClusterId, namespace: LabelName, name: ObjectName }),
    query: z.strictObject({ again: Flag.default(false) }),
  },
  async ({ params: { cluster, namespace, name }, query: { again } }) => {
    const live = await liveCluster(cluster)
    await live.ready
    const objects = live.objects(namespace, name)
    if (!objects) throw noSuchSet(live, namespace, name)
    return json(await askForPeers(live, objects, again))
  },
)
