'use client'

import { useTranslations } from 'next-intl'
import { memo, type ReactNode } from 'react'
import { Glyph } from '@/components/ui/glyph'
import type { Tone } from '@/components/ui/states'
import type { PeersAnswer } from '@/lib/contract/peers'
import { shortName } from '@/lib/statefulset/peers/lists'
import type { OrdinalState } from '@/lib/statefulset/model/view'
import { verdictTone } from './verdict-tone'
import { useVerdict } from './use-verdict'

export type PeerOfOrdinal = PeersAnswer['peers'][number]

const onPhone = 'grid grid-cols-[44px_minmax(0,1fr)]'
/** Five columns on a wide page; on a phone the ordinal and its verdict, with what was found under it. */
export const peersGrid = `${onPhone} desk:grid-cols-[76px_minmax(210px,1.4fr)_minmax(150px,1fr)_minmax(170px,1.1fr)_minmax(190px,1.2fr)]`

/** The same with what the application says. */
export const peersGridWithApp = `${onPhone} desk:grid-cols-[76px_minmax(180px,1.2fr)_minmax(130px,0.9fr)_minmax(150px,1fr)_minmax(150px,1fr)_minmax(160px,1.1fr)]`

/** Where a column stands to the one before it. */
type Mark = 'same' | 'differs' | 'nothing' | 'unknown'

/** One ordinal: what is promised, sliced and answered, along one line that breaks where they part. */
export const PeerRow = memo(function PeerRow(props: {
  peer: PeerOfOrdinal
  state: OrdinalState
  namespace: string
  zone: string
  slicesUnknown: string | undefined
  /** Whether the set names a place to ask. */
  asksApp: boolean
}) {
  const t = useTranslations('peers')
  const states = useTranslations('states')
  const { peer, state } = props
  const words = useVerdict(peer)
  const { expected, slice, dns, verdict } = peer
  const tone = verdictTone(verdict)
  const loud = tone === 'attention' || tone === 'bad'
  const agrees = verdict.code === 'agree'
  const sliceBehind = verdict.because === 'endpointslice'
  const srv = expected.srv.map(({ priority, weight, port }) => `SRV ${priority} ${weight} ${port}`).join(', ')
  const sliceMark: Mark = props.slicesUnknown
    ? 'unknown'
    : slice === null
      ? 'nothing'
      : sliceBehind
        ? 'differs'
        : 'same'
  const dnsMark: Mark = dns === null ? 'unknown' : dns.addresses.length === 0 ? 'nothing' : agrees ? 'same' : 'differs'
  return (
    <div
      role="row"
      data-peer={peer.ordinal}
      data-verdict={verdict.code}
      data-because={verdict.because ?? ''}
      className={`${props.asksApp ? peersGridWithApp : peersGrid} pb-3 ${peer.inRange ? '' : 'text-ghost'}`}
    >
      <div role="rowheader" className="order-first row-span-4 self-start desk:order-none desk:row-span-1">
        <div className="flex h-7 items-end justify-center pb-0.5 desk:w-11">
          <Glyph state={state} size={24} label={states(state)} />
        </div>
        <Line />
        <div className="text-center text-[length:var(--text-rung)] leading-6 font-semibold text-ink desk:w-11">
          {peer.ordinal}
        </div>
      </div>
      <Cell
        mark="same"
        above={
          <span lang="en" title={expected.name} className="truncate font-mono text-mono">
            {shortName(expected.name, props.namespace, props.zone)}
          </span>
        }
        below={srv === '' ? t('expected.noSrv') : <span lang="en">{srv}</span>}
      />
      <Cell
        title={t('column.slice')}
        mark={sliceMark}
        tone={sliceBehind ? tone : undefined}
        broken={!agrees && loud}
        above={
          props.slicesUnknown ? (
            <span data-tone="unknown" className="truncate text-tone" title={props.slicesUnknown}>
              {t('slice.unknown')}
            </span>
          ) : (
            <Addresses list={slice?.addresses ?? []} none={t('slice.none')} />
          )
        }
        below={slice === null ? (props.slicesUnknown ?? '') : t(`slice.${sliceWord(slice)}`)}
      />
      <Cell
        title={t('column.dns')}
        mark={dnsMark}
        tone={agrees ? undefined : tone}
        broken={!agrees && loud}
        above={
          dns === null ? (
            <span data-tone="unknown" className="text-tone">
              {t(verdict.because === 'pending' ? 'dns.pending' : 'dns.unknown')}
            </span>
          ) : (
            <Addresses list={dns.addresses} none={t(dns.rcode === 'NXDOMAIN' ? 'dns.noName' : 'dns.noAddress')} />
          )
        }
        below={
          dns === null || dns.ttl === null
            ? ''
            : t(dns.addresses.length === 0 ? 'dns.remembered' : 'dns.ttl', { seconds: dns.ttl })
        }
      />
      {props.asksApp ? (
        <Cell
          title={t('column.app')}
          mark={peer.app === null || peer.app.sees === null ? 'unknown' : 'same'}
          above={
            peer.app === null ? (
              <span>{t('app.notAsked')}</span>
            ) : peer.app.problem === null ? (
              <span lang="en" className="truncate" title={peer.app.says ?? undefined}>
                {peer.app.says ?? t('app.nothing')}
              </span>
            ) : (
              <span data-tone="unknown" className="text-tone">
                {t('app.problem')}
              </span>
            )
          }
          below={
            peer.app?.problem ? (
              <span lang="en" title={peer.app.problem}>
                {peer.app.problem}
              </span>
            ) : peer.app?.sees ? (
              t('app.sees', { count: peer.app.sees.length })
            ) : (
              ''
            )
          }
        />
      ) : null}
      <div role="cell" className="order-first col-start-2 min-w-0 desk:order-none desk:col-start-auto">
        <div className="flex min-h-7 items-end pb-0.5">
          <span data-tone={loud ? tone : undefined} className={loud ? 'font-semibold text-tone' : 'text-muted'}>
            {words.title}
          </span>
        </div>
        <div className="hidden desk:block">
          <Line />
        </div>
        <div className="pt-0.5 text-muted">{words.note}</div>
      </div>
    </div>
  )
})

function Cell(props: {
  mark: Mark
  /** The column's name, which a phone has no room for above. */
  title?: string
  tone?: Tone
  /** The line that leads here from the column before. */
  broken?: boolean
  above: ReactNode
  below: ReactNode
}) {
  return (
    <div role="cell" data-tone={props.tone} className="col-start-2 min-w-0 desk:col-start-auto">
      <div className="flex min-h-7 min-w-0 items-end gap-2 pr-4 pb-0.5 whitespace-nowrap">
        {props.title ? <span className="shrink-0 text-small text-muted desk:hidden">{props.title}</span> : null}
        {props.above}
      </div>
      <div className="hidden desk:block">
        <Line broken={props.broken} mark={props.mark} />
      </div>
      <div className="min-w-0 truncate pt-0.5 pr-4 text-muted">{props.below}</div>
    </div>
  )
}

const shapes: Readonly<Record<Mark, string>> = {
  same: 'rounded-full bg-rung',
  differs: 'rounded-[2px] bg-tone-fill',
  nothing: 'rounded-full border-2 border-rung bg-page',
  unknown: 'rounded-full border-2 border-dashed border-rung bg-page',
}

/** Decoration: the words above and below say the same. */
function Line(props: { broken?: boolean; mark?: Mark }) {
  return (
    <div aria-hidden className="relative flex h-1.5 items-center">
      <span className={`w-full ${props.broken ? 'rung-dashed' : 'rung-solid'}`} />
      {props.mark ? <span className={`absolute left-0 size-2.5 outline-2 outline-page ${shapes[props.mark]}`} /> : null}
    </div>
  )
}

function Addresses(props: { list: readonly string[]; none: string }) {
  if (props.list.length === 0) return <span>{props.none}</span>
  return (
    <span lang="en" className="truncate font-mono text-mono" title={props.list.join(', ')}>
      {props.list.join(', ')}
    </span>
  )
}

function sliceWord({ ready, serving, terminating }: NonNullable<PeerOfOrdinal['slice']>) {
  if (ready) return serving || !terminating ? 'ready' : 'published'
  if (terminating) return serving ? 'serving' : 'terminating'
  return 'notReady'
}
