'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Command } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { ScenarioMenu } from './scenario-menu'

/** The one loud surface of the product: nobody may take the demo for a real cluster, or a real one for the demo. */
export function DemoBanner(props: { cluster: string }) {
  const t = useTranslations('shell')
  const [open, setOpen] = useState(false)
  return (
    <aside
      aria-label={t('banner.demo')}
      className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-1.5 demo-stripes tablet:px-7"
    >
      <strong className="font-heavy">{t('banner.demo')}</strong>
      <span className="hidden desk:inline">{t('banner.demoMore')}</span>
      <span className="ml-auto flex items-center gap-4">
        <ScenarioMenu cluster={props.cluster} />
        <button type="button" onClick={() => setOpen(true)} className="font-strong underline underline-offset-2">
          {t('banner.demoOwn')}
        </button>
      </span>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        width={560}
        title={t('own.title')}
        description={t('own.text')}
        cancel={t('close')}
      >
        <ol className="mb-4 list-decimal pl-5 text-body">
          {(['url', 'inCluster', 'kubeconfig', 'proxy'] as const).map((way) => (
            <li key={way} className="py-0.5">
              {t(`own.${way}`)}
            </li>
          ))}
        </ol>
        <p className="mb-2">{t('own.then')}</p>
        <Command text="kubectl proxy" />
        <p className="mt-4 mb-2">{t('own.real')}</p>
        <Command text="npm run cluster" />
      </Dialog>
    </aside>
  )
}
