'use client'

import { useTranslations } from 'next-intl'
import { memo, type ReactNode } from 'react'
import { Age } from '@/components/ui/age'
import { Chip } from '@/components/ui/chip'
import type { RungKind } from '@/components/ui/rung'
import { shortName } from '@/components/ui/short-names'
import { states } from '@/components/ui/states'
import { MiddleCut } from '@/components/ui/middle-cut'
import { runsSeveralRevisions } from '@/lib/statefulset/model/revisions'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { Cell, ladderGrid } from './cell'
import { DiskCell } from './disk-cell'
import { NodeCell } from './node-cell'
import { Occupant } from './occupant'
import { PeerCell } from './peer-cell'
import { PodNow } from './pod-now'
import { hashOf } from './words'

type Props = {
  view: StatefulSetView
  ordinal: OrdinalView
  selected: boolean
  onOpen: (ordinal: number) => void
  /** What can be done to this ordinal: a menu. */
  menu?: ReactNode
}

/** One ordinal: above the line what is here now, below it what stays. */
export const LadderRow = memo(function LadderRow(props: Props) {
  const t = useTranslations('set')
  const names = useTranslations('states')
  const { view, ordinal: one, selected } = props
  const look = states[one.state]
  const waitedFor = view.waitingFor?.ordinal === one.ordinal
  const podsUnknown = one.pod === null && view.unknown.pods !== undefined
  const bound = one.claims.every((claim) => claim.phase === 'Bound')
  const place: RungKind = !one.inRange ? 'dashed' : podsUnknown ? 'hatched' : bound ? 'solid' : 'hairline'
  // To the end of the row: the line is whole as far as the name is known to its peers.
  const peers: RungKind = one.inRange && one.peer.endpoint?.ready ? place : 'dashed'
  const here: RungKind = waitedFor && look.loudness !== 'quiet' ? 'filled' : place
  const muted = one.inRange ? '' : 'text-ghost'
  const blocker =
    one.state === 'blocked' && view.waitingFor?.ordinal !== null && !waitedFor ? view.waitingFor?.ordinal : undefined
  const split = runsSeveralRevisions(view.replicas)
  const loud = look.loudness === 'loud'
  return (
    <div
      role="row"
      aria-selected={selected}
      data-ordinal={one.ordinal}
      data-state={one.state}
      data-pod-status={one.pod?.status ?? ''}
      data-pod-uid={one.pod?.uid ?? ''}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('a,button')) return
        if (String(getSelection() ?? '') === '') props.onOpen(one.ordinal)
      }}
      className={`${ladderGrid} group relative cursor-pointer pb-2.5 desk:pb-3.5 ${muted} ${selected ? 'bg-panel shadow-[-8px_0_0_var(--panel),8px_0_0_var(--panel)]' : 'hover:bg-panel hover:shadow-[-8px_0_0_var(--panel),8px_0_0_var(--panel)]'}`}
    >
      <Cell
        role="rowheader"
        rung={here}
        tone={look.tone}
        above={<Occupant state={one.state} uid={one.pod?.uid ?? null} />}
        below={
          <span className="w-11 text-center text-[length:var(--text-rung)] leading-6 font-semibold text-ink">
            {one.ordinal}
          </span>
        }
      />
      <Cell
        rung={here}
        tone={look.tone}
        above={
          <>
            <span
              data-tone={loud ? look.tone : undefined}
              className={`min-w-0 truncate font-strong ${loud ? 'text-tone' : ''}`}
            >
              {blocker === undefined
                ? names(one.state)
                : t('pod.blockedBy', { state: names('blocked'), pod: shortName(`${view.name}-${blocker}`) })}
            </span>
            <PodNow view={view} one={one} />
          </>
        }
        below={
          <>
            <button
              type="button"
              lang="en"
              data-open-ordinal={one.ordinal}
              onClick={() => props.onOpen(one.ordinal)}
              aria-label={t('row', { pod: one.name, state: names(one.state) })}
              className={`flex min-w-0 rounded-chip font-mono text-mono font-semibold outline-offset-2 group-hover:underline ${one.inRange ? 'text-ink' : 'text-ghost'}`}
            >
              <MiddleCut name={one.name} />
            </button>
            {one.pod && split ? (
              <Chip mono title={one.pod.revision}>
                {t(one.pod.revision === view.revisions.update ? 'pod.newRevision' : 'pod.oldRevision', {
                  hash: hashOf(one.pod.revision, view.name),
                })}
              </Chip>
            ) : null}
            {one.pod && !one.pod.owned ? <Chip tone="attention">{t('pod.notOwned')}</Chip> : null}
          </>
        }
      />
      <NodeCell view={view} one={one} rung={place} />
      <DiskCell view={view} one={one} rung={place} />
      <PeerCell one={one} rung={peers} />
      <Cell
        end
        className="hidden desk:block"
        rung={peers}
        above={one.since ? <Age since={one.since} className="text-muted" /> : null}
        below={props.menu}
      />
    </div>
  )
})
