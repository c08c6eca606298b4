import { z } from 'zod'
import { evidenceFor } from '@/lib/actions/perform'
import { guard } from '@/lib/http/guard'
import { clusterId, labelName, objectName } from '@/lib/http/names'
import { json } from '@/lib/http/responses'

export const dynamic = 'force-dynamic'

/** Whether a pod may still run, collected now; asked again every few seconds while its dialog is open. */
export const GET = guard(
  {
    params: z.strictObject({ cluster: clusterId, namespace: labelName, pod: objectName }),
    query: z.strictObject({ uid: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'is not a uid') }),
  },
  async ({ params: { cluster, namespace, pod }, query: { uid } }) =>
    json(await evidenceFor(cluster, { namespace, name: pod, uid })),
)
