'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useState, type ReactNode } from 'react'
import { pages } from '@/components/shell/places'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { useScenarios } from '@/lib/browser/demo'
import { useOffReason } from './off-reason'
import { ScenarioMenu } from './scenario-menu'
import { useScenarioSentences } from './sentences'

/**
 * The page of the set that scenarios play on, while it is not there: it was cleared away, or is about to come. Any
 * other set that is not there has the words of `children`.
 */
export function EmptyStage(props: { cluster: string; namespace: string; name: string; children: ReactNode }) {
  const t = useTranslations('demo')
  const overview = useTranslations('set')('absent.overview')
  const sentences = useScenarioSentences()
  const off = useOffReason()
  const [menu, setMenu] = useState(false)
  const { cluster, namespace, name } = props
  const { data, order } = useScenarios(cluster)
  if (data?.stage?.namespace !== namespace || data.stage.statefulSet !== name) return props.children
  const { current, cleared } = data
  const id = current?.id ?? cleared
  const what = current
    ? current.say === null && current.state === 'running'
      ? 'clearing'
      : 'deleted'
    : cleared === null
      ? 'empty'
      : 'cleared'
  const words = { name, title: id === null ? '' : sentences.title(id) }
  return (
    <div data-stage={what}>
      <h1 lang="en" className="text-title font-semibold tracking-title break-all">
        {name}
      </h1>
      <EmptyState
        title={t(`stage.${what}`, words)}
        action={
          <span className="flex flex-wrap items-center gap-2">
            {id !== null && what !== 'clearing' ? (
              <Button disabledReason={off} onClick={() => order({ start: id, mode: 'by-hand' })}>
                {t('again')}
              </Button>
            ) : null}
            <Button onClick={() => setMenu(true)}>{t('open')}</Button>
            <Link href={pages.overview(cluster)}>{overview}</Link>
          </span>
        }
      >
        {t(`stage.${what}Text`, words)}
      </EmptyState>
      <ScenarioMenu cluster={cluster} open={menu} onOpenChange={setMenu} />
    </div>
  )
}
