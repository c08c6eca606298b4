import Link from 'next/link'
import { BarePage } from '@/components/shell/bare-page'
import { buttonClass } from '@/components/ui/button-class'
import { EmptyState } from '@/components/ui/empty-state'
import { requestTranslator } from '@/lib/i18n/request'

export default async function NotFound() {
  const t = await requestTranslator()
  return (
    <BarePage>
      <EmptyState
        title={t('shell.error.notFoundTitle')}
        action={
          <Link href="/" className={buttonClass('primary')}>
            {t('shell.error.toOverview')}
          </Link>
        }
      >
        {t('shell.error.notFoundText')}
      </EmptyState>
    </BarePage>
  )
}
