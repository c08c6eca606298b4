'use client'

import { useTranslations } from 'next-intl'
import { MiddleCut } from '@/components/ui/middle-cut'
import type { RungKind } from '@/components/ui/rung'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { Cell } from './cell'
import { MissingRule } from './missing-rule'

/** The node that the pod is on, whether it answers, and its zone. */
export function NodeCell(props: { view: StatefulSetView; one: OrdinalView; rung: RungKind }) {
  const t = useTranslations('set.node')
  const { pod, node } = props.one
  const silent = node !== null && node.ready !== 'True'
  const unknown = props.view.unknown.nodes
  return (
    <Cell
      className="hidden desk:block"
      rung={silent || (pod?.node && unknown) ? 'hatched' : props.rung}
      tone="unknown"
      above={
        node ? (
          <span
            data-tone={silent ? 'unknown' : 'ok'}
            className="flex min-w-0 items-center gap-2"
            title={node.since ? t('since', { ready: node.ready, time: node.since }) : undefined}
          >
            <span
              aria-hidden
              className={`size-2 shrink-0 rounded-[2px] border-2 border-tone-fill ${silent ? '' : 'bg-tone-fill'}`}
            />
            <span lang="en" className={`flex min-w-0 ${silent ? 'font-strong text-tone' : ''}`}>
              <MiddleCut name={node.name} />
            </span>
            {silent ? (
              <span className="shrink-0 font-strong text-tone">
                {t(!node.exists ? 'gone' : node.ready === 'False' ? 'notReady' : 'silent')}
              </span>
            ) : null}
          </span>
        ) : pod?.node ? (
          <span lang="en" className="flex min-w-0">
            <MiddleCut name={pod.node} />
          </span>
        ) : pod ? (
          <span className="text-muted">{t('none')}</span>
        ) : null
      }
      below={
        unknown && pod?.node ? (
          <MissingRule rule={unknown} />
        ) : node?.zone ? (
          <span className="truncate text-muted">
            {/^zone/i.test(node.zone) ? <span lang="en">{node.zone}</span> : t('zone', { zone: node.zone })}
          </span>
        ) : null
      }
    />
  )
}
