import { z } from 'zod'
import { rightsIn } from '@/lib/actions/rights'
import { guard } from '@/lib/http/guard'
import { ClusterId } from '@/lib/contract/params'
import { LabelName, ObjectName } from '@/lib/contract/names'
import { json } from '@/lib/http/responses'

export const dynamic = 'force-dynamic'

/** Which actions may be pressed for a set and a pod of a namespace, and which rule is missing for the others. */
export const GET = guard(
  {
    params: z.strictObject({ cluster: ClusterId, namespace: LabelName }),
    query: z.strictObject({ set: ObjectName.optional(), pod: ObjectName.optional() }),
  },
  async ({ params: { cluster, namespace }, query }) => json(await rightsIn(cluster, namespace, query)),
)
