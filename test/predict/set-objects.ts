import { collectionPath, kinds } from '@/lib/cluster/kinds'
import { parse } from '@/lib/cluster/parse'
import { Store } from '@/lib/live/store'
import { allResources, type Resource, type SetObjects } from '@/lib/statefulset/model/objects'
import type { KubernetesClient } from '@/test/fixtures/kubernetes-client'

/** The objects of one set as the live store puts them together, from one list of everything in its namespace. */
export async function listObjects(
  api: KubernetesClient,
  namespace: string,
  name: string,
  serverVersion: { major: number; minor: number },
): Promise<SetObjects> {
  const store = new Store(() => {})
  await Promise.all(allResources.map((resource) => list(api, store, resource, namespace)))
  const objects = store.objectsOf(`${namespace}/${name}`, { unknown: {}, serverVersion })
  if (objects === undefined) throw new Error(`no set ${name}`)
  return objects
}

async function list<K extends Resource>(
  api: KubernetesClient,
  store: Store,
  resource: K,
  namespace: string,
): Promise<void> {
  const { items } = await api.list(`/${collectionPath(kinds[resource], namespace).join('/')}`)
  for (const item of items) store.put(resource, parse(resource, item))
}
