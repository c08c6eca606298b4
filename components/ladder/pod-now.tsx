'use client'

import { useTranslations } from 'next-intl'
import { Age } from '@/components/ui/age'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { MissingRule } from './missing-rule'

/** The pod in kubectl's words: STATUS, READY, RESTARTS, AGE. */
export function PodNow(props: { view: StatefulSetView; one: OrdinalView }) {
  const t = useTranslations('set')
  const { pod, node, state } = props.one
  // On a phone what is well, and what is on a silent node, says no more than where it is and how old.
  const quiet = state === 'ok' || state === 'outdated' || state === 'suspect'
  if (!pod && props.view.unknown.pods) return <MissingRule rule={props.view.unknown.pods} />
  if (!pod) return props.one.inRange || state === 'ghost' ? null : <span className="text-muted">{t('pod.none')}</span>
  return (
    <span className="truncate text-muted">
      <span className={quiet ? 'hidden desk:inline' : ''}>
        <span lang="en">{pod.status}</span>{' '}
      </span>
      <span className={quiet ? 'hidden desk:inline' : ''}>
        {pod.readyContainers}/{pod.containersTotal}
      </span>
      {pod.restarts > 0 ? (
        <span className="hidden desk:inline"> · {t('pod.restarts', { count: pod.restarts })}</span>
      ) : null}
      <span className="desk:hidden">
        {node ? (
          <span data-tone={node.ready === 'True' ? undefined : 'unknown'} className="text-tone">
            {quiet ? '' : ' · '}
            <span lang="en">{node.name}</span>
            {node.ready === 'True' ? '' : ` ${t('node.silentShort')}`}
          </span>
        ) : null}
      </span>{' '}
      · <Age since={pod.createdAt} />
    </span>
  )
}
