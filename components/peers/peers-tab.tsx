'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { SkeletonBar } from '@/components/ui/skeleton'
import { readJson } from '@/lib/browser/read'
import type { PeersAnswer } from '@/lib/contract/peers'
import { api } from '@/lib/contract/routes'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { AskedLine } from './asked-line'
import { PeerRow, peersGrid, peersGridWithApp } from './peer-row'
import { PeersTools } from './peers-tools'
import { SeesWhom } from './sees-whom'
import { ServiceFacts } from './service-facts'

/** How often DNS is asked while somebody looks; a large set takes longer to ask, and to send. */
const everyMs = (ordinals: number) => (ordinals > 200 ? 15_000 : 5_000)
/** More ordinals than this are not all listed: those that agree wait behind a button. */
const listedFrom = 50

/** What its peers find of each ordinal, asked again while it is looked at. */
export function PeersTab(props: { cluster: string; view: StatefulSetView }) {
  const { cluster, view } = props
  const again = useRef(false)
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['clusters', cluster, 'peers', view.namespace, view.name],
    queryFn: ({ signal }) => {
      const path = api.peers(cluster, view, again.current || undefined)
      again.current = false
      return readJson(path, signal)
    },
    refetchInterval: ({ state }) => everyMs(state.data?.peers.length ?? 0),
    staleTime: 0,
  })
  const ask = () => {
    again.current = true
    void refetch()
  }
  return (
    <>
      {error ? (
        <p role="alert" className="py-2 text-bad">
          {error.message}
        </p>
      ) : null}
      {data ? (
        <Peers answer={data} ordinals={view.ordinals} asking={isFetching} onAsk={ask} />
      ) : error ? null : (
        <SkeletonBar className="my-3 w-60" />
      )}
    </>
  )
}

function Peers(props: { answer: PeersAnswer; ordinals: readonly OrdinalView[]; asking: boolean; onAsk: () => void }) {
  const t = useTranslations('peers')
  const { answer, ordinals } = props
  const [all, setAll] = useState(false)
  const many = answer.peers.length > listedFrom
  const shown = many && !all ? answer.peers.filter(({ verdict }) => verdict.code !== 'agree') : answer.peers
  const columns = (['expected', 'slice', 'dns', 'app', 'verdict'] as const).filter(
    (column) => column !== 'app' || answer.app !== null,
  )
  const grid = answer.app === null ? peersGrid : peersGridWithApp
  const states = new Map(ordinals.map((one) => [one.ordinal, one.state]))
  return (
    <section aria-label={t('label')}>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2 border-b border-line pb-3">
        <ServiceFacts service={answer.service} namespace={answer.namespace} />
        <AskedLine asked={answer.asked} asking={props.asking} onAsk={props.onAsk} />
      </div>
      {answer.peers.length === 0 ? <p className="py-3 text-lead text-muted">{t('noOrdinals')}</p> : null}
      {shown.length > 0 ? (
        <div role="table" aria-label={t('label')} className="pt-3">
          <div role="row" className={`${grid} hidden! pb-2 text-small text-muted desk:grid!`}>
            <span role="columnheader">
              <span className="sr-only">{t('column.ordinal')}</span>
            </span>
            {columns.map((column) => (
              <span key={column} role="columnheader">
                {t(`column.${column}`)}
              </span>
            ))}
          </div>
          {shown.map((peer) => (
            <PeerRow
              key={peer.ordinal}
              peer={peer}
              state={states.get(peer.ordinal) ?? 'unknown'}
              namespace={answer.namespace}
              zone={answer.zone}
              slicesUnknown={answer.unknown.endpointslices}
              asksApp={answer.app !== null}
            />
          ))}
        </div>
      ) : null}
      {many && shown.length < answer.peers.length ? (
        <p className="flex flex-wrap items-center gap-3 py-3 text-muted">
          {t('agreeing', { count: answer.peers.length - shown.length })}
          <Button size="row" onClick={() => setAll(true)}>
            {t('showAll')}
          </Button>
        </p>
      ) : null}
      <PeersTools answer={answer} />
      <SeesWhom answer={answer} />
    </section>
  )
}
