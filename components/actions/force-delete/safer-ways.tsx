'use client'

import { useTranslations } from 'next-intl'
import type { PodAction } from '@/lib/browser/pending-write'
import { Button } from '@/components/ui/button'
import type { SaferWay } from '@/lib/statefulset/explain/evidence'

/** The ways that are actions of this page; the others are done elsewhere, or are nothing but time. */
export const actionOfWay: Partial<Record<SaferWay, PodAction>> = {
  'plain-delete': 'delete-pod',
  'remove-finalizers': 'remove-finalizers',
}

/** What helps without a force delete, best first. */
export function SaferWays(props: {
  ways: readonly SaferWay[]
  node: string | null
  pod: string
  onAction: (action: PodAction) => void
}) {
  const t = useTranslations('actions.safer')
  if (props.ways.length === 0) return null
  const values = { node: props.node ?? '', pod: props.pod }
  return (
    <section className="flex flex-col gap-2.5">
      <h3 className="font-semibold">{t('heading')}</h3>
      <ol className="grid gap-x-6 gap-y-3 tablet:grid-cols-3">
        {props.ways.map((way, index) => {
          const action = actionOfWay[way]
          return (
            <li key={way} data-safer={way} className="border-t border-rung pt-2.5">
              <span className="flex gap-2">
                <span className="text-muted">{index + 1}</span>
                <strong className="font-strong">{t(`${way}.title`, values)}</strong>
              </span>
              <span className="block text-small text-muted">{t(`${way}.text`, values)}</span>
              {action ? (
                <Button size="row" className="mt-2" onClick={() => props.onAction(action)}>
                  {t(`${way}.open`)}
                </Button>
              ) : null}
            </li>
          )
        })}
      </ol>
    </section>
  )
}
