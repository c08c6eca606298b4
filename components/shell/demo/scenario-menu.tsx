'use client'

import { Play } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { useScenarios } from '@/lib/browser/demo'
import { useScenarioSentences } from './sentences'

/** Opens the list of scenarios; stands in the banner, so only where the cluster is the demo. */
export function ScenarioMenu(props: { cluster: string }) {
  const t = useTranslations('demo')
  const close = useTranslations('shell')('close')
  const [open, setOpen] = useState(false)
  const sentences = useScenarioSentences()
  const { data, error, order, ordering, orderError } = useScenarios(props.cluster)
  const failure = data?.problem ?? error?.message ?? orderError?.message
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="inline-flex h-8 items-center gap-1.5 rounded-control border border-demo-text px-3 font-semibold pointer-coarse:h-11"
      >
        <Play aria-hidden size={14} strokeWidth={1.75} />
        {t('open')}
      </button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t('title')}
        description={t('text')}
        cancel={close}
        actions={
          <Button
            onClick={() => {
              order({ reset: true })
              setOpen(false)
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
        {data && data.scenarios.length > 0 ? (
          <ul className="border-t border-line">
            {data.scenarios.map(({ id }) => (
              <li key={id} className="flex items-start gap-3 border-b border-line py-2.5">
                <button
                  type="button"
                  aria-label={t('start', { title: sentences.title(id) })}
                  disabled={ordering}
                  onClick={() => {
                    order({ start: id })
                    setOpen(false)
                  }}
                  className="inline-flex size-7 shrink-0 items-center justify-center rounded-control border border-line-2 bg-panel transition-colors hover:bg-primary hover:text-on-primary pointer-coarse:size-11"
                >
                  <Play aria-hidden size={14} strokeWidth={1.75} />
                </button>
                <div className="min-w-0 flex-1 tablet:grid tablet:grid-cols-[220px_minmax(0,1fr)] tablet:gap-4">
                  <h3 className="font-semibold">{sentences.title(id)}</h3>
                  <div className="text-muted">
                    <p>{sentences.what(id)}</p>
                    <p>{sentences.look(id)}</p>
                  </div>
                </div>
              </li>
            ))}
          </ul>
        ) : failure ? null : (
          <p className="text-muted">{t('loading')}</p>
        )}
      </Dialog>
    </>
  )
}
