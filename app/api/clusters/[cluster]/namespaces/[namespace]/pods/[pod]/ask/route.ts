import { z } from 'zod'
import { askPodFor } from '@/lib/actions/ask-target'
import { PortText } from '@/lib/contract/ask'
import { guard } from '@/lib/http/guard'
import { ClusterId } from '@/lib/contract/params'
import { AppPath, LabelName, ObjectName, Uid } from '@/lib/contract/names'
import { json } from '@/lib/http/responses'

export const dynamic = 'force-dynamic'

/** What a pod answers to a GET, as text inside JSON: nothing of it runs, and no header of it is passed on. */
export const GET = guard(
  {
    params: z.strictObject({ cluster: ClusterId, namespace: LabelName, pod: ObjectName }),
    query: z.strictObject({ uid: Uid, port: PortText, path: AppPath.default('/') }),
  },
  async ({ params: { cluster, namespace, pod }, query: { uid, port, path } }) =>
    json(await askPodFor(cluster, { namespace, name: pod, uid }, { port, path })),
)
