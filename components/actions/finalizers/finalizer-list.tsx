'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'

/** Exactly those that would be removed. */
export function FinalizerList(props: { finalizers: readonly string[] }) {
  const t = useTranslations('actions.finalizers')
  return (
    <section className="flex flex-col gap-2.5">
      <h3 className="font-semibold">{t('heading', { count: props.finalizers.length })}</h3>
      <ol className="flex flex-col">
        {props.finalizers.map((finalizer) => (
          <li
            key={finalizer}
            lang="en"
            data-finalizer={finalizer}
            className="border-b border-line py-2 font-mono text-mono font-semibold break-all"
          >
            {finalizer}
          </li>
        ))}
      </ol>
    </section>
  )
}

/** The list is another one now; nothing is removed before it was looked at. */
export function ChangedNotice(props: { finalizers: readonly string[]; onShow: () => void }) {
  const t = useTranslations('actions.finalizers')
  return (
    <Notice
      tone="attention"
      role="alert"
      title={t('changed')}
      action={<Button onClick={props.onShow}>{t('useNew')}</Button>}
    >
      <span lang="en" className="font-mono text-mono">
        {props.finalizers.join(', ')}
      </span>
    </Notice>
  )
}
