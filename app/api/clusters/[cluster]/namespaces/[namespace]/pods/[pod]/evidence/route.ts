import { z } from 'zod'
import { evidenceFor } from '@/lib/actions/gather-evidence'
import { guard } from '@/lib/http/guard'
import { ClusterId } from '@/lib/contract/params'
import { LabelName, ObjectName, Uid } from '@/lib/contract/names'
import { json } from '@/lib/http/responses'

export const dynamic = 'force-dynamic'

/** Whether a pod may still run, collected now; asked again every few seconds while its dialog is open. */
export const GET = guard(
  {
    params: z.strictObject({ cluster: ClusterId, namespace: LabelName, pod: ObjectName }),
    query: z.strictObject({ uid: Uid }),
  },
  async ({ params: { cluster, namespace, pod }, query: { uid } }) =>
    json(await evidenceFor(cluster, { namespace, name: pod, uid })),
)
