import { collectionPath, kinds } from '@/lib/cluster/kinds'
import { parse } from '@/lib/cluster/parse'
import { Store } from '@/lib/live/store'
import type { Resource, SetObjects } from '@/lib/statefulset/model/objects'
import type { Api } from './api'

/** The objects of one set as the live store puts them together, from one list of everything in its namespace. */
export async function listObjects(
  api: Api,
  namespace: string,
  name: string,
  serverVersion: { major: number; minor: number },
): Promise<SetObjects> {
  const store = new Store(() => {})
  await Promise.all((Object.keys(kinds) as Resource[]).map((resource) => list(api, store, resource, namespace)))
  const objects = store.objectsOf(`${namespace}/${name}`, { unknown: {}, serverVersion })
  if (objects === undefined) throw new Error(`no set ${name}`)
  return objects
}

async function list<K extends Resource>(api: Api, store: Store, resource: K, namespace: string): Promise<void> {
  const { items } = await api.must('GET', `/${collectionPath(kinds[resource], namespace).join('/')}`)
  for (const item of (items ?? []) as unknown[]) store.put(resource, parse(resource, item))
}
