import { useMemo, useSyncExternalStore } from 'react'

/**
 * Guided scalings that are not at their end, kept in the browser for all its tabs: each writes one number at a time, and
 * nothing in the cluster says where it was going. The set's uid is a part of the key, so a set that was made again has
 * none.
 */

/** Where a guided scaling goes, and when it was begun (ms since the epoch). */
type ScalePlan = { to: number; begunAt: number }

const storageKey = 'ordinal-scale-plans'
const changed = 'ordinal-scale-plans'
/** What was begun last stays; sets that are gone leave their plans behind. */
const keptMost = 50

type Kept = Record<string, ScalePlan>

const keyOf = (cluster: string, uid: string) => `${cluster} ${uid}`

function text(): string {
  try {
    return localStorage.getItem(storageKey) ?? ''
  } catch {
    return ''
  }
}

function read(from: string): Kept {
  try {
    const kept: unknown = JSON.parse(from)
    if (typeof kept !== 'object' || kept === null) return {}
    return Object.fromEntries(Object.entries(kept).filter((entry): entry is [string, ScalePlan] => isPlan(entry[1])))
  } catch {
    return {}
  }
}

function isPlan(value: unknown): value is ScalePlan {
  if (typeof value !== 'object' || value === null) return false
  const { to, begunAt } = value as Partial<Record<keyof ScalePlan, unknown>>
  return Number.isSafeInteger(to) && typeof begunAt === 'number'
}

function write(kept: Kept) {
  const newest = Object.entries(kept)
    .sort(([, one], [, other]) => other.begunAt - one.begunAt)
    .slice(0, keptMost)
  try {
    localStorage.setItem(storageKey, JSON.stringify(Object.fromEntries(newest)))
  } catch {
    // Without storage a plan lives as long as its dialog.
  }
  dispatchEvent(new window.Event(changed))
}

/** A step of a guided scaling was written, and more is wanted. */
export function keepScalePlan(cluster: string, uid: string, to: number): void {
  const kept = read(text())
  const key = keyOf(cluster, uid)
  write({ ...kept, [key]: { to, begunAt: kept[key]?.to === to ? kept[key].begunAt : Date.now() } })
}

/** The scaling has reached its end, was stopped, or gave way to another. */
export function forgetScalePlan(cluster: string, uid: string): void {
  const { [keyOf(cluster, uid)]: known, ...others } = read(text())
  if (known) write(others)
}

function subscribe(listener: () => void): () => void {
  addEventListener(changed, listener)
  addEventListener('storage', listener)
  return () => {
    removeEventListener(changed, listener)
    removeEventListener('storage', listener)
  }
}

/** The guided scaling of a set that was begun in this browser, by whichever tab; null when there is none. */
export function useScalePlan(cluster: string, uid: string): ScalePlan | null {
  const now = useSyncExternalStore(subscribe, text, () => '')
  return useMemo(() => read(now)[keyOf(cluster, uid)] ?? null, [now, cluster, uid])
}
