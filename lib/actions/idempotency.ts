import 'server-only'
import { perProcess } from '@/lib/per-process'
import { ActionError, isActionError } from './action-error'

const keptForMs = 600_000
const most = 2_000

type Entry = { at: number; fingerprint: string; answer: Promise<unknown> }
const entries = perProcess('once', () => new Map<string, Entry>())

/**
 * Does something once for each key: whoever comes again while it runs or within ten minutes after it gets the same
 * answer. An attempt that is known to have written nothing is forgotten, so that it can be tried again; one whose
 * outcome is unknown is not. Throws `key-reused` when the same key comes with other content.
 */
export function once<T>(key: string, content: unknown, act: () => Promise<T>): Promise<T> {
  const now = performance.now()
  const fingerprint = JSON.stringify(content)
  const known = entries.get(key)
  if (known && now - known.at < keptForMs) {
    if (known.fingerprint === fingerprint) return known.answer as Promise<T>
    const message = 'This idempotency key was used for something else; nothing was done.'
    return Promise.reject(new ActionError('key-reused', message))
  }
  for (const [old, entry] of entries) {
    if (entries.size < most && now - entry.at < keptForMs) break
    entries.delete(old)
  }
  const answer = act()
  const entry = { at: now, fingerprint, answer }
  entries.set(key, entry)
  answer.catch((error: unknown) => {
    const mayBeDone = isActionError(error) && error.code === 'outcome-unknown'
    if (!mayBeDone && entries.get(key) === entry) entries.delete(key)
  })
  return answer
}
