'use client'

import { useTranslations } from 'next-intl'
import { CheckLine } from '@/components/ui/check-line'
import { Glyph } from '@/components/ui/glyph'
import { useReasonWords } from '@/components/ui/reason-words'
import { WriteProgress } from './write-progress'
import { reachedBy, type PendingWrite } from '@/lib/browser/pending-write'
import type { StatefulSetView } from '@/lib/statefulset/model/view'

/** A pod's removal and the return of its ordinal, followed step by step on the live view. */
export function PodProgress(props: {
  view: StatefulSetView
  of: Exclude<PendingWrite, { action: 'scale' }>
  write: { askedAt: number; acceptedAt: number; byReading: boolean }
}) {
  const t = useTranslations('actions.follow')
  const states = useTranslations('states')
  const words = useReasonWords()
  const { view, of, write } = props
  const { step } = reachedBy(view, of)
  // Only a graceful deletion is confirmed by the kubelet; of the others it is known that the API has no object any more.
  const gone = t(of.action === 'delete-pod' ? 'gone' : 'objectGone')
  const one = view.ordinals.find((each) => each.ordinal === of.ordinal)
  const old = one?.pod?.uid === of.uid
  const fresh = one?.pod && !old ? one.pod : null
  const steps: { key: string; done: boolean; words: string }[] = [
    { key: 'gone', done: !old, words: old ? t('leaving') : gone },
    ...(one?.inRange
      ? [
          {
            key: 'created',
            done: fresh !== null,
            words: fresh ? t('created', { uid: fresh.uid.slice(0, 8) }) : t('notCreated'),
          },
          {
            key: 'placed',
            done: Boolean(fresh?.node),
            words: fresh?.node ? t('placed', { node: fresh.node }) : t('notPlaced'),
          },
          { key: 'ready', done: fresh?.ready ?? false, words: t(fresh?.ready ? 'ready' : 'notReady') },
        ]
      : []),
  ]
  return (
    <div className="flex flex-col gap-4">
      <WriteProgress write={{ ...write, reached: step, observed: one ? states(one.state) : gone }} />
      <div className="grid grid-cols-[44px_minmax(0,1fr)] items-start gap-x-3">
        <span className="flex flex-col items-center">
          {one ? <Glyph state={one.state} size={26} /> : null}
          <span aria-hidden className="mt-0.5 block h-0.5 w-11 rung-solid" />
          <span className="text-[length:var(--text-rung)] leading-6 font-semibold">{of.ordinal}</span>
        </span>
        <ul className="flex flex-col gap-1.5" aria-live="polite">
          {steps.map((each) => (
            <CheckLine key={each.key} of={each.key} kind={each.done ? 'fine' : 'note'} title={each.words} />
          ))}
          {step !== 'in-effect' && view.waitingFor ? (
            <CheckLine kind="note" title={t('waitsFor')}>
              {words(view.waitingFor)}
            </CheckLine>
          ) : null}
        </ul>
      </div>
    </div>
  )
}
