import { z } from 'zod'
import { askServiceFor } from '@/lib/actions/ask-target'
import { PortText } from '@/lib/contract/ask'
import { guard } from '@/lib/http/guard'
import { ClusterId } from '@/lib/contract/params'
import { AppPath, LabelName } from '@/lib/contract/names'
import { json } from '@/lib/http/responses'

export const dynamic = 'force-dynamic'

/** What one of the pods behind a Service answers to a GET; the API server chooses which. */
export const GET = guard(
  {
    params: z.strictObject({ cluster: ClusterId, namespace: LabelName, service: LabelName }),
    query: z.strictObject({ port: PortText, path: AppPath.default('/') }),
  },
  async ({ params: { cluster, namespace, service }, query: { port, path } }) =>
    json(await askServiceFor(cluster, { namespace, name: service }, { port, path })),
)
