'use client'

import { useTranslations } from 'next-intl'
import { MiddleCut } from '@/components/ui/middle-cut'
import type { RungKind } from '@/components/ui/rung'
import type { OrdinalView } from '@/lib/statefulset/model/view'
import { Cell } from './cell'

/** The address of the pod, whether its Service knows it, and the name that stays. */
export function PeerCell(props: { one: OrdinalView; rung: RungKind }) {
  const t = useTranslations('set.peer')
  const { peer, pod, name } = props.one
  const { endpoint } = peer
  const [host, service] = peer.hostname === '' ? [] : peer.hostname.split('.')
  const mark = !endpoint ? 'absent' : endpoint.ready ? 'ready' : endpoint.serving ? 'serving' : 'behind'
  return (
    <Cell
      className="hidden desk:block"
      rung={props.rung}
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
        <span lang="en" title={peer.hostname} className="flex min-w-0 font-mono text-mono text-muted">
          <MiddleCut name={host ?? name} className="min-w-[6ch]" />
          {service === undefined ? null : <span className="min-w-0 shrink-[9] truncate">.{service}</span>}
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
