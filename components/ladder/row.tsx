'use client'

import { KeyRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { memo, type ReactNode } from 'react'
import { Age } from '@/components/ui/age'
import { Chip } from '@/components/ui/chip'
import { Rung, type RungKind } from '@/components/ui/rung'
import { states, type Tone } from '@/components/ui/states'
import type { ClaimView, OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { Occupant } from './occupant'
import { hashOf } from './words'

/** Six columns on a wide page; on a phone the number, the pod and the disk. */
export const ladderGrid =
  'grid grid-cols-[52px_minmax(0,1fr)_auto] desk:grid-cols-[76px_minmax(230px,1.6fr)_minmax(120px,0.75fr)_minmax(230px,1.6fr)_minmax(170px,1.2fr)_64px]'

/** What is above the line, the line, and what is below it. */
function Cell(props: {
  above: ReactNode
  below: ReactNode
  rung: RungKind
  tone?: Tone
  className?: string
  role?: 'gridcell' | 'rowheader'
  /** At the right end of the row. */
  end?: boolean
  children?: ReactNode
}) {
  const side = props.end ? 'justify-end' : 'pr-4'
  return (
    <div role={props.role ?? 'gridcell'} className={`min-w-0 ${props.className ?? ''}`}>
      <div className={`flex h-7 min-w-0 items-end gap-2 overflow-hidden pb-0.5 whitespace-nowrap ${side}`}>
        {props.above}
      </div>
      <div className="flex h-1.5 items-center">
        <Rung kind={props.rung} tone={props.tone} className="w-full rounded-none!" />
      </div>
      <div className={`flex min-h-7 min-w-0 items-start gap-2 overflow-hidden pt-0.5 whitespace-nowrap ${side}`}>
        {props.below}
      </div>
      {props.children}
    </div>
  )
}

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
  const here: RungKind = waitedFor && look.loudness !== 'quiet' ? 'filled' : place
  const muted = one.inRange ? '' : 'text-ghost'
  const blocker =
    one.state === 'blocked' && view.waitingFor?.ordinal !== null && !waitedFor ? view.waitingFor?.ordinal : undefined
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
            <span data-tone={loud ? look.tone : undefined} className={`font-strong ${loud ? 'text-tone' : ''}`}>
              {blocker === undefined
                ? names(one.state)
                : t('pod.blockedBy', { state: names('blocked'), pod: `${view.name}-${blocker}` })}
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
              className={`min-w-0 truncate rounded-chip font-mono text-mono font-semibold outline-offset-2 group-hover:underline ${one.inRange ? 'text-ink' : 'text-ghost'}`}
            >
              {one.name}
            </button>
            {one.pod && view.revisions.current !== view.revisions.update ? (
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
      <DiskCells view={view} one={one} rung={place} />
      <PeerCell one={one} rung={place} />
      <Cell
        end
        className="hidden desk:block"
        rung={place}
        above={one.since ? <Age since={one.since} className="text-muted" /> : null}
        below={props.menu}
      />
    </div>
  )
})

/** The pod in kubectl's words: STATUS, READY, RESTARTS, AGE. */
function PodNow(props: { view: StatefulSetView; one: OrdinalView }) {
  const t = useTranslations('set')
  const { pod, node, state } = props.one
  // On a phone what is well, and what is on a silent node, says no more than where it is and how old.
  const quiet = state === 'ok' || state === 'outdated' || state === 'suspect'
  if (!pod && props.view.unknown.pods)
    return (
      <span data-tone="unknown" className="flex items-center gap-1 text-tone">
        <KeyRound aria-hidden size={14} /> {props.view.unknown.pods}
      </span>
    )
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

function NodeCell(props: { view: StatefulSetView; one: OrdinalView; rung: RungKind }) {
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
            <span className={`truncate ${silent ? 'font-strong text-tone' : ''}`}>
              <span lang="en">{node.name}</span>
              {silent ? ` ${t(!node.exists ? 'gone' : node.ready === 'False' ? 'notReady' : 'silent')}` : ''}
            </span>
          </span>
        ) : pod?.node ? (
          <span lang="en">{pod.node}</span>
        ) : pod ? (
          <span className="text-muted">{t('none')}</span>
        ) : null
      }
      below={
        unknown && pod?.node ? (
          <Missing rule={unknown} />
        ) : node?.zone ? (
          <span className="truncate text-muted">
            {/^zone/i.test(node.zone) ? <span lang="en">{node.zone}</span> : t('zone', { zone: node.zone })}
          </span>
        ) : null
      }
    />
  )
}

function Missing(props: { rule: string }) {
  const t = useTranslations('set')
  return (
    <span data-tone="unknown" title={t('missing', { rule: props.rule })} className="flex items-center gap-1 text-tone">
      <KeyRound aria-hidden size={14} className="shrink-0" />
      <span lang="en" className="truncate text-small">
        {props.rule}
      </span>
    </span>
  )
}

/** One line a claim template: the claim's state above, claim → volume, class and policy below. */
function DiskCells(props: { view: StatefulSetView; one: OrdinalView; rung: RungKind }) {
  const t = useTranslations('set.disk')
  const { view, one } = props
  const unseen = view.unknown.persistentvolumeclaims
  const volumesUnseen = view.unknown.persistentvolumes
  const [first, ...more] = one.claims
  if (!first)
    return (
      <Cell
        rung={props.rung}
        above={<span className="hidden text-muted desk:inline">{unseen ? '' : t('none')}</span>}
        below={unseen && view.spec.claimTemplates.length > 0 ? <Missing rule={unseen} /> : null}
      />
    )
  const rungOf = (claim: ClaimView): RungKind =>
    claim.exists === null ? 'hatched' : !one.inRange ? 'dashed' : claim.phase === 'Bound' ? 'solid' : 'hairline'
  const above = (claim: ClaimView) => <ClaimNow claim={claim} pod={one.pod !== null} unseen={unseen} />
  const below = (claim: ClaimView) => <ClaimPlace claim={claim} several={more.length > 0} unseen={volumesUnseen} />
  return (
    <Cell rung={rungOf(first)} tone="unknown" above={above(first)} below={below(first)}>
      {more.map((claim) => (
        <div key={claim.name}>
          <div className="flex h-6 items-end gap-2 overflow-hidden pr-4 pb-0.5 whitespace-nowrap">{above(claim)}</div>
          <div className="flex h-1.5 items-center">
            <Rung kind={rungOf(claim)} tone="unknown" className="w-full" />
          </div>
          <div className="flex items-start gap-2 overflow-hidden pt-0.5 pr-4 whitespace-nowrap">{below(claim)}</div>
        </div>
      ))}
    </Cell>
  )
}

function ClaimNow(props: { claim: ClaimView; pod: boolean; unseen: string | undefined }) {
  const t = useTranslations('set.disk')
  const { claim } = props
  if (claim.exists === null) return props.unseen ? <Missing rule={props.unseen} /> : null
  if (!claim.exists) return <span className="text-muted">{t('notYet')}</span>
  const deleting = claim.deletionTimestamp !== null
  const well = claim.phase === 'Bound' && !deleting
  return (
    <>
      <span className="font-strong">{claim.capacity ?? claim.requested}</span>
      <span
        data-tone={well ? undefined : 'attention'}
        className={`hidden desk:inline ${well ? 'text-muted' : 'text-tone'}`}
      >
        {deleting
          ? t('deleting')
          : well
            ? props.pod
              ? t('bound')
              : t('unused')
            : t('phase', { phase: claim.phase ?? '' })}
      </span>
    </>
  )
}

/** `several`: on a phone the claim's template tells it from the others. */
function ClaimPlace(props: { claim: ClaimView; several: boolean; unseen: string | undefined }) {
  const t = useTranslations('set.disk')
  const { claim } = props
  const { volume } = claim
  return (
    <>
      {props.several ? (
        <span lang="en" className="font-mono text-mono text-muted desk:hidden">
          {claim.template}
        </span>
      ) : null}
      <span
        className="hidden min-w-0 truncate desk:inline"
        title={[claim.name, volume?.name, claim.storageClass, volume?.reclaimPolicy].filter(Boolean).join(' · ')}
      >
        <span lang="en" className="font-mono text-mono font-semibold">
          {claim.name}
        </span>
        {volume ? (
          <span lang="en" className="font-mono text-mono text-muted">
            {' → '}
            {shortVolume(volume.name)}
          </span>
        ) : null}
        <span lang="en" className="text-muted">
          {claim.storageClass ? ` ${claim.storageClass}` : ''}
          {volume?.reclaimPolicy ? ` · ${volume.reclaimPolicy}` : ''}
        </span>
        {volume && props.unseen ? <span className="text-unknown"> {t('volumeUnknown')}</span> : null}
      </span>
    </>
  )
}

/** `pvc-3f9c0f6e-…` is long and random; its beginning tells it from the others. */
function shortVolume(name: string): string {
  return /^pvc-[0-9a-f]{8}-/.test(name) ? name.slice(0, 12) : name
}

function PeerCell(props: { one: OrdinalView; rung: RungKind }) {
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
export function EndpointMark(props: { mark: 'ready' | 'serving' | 'behind' | 'absent' }) {
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
