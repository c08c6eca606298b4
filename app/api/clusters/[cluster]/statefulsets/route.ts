import { z } from 'zod'
import { guard } from '@/lib/http/guard'
import { ClusterId } from '@/lib/contract/params'
import { json } from '@/lib/http/responses'
import { liveCluster } from '@/lib/live/instance'

export const dynamic = 'force-dynamic'

/** Every set's summary, or with `?view=full` every set's whole view, beside what of it can be trusted. */
export const GET = guard(
  {
    params: z.strictObject({ cluster: ClusterId }),
    query: z.strictObject({ view: z.enum(['summary', 'full']).default('summary') }),
  },
  async ({ params, query }) => {
    const live = await liveCluster(params.cluster)
    await live.ready
    const { summaries, ...rest } = live.overview()
    if (query.view === 'summary') return json({ ...rest, statefulsets: summaries })
    const statefulsets = summaries.flatMap(({ namespace, name }) => live.set(namespace, name) ?? [])
    return json({ ...rest, statefulsets })
  },
)
