import { z } from 'zod'
import { connect } from '@/lib/cluster/connect'
import { podLog } from '@/lib/cluster/logs'
import { logStream } from '@/lib/http/log-stream'
import { guard } from '@/lib/http/guard'
import { ClusterId, Flag, wholeNumber } from '@/lib/contract/params'
import { LabelName, ObjectName } from '@/lib/contract/names'
import { HttpError } from '@/lib/http/responses'
import { liveCluster } from '@/lib/live/instance'

export const dynamic = 'force-dynamic'

/**
 * The log of one container. With `follow=true` server-sent events (`lines`, `end`), else text, at most 5,000 lines and
 * 5 MiB; `download=true` names it as a file. Without `container` it is the pod's first.
 */
export const GET = guard(
  {
    params: z.strictObject({ cluster: ClusterId, namespace: LabelName, pod: ObjectName }),
    query: z.strictObject({
      container: LabelName.optional(),
      previous: Flag.default(false),
      follow: Flag.default(false),
      timestamps: Flag.default(false),
      download: Flag.default(false),
      tailLines: wholeNumber(1, 5000).default(500),
    }),
  },
  async ({ params: { cluster, namespace, pod }, query, signal }) => {
    const connection = connect(cluster)
    const container = query.container ?? (await firstContainer(cluster, namespace, pod))
    const { previous, timestamps, tailLines, follow } = query
    const read = (until: AbortSignal) =>
      podLog(connection, { namespace, pod, container, previous, timestamps, tailLines, follow, signal: until })
    if (follow) return logStream(read, signal)

    const chunks = read(signal)
    // The first piece decides between an answer and an error.
    const first = await chunks.next()
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        if (first.done) controller.close()
        else controller.enqueue(first.value)
      },
      async pull(controller) {
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: async () => void (await chunks.return()),
    })
    const headers = new Headers({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    if (query.download)
      headers.set('content-disposition', `attachment; filename="${namespace}_${pod}_${container}.log"`)
    return new Response(body, { headers })
  },
)

async function firstContainer(cluster: string, namespace: string, pod: string) {
  const live = await liveCluster(cluster)
  await live.ready
  const name = live.object('pods', namespace, pod)?.spec.containers[0]?.name
  if (name === undefined) {
    throw new HttpError('invalid-query', 'Which container? The pod is not known, so the parameter is needed.')
  }
  return name
}
