'use client'

import { useTranslations } from 'next-intl'
import type { RungKind } from '@/components/ui/rung'
import type { OrdinalView } from '@/lib/statefulset/model/view'
import { Cell } from './cell'

/** The address of the pod, whether its Service knows it, and the name that stays. */
export function PeerCell(props: { one: OrdinalView; rung: RungKind }) {
  const t = useTranslations('set.peer')
  const { peer, pod, inRange, name } = props.one
  const { endpoint } = peer
  const mark = !endpoint ? 'absent' : endpoint.ready ? 'ready' : endpoint.serving ? 'serving' : 'behind'
  return (
    <Cell
      className="hidden desk:block"
      rung={inRange && endpoint?.ready ? props.rung : 'dashed'}
      above={
        pod ? (
          <>
            <span lang="en" className="font-mono text-mono">
              {pod.ip ?? t('noAddress')}
            </span>
            <EndpointMark mark={mark} />
          </>
        ) : (
          <span className="text-muted">{t('noAddress')}</span>
        )
      }
      below={
        <span lang="en" title={peer.hostname} className="truncate font-mono text-mono text-muted">
          {peer.hostname.split('.').slice(0, 2).join('.') || name}
        </span>
      }
    />
  )
}

/** S: whether the Service's EndpointSlice has this ordinal. Capital = ready, lower case = there but not ready. */
function EndpointMark(props: { mark: 'ready' | 'serving' | 'behind' | 'absent' }) {
  const t = useTranslations('set.peer.slice')
  const { mark } = props
  const look =
    mark === 'ready'
      ? 'bg-raised text-ink'
      : mark === 'absent'
        ? 'text-muted'
        : 'border border-waiting-fill text-waiting'
  return (
    <span
      title={t(mark)}
      className={`inline-flex size-[18px] items-center justify-center rounded-chip font-mono text-micro font-semibold ${look}`}
    >
      <span aria-hidden>{mark === 'ready' ? 'S' : mark === 'absent' ? '–' : 's'}</span>
      <span className="sr-only">{t(mark)}</span>
    </span>
  )
}
