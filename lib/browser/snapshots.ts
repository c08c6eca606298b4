import type { OverviewSnapshot, SetSnapshot, StreamMessages } from '@/lib/contract/stream'

/** What a stream has said so far, as one value; `undefined` before its first snapshot. */
export type Snapshot = OverviewSnapshot | SetSnapshot

/**
 * The snapshot after one message of the stream. A change that comes before any snapshot says nothing by itself and is
 * left out: the stream always begins with one. `version` is the event's id.
 */
export function afterMessage<Name extends keyof StreamMessages>(
  before: Snapshot | undefined,
  name: Name,
  data: StreamMessages[Name],
  version: string,
): Snapshot | undefined {
  if (name === 'snapshot') return data as StreamMessages['snapshot']
  if (!before) return before
  const next = { ...before, version: version || before.version }
  switch (name) {
    case 'connection':
      return { ...next, ...(data as StreamMessages['connection']) }
    case 'changed': {
      const changed = data as StreamMessages['changed']
      if ('view' in changed) return 'view' in next ? { ...next, view: changed.view } : before
      return 'summaries' in next ? { ...next, summaries: merged(next.summaries, changed.summaries) } : before
    }
    case 'removed': {
      if ('view' in next) return { ...next, view: null }
      const gone = new Set((data as StreamMessages['removed']).keys)
      return { ...next, summaries: next.summaries.filter((each) => !gone.has(`${each.namespace}/${each.name}`)) }
    }
  }
  return before
}

type Summaries = OverviewSnapshot['summaries']

/** Unchanged rows keep their identity, so that only changed ones are drawn again. */
function merged(before: Summaries, changed: Summaries): Summaries {
  const news = new Map(changed.map((each) => [`${each.namespace}/${each.name}`, each]))
  const after = before.map((each) => {
    const key = `${each.namespace}/${each.name}`
    const update = news.get(key)
    news.delete(key)
    return update ?? each
  })
  return news.size === 0 ? after : [...after, ...news.values()]
}
