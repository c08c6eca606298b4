'use client'

import { Play } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import { useScenarios } from '@/lib/browser/demo'
import { useOffReason } from './off-reason'
import { useScenarioSentences } from './sentences'

/** The list of scenarios, each with about how long it takes. */
export function ScenarioMenu(props: { cluster: string; open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('demo')
  const close = useTranslations('shell')('close')
  const { open, onOpenChange } = props
  const [watching, setWatching] = useState(false)
  const sentences = useScenarioSentences()
  const { data, error, order, ordering, orderError } = useScenarios(props.cluster)
  const failure = data?.problem ?? error?.message ?? orderError?.message
  const readOnly = useOffReason()
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      width={900}
      title={t('title')}
      description={t('text')}
      cancel={close}
      footnote={
        <label className="flex min-h-8 items-center gap-2 text-body pointer-coarse:min-h-11">
          <input type="checkbox" checked={watching} onChange={(event) => setWatching(event.target.checked)} />
          {t('byItself')}
        </label>
      }
      actions={
        <Button
          disabledReason={readOnly}
          quietReason
          onClick={() => {
            order({ reset: true })
            onOpenChange(false)
          }}
        >
          {t('reset')}
        </Button>
      }
    >
      {failure ? (
        <p role="alert" data-tone="bad" className="pb-2 text-tone">
          {t('failed', { message: failure })}
        </p>
      ) : null}
      {readOnly ? (
        <div className="pb-2">
          <Notice tone="neutral" title={readOnly} />
        </div>
      ) : null}
      {data && data.scenarios.length > 0 ? (
        <ul className="border-t border-line">
          {data.scenarios.map(({ id, seconds }) => (
            <li key={id} className="flex items-start gap-3 border-b border-line py-2">
              <button
                type="button"
                data-start={id}
                aria-label={t('start', { title: sentences.title(id) })}
                disabled={ordering || readOnly !== undefined}
                onClick={() => {
                  order({ start: id, mode: watching ? 'by-itself' : 'by-hand' })
                  onOpenChange(false)
                }}
                className="inline-flex size-7 shrink-0 items-center justify-center rounded-control border border-line-2 bg-panel transition-colors enabled:hover:bg-primary enabled:hover:text-on-primary disabled:text-muted pointer-coarse:size-11"
              >
                <Play aria-hidden size={14} strokeWidth={1.75} />
              </button>
              <div className="min-w-0 flex-1 tablet:grid tablet:grid-cols-[240px_minmax(0,1fr)_auto] tablet:gap-4">
                <h3 className="font-semibold">{sentences.title(id)}</h3>
                <p className="text-muted">{sentences.what(id)}</p>
                <p className="text-small whitespace-nowrap text-muted">{sentences.about(seconds)}</p>
              </div>
            </li>
          ))}
        </ul>
      ) : failure ? null : (
        <p className="text-muted">{t('loading')}</p>
      )}
    </Dialog>
  )
}
