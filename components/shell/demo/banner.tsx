'use client'

import { Play, Plug, Wrench } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Command } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { BannerButton } from './banner-button'
import { Levers } from './levers'
import { ScenarioMenu } from './scenario-menu'
import { useSetHere } from './set-here'

/** The one loud surface of the product: nobody may take the demo for a real cluster, or a real one for the demo. */
export function DemoBanner(props: { cluster: string }) {
  const t = useTranslations('shell')
  const demo = useTranslations('demo')
  const [open, setOpen] = useState<'scenarios' | 'levers' | 'own' | null>(null)
  const here = useSetHere()
  const show = (which: typeof open) => (shown: boolean) => setOpen(shown ? which : null)
  return (
    <aside
      aria-label={t('banner.demo')}
      className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-1.5 demo-stripes tablet:px-7"
    >
      <strong className="font-heavy">{t('banner.demo')}</strong>
      <span className="hidden desk:inline">{t('banner.demoMore')}</span>
      <span className="ml-auto flex items-center gap-2 tablet:gap-4">
        <BannerButton icon={Play} label={demo('open')} opens="scenarios" onClick={() => setOpen('scenarios')} />
        <BannerButton icon={Wrench} label={demo('levers.open')} opens="levers" onClick={() => setOpen('levers')} />
        <BannerButton
          icon={Plug}
          label={t('banner.demoOwn')}
          opens="own"
          className="tablet:hidden"
          onClick={() => setOpen('own')}
        />
        <button
          type="button"
          onClick={() => setOpen('own')}
          className="hidden tablet:inline font-strong underline underline-offset-2"
        >
          {t('banner.demoOwn')}
        </button>
      </span>
      <ScenarioMenu cluster={props.cluster} open={open === 'scenarios'} onOpenChange={show('scenarios')} />
      <Levers cluster={props.cluster} at={here} open={open === 'levers'} onOpenChange={show('levers')} />
      <Dialog
        open={open === 'own'}
        onOpenChange={show('own')}
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
