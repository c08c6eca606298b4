'use client'

import { useTranslations } from 'next-intl'
import { useState, type ReactNode } from 'react'
import { Age, useDuration } from '@/components/ui/age'
import { Button } from '@/components/ui/button'
import { Glyph } from '@/components/ui/glyph'
import { useReasonWords } from '@/components/ui/reason-words'
import { Rung } from '@/components/ui/rung'
import { states } from '@/components/ui/states'
import { useNow } from '@/lib/browser/now'
import type { StatefulSetView, Waiting } from '@/lib/statefulset/model/view'
import { Fact, Facts } from './facts'
import { ProofRows } from './proof-rows'

/** What the controller waits for, in one sentence on a large rung, with its clock; how a set rests that waits for nothing. */
export function Sentence(props: { view: StatefulSetView; actions?: ReactNode }) {
  const t = useTranslations('set')
  const words = useReasonWords()
  const [open, setOpen] = useState(false)
  const { view } = props
  const waiting = view.waitingFor
  if (!waiting) return <AtRest view={view} />
  const at = waiting.ordinal === null ? undefined : view.ordinals.find((one) => one.ordinal === waiting.ordinal)
  const state = at?.state ?? (waiting.unseen?.length ? 'unknown' : 'blocked')
  const look = state === 'ok' || state === 'outdated' ? states.arriving : states[state]
  const blocks = waiting.blocks.flatMap((code) => {
    const count = waiting.params[`${code}Count`]
    return t.has(`blocks.${code}`) ? [t(`blocks.${code}`, { count: Number(count ?? 1) })] : []
  })
  const next = view.next?.slice(0, 5) ?? []
  const proof = waiting.proof ?? []
  const cause = at?.cause && at.cause.reason !== waiting.reason ? at.cause : null
  return (
    <section aria-label={t('sentence.label')} data-tone={look.tone} data-waiting={waiting.reason} className="mt-3">
      <div className="grid grid-cols-[52px_minmax(0,1fr)] items-end tablet:grid-cols-[76px_minmax(0,1fr)_auto]">
        <div className="flex justify-start pl-0.5 tablet:pl-0.5">
          <Glyph state={state} size={40} />
        </div>
        <div role="status" className="min-w-0 pb-1.5">
          <p className="text-sentence font-strong tracking-sentence break-words">{words(waiting)}</p>
          {cause ? <p className="text-body text-muted">{words(cause)}</p> : null}
        </div>
        <div className="col-span-2 hidden pb-1.5 pl-6 text-right tablet:col-span-1 tablet:block">
          <Clock wait={waiting} />
        </div>
      </div>
      <Rung kind="filled" tone={look.tone} />
      <div className="grid grid-cols-[52px_minmax(0,1fr)] pt-2 tablet:grid-cols-[76px_minmax(0,1fr)_auto]">
        <div className="w-11 text-center text-[length:var(--text-rung)] leading-6 font-semibold text-ink">
          {waiting.ordinal ?? ''}
        </div>
        <Facts>
          <div className="contents tablet:hidden">
            <dt className="text-muted">{t('sentence.since')}</dt>
            <dd>
              <Clock wait={waiting} inline />
            </dd>
          </div>
          {blocks.length > 0 ? <Fact name={t('sentence.blocks')}>{blocks.join(t('sentence.and'))}</Fact> : null}
          {view.next ? (
            <Fact name={t('sentence.next')}>
              {next.length === 0
                ? t('sentence.nothingNext')
                : next
                    .map((step) => t(`next.${step.action}`, { pod: `${view.name}-${step.ordinal}` }))
                    .join(t('sentence.then'))}
              {view.next.length > next.length
                ? ` ${t('sentence.more', { count: view.next.length - next.length })}`
                : ''}
            </Fact>
          ) : null}
          {waiting.unseen?.length ? (
            <Fact name={t('sentence.unseen')}>
              <span data-tone="unknown" className="text-tone">
                {waiting.unseen.map((kind) => view.unknown[kind] ?? kind).join(', ')}
              </span>
            </Fact>
          ) : null}
          {open ? <ProofRows proof={proof} /> : null}
        </Facts>
        <div className="col-start-2 flex flex-wrap items-start gap-2 pt-2 tablet:col-start-3 tablet:pt-0 tablet:pl-6">
          {proof.length > 0 ? (
            <Button onClick={() => setOpen(!open)} aria-expanded={open}>
              {t('sentence.proof', { count: proof.length })}
            </Button>
          ) : null}
          {props.actions}
        </div>
      </div>
    </section>
  )
}

/** A set that waits for nothing is settled, or stands where somebody parked it; unknown pods leave it unsaid. */
function AtRest({ view }: { view: StatefulSetView }) {
  const t = useTranslations('set.rest')
  const { partition } = view.spec
  const words = useReasonWords()
  const inRange = view.ordinals.filter((one) => one.inRange)
  // The controller waits for nothing, and something is wrong all the same.
  const need = view.needs.find((one) => one.by === 'cause')
  if (need)
    return (
      <p
        role="status"
        aria-label={t('label')}
        data-tone={need.state === null ? 'attention' : states[need.state].tone}
        className="mt-3 flex items-start gap-3 text-lead font-strong"
      >
        {need.state === null ? null : <Glyph state={need.state} size={24} />}
        <span className="min-w-0 break-words">{words(need)}</span>
        {need.since === null ? null : (
          <Age since={need.since} atLeast={need.atLeast} precision="fine" className="whitespace-nowrap text-tone" />
        )}
      </p>
    )
  if (view.unknown.pods || inRange.some((one) => one.state === 'unknown')) return null
  const old = inRange.filter((one) => one.pod && one.pod.revision !== view.revisions.update).length
  return (
    <p role="status" aria-label={t('label')} className="mt-3 text-lead font-strong">
      {old === 0
        ? t('settled')
        : partition === null || partition === 0
          ? t('onDelete', { old })
          : t('parked', { partition, old })}
    </p>
  )
}

/** How long it has waited, and where there is a deadline how long it still has. */
function Clock(props: { wait: Pick<Waiting, 'since' | 'atLeast' | 'until'>; inline?: boolean }) {
  const t = useTranslations('set.sentence')
  const now = useNow()
  const duration = useDuration()
  const { since, atLeast, until } = props.wait
  const left = until ? Date.parse(until) - now : null
  const deadline = left === null ? null : left > 0 ? t('left', { time: duration(left, 'fine') }) : t('overdue')
  if (props.inline)
    return (
      <>
        {since ? (
          <strong className="font-semibold text-tone">
            <Age since={since} atLeast={atLeast} precision="fine" />
          </strong>
        ) : null}
        {deadline === null ? null : (
          <span className="text-muted">
            {since ? ', ' : ''}
            {deadline}
          </span>
        )}
      </>
    )
  return (
    <>
      {since ? (
        <div className="text-clock font-strong text-tone">
          <Age since={since} atLeast={atLeast} precision="fine" />
        </div>
      ) : null}
      {deadline === null ? null : <div className="text-body text-muted">{deadline}</div>}
    </>
  )
}
