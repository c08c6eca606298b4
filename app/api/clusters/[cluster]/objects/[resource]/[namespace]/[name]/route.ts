import { z } from 'zod'
import { connect } from '@/lib/cluster/connect'
import { isResource, kinds } from '@/lib/cluster/kinds'
import { readYaml } from '@/lib/cluster/object'
import { guard } from '@/lib/http/guard'
import { ClusterId } from '@/lib/contract/params'
import { LabelName, ObjectName } from '@/lib/contract/names'
import { HttpError } from '@/lib/http/responses'

export const dynamic = 'force-dynamic'

const params = z.strictObject({
  cluster: ClusterId,
  /** Only kinds that are followed can be read; Secrets are not among them. */
  resource: z.string().refine(isResource, 'must be one of the kinds that Ordinal follows'),
  namespace: z.union([z.literal('-'), LabelName]),
  name: ObjectName,
})

/** One object as YAML, for reading; `-` stands for the namespace of a cluster-scoped kind. */
export const GET = guard({ params }, async ({ params: { cluster, resource, namespace, name }, signal }) => {
  if (kinds[resource].namespaced === (namespace === '-')) {
    const wanted = kinds[resource].namespaced ? 'a namespace' : '"-" for the namespace'
    throw new HttpError('invalid-name', `${resource} need ${wanted}.`)
  }
  const yaml = await readYaml(connect(cluster), resource, namespace === '-' ? '' : namespace, name, { signal })
  return new Response(yaml, {
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
})
