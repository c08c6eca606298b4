'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { FinalizerKeeper } from '@/lib/contract/actions/remove-finalizers'

/** Exactly those that would be removed, and who would take each away by itself. */
export function FinalizerList(props: { finalizers: readonly string[]; keepers?: readonly FinalizerKeeper[] }) {
  const t = useTranslations('actions.finalizers')
  const keeperOf = (finalizer: string) => props.keepers?.find((each) => each.finalizer === finalizer)
  return (
    <section className="flex flex-col gap-2.5">
      <h3 className="font-semibold">{t('heading', { count: props.finalizers.length })}</h3>
      <ol className="flex flex-col">
        {props.finalizers.map((finalizer) => (
          <li key={finalizer} className="flex flex-col gap-0.5 border-b border-line py-2">
            <span lang="en" data-finalizer={finalizer} className="font-mono text-mono font-semibold break-all">
              {finalizer}
            </span>
            <Keeper keeper={keeperOf(finalizer)} />
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Who takes it away, and whether that program runs; nothing before it is known who. */
function Keeper({ keeper }: { keeper: FinalizerKeeper | undefined }) {
  const t = useTranslations('actions.finalizers')
  if (keeper === undefined) return null
  const says =
    keeper.keeper === null
      ? t('keeperUnknown')
      : keeper.unknown !== null
        ? t('keeperUnread', { keeper: keeper.keeper, rule: keeper.unknown })
        : t('keeper', { keeper: keeper.keeper, runs: keeper.runs })
  return <span className="text-small text-muted">{says}</span>
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
