'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useSyncExternalStore, type ReactNode } from 'react'
import { IconButton } from './button'
import { ProgressLine, type Progress } from './progress-line'
import type { Tone } from './states'

/**
 * A result, bottom right. Errors (`tone: 'bad'`) stay until dismissed; a write closes itself 6 s after its last step.
 * Showing the same id again replaces what it says.
 */
export type Toast = {
  id: string
  title: ReactNode
  tone?: Tone
  body?: ReactNode
  /** The API's own message, verbatim. */
  verbatim?: string
  progress?: Progress
  /** A link or button below the text. */
  action?: ReactNode
}

let toasts: readonly Toast[] = []
const listeners = new Set<() => void>()
const none: readonly Toast[] = []

function change(next: readonly Toast[]) {
  toasts = next
  for (const listener of listeners) listener()
}

export function showToast(toast: Toast): void {
  const known = toasts.some((each) => each.id === toast.id)
  change(known ? toasts.map((each) => (each.id === toast.id ? toast : each)) : [...toasts, toast])
}

export function dismissToast(id: string): void {
  change(toasts.filter((toast) => toast.id !== id))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const finished = (toast: Toast) => toast.tone !== 'bad' && (!toast.progress || toast.progress.step === 'in-effect')

/** Where the toasts are; once on the page. */
export function Toasts() {
  const t = useTranslations('shell')
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => none,
  )
  return (
    <section
      aria-label={t('notifications')}
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 bottom-20 z-50 flex flex-col items-end gap-2 tablet:right-5 tablet:bottom-5 tablet:left-auto"
    >
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </section>
  )
}

function ToastCard({ toast }: { toast: Toast }) {
  const t = useTranslations('shell')
  const closes = finished(toast)
  useEffect(() => {
    if (!closes) return
    const timer = setTimeout(() => dismissToast(toast.id), 6000)
    return () => clearTimeout(timer)
  }, [closes, toast])
  return (
    <div
      data-tone={toast.tone}
      className="pointer-events-auto w-full max-w-[440px] animate-appear rounded-pop bg-panel px-4 py-3 text-body text-ink shadow-pop"
    >
      <div className="flex items-start gap-3">
        <strong className={`min-w-0 flex-1 font-semibold break-words ${toast.tone ? 'text-tone' : ''}`}>
          {toast.title}
        </strong>
        <IconButton label={t('dismiss')} onClick={() => dismissToast(toast.id)} className="-my-1.5 -mr-2">
          <X aria-hidden size={16} strokeWidth={1.75} />
        </IconButton>
      </div>
      {toast.progress ? <ProgressLine progress={toast.progress} /> : null}
      {toast.body ? <div className="mt-1 text-muted">{toast.body}</div> : null}
      {toast.verbatim ? (
        <p lang="en" className="mt-1 font-mono text-mono break-words">
          {toast.verbatim}
        </p>
      ) : null}
      {toast.action ? <div className="mt-2">{toast.action}</div> : null}
    </div>
  )
}
