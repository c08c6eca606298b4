'use client'

import { useTranslations } from 'next-intl'
import { BarePage } from '@/components/shell/bare-page'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

/** A page that broke: says that nothing was changed, and offers to try again. */
export default function PageError(props: { error: Error & { digest?: string }; reset: () => void }) {
  const t = useTranslations('shell.error')
  return (
    <BarePage>
      <EmptyState
        title={t('title')}
        action={
          <Button variant="primary" onClick={props.reset}>
            {t('again')}
          </Button>
        }
      >
        <p>{t('text')}</p>
        <p lang="en" className="mt-2 font-mono text-mono text-ink">
          {props.error.digest ?? props.error.message}
        </p>
      </EmptyState>
    </BarePage>
  )
}
