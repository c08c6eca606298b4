'use client'

import { useTranslations } from 'next-intl'
import { MiddleCut } from '@/components/ui/middle-cut'
import type { RungKind } from '@/components/ui/rung'
import type { ClaimView, OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { Cell, type CellLine } from './cell'
import { MissingRule } from './missing-rule'

/** One line a claim template: the claim's state above, claim → volume, class and policy below. */
export function DiskCell(props: { view: StatefulSetView; one: OrdinalView; rung: RungKind }) {
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
        below={unseen && view.spec.claimTemplates.length > 0 ? <MissingRule rule={unseen} /> : null}
      />
    )
  const lineOf = (claim: ClaimView): CellLine => ({
    rung: claim.exists === null ? 'hatched' : !one.inRange ? 'dashed' : claim.phase === 'Bound' ? 'solid' : 'hairline',
    tone: 'unknown',
    above: <ClaimNow claim={claim} pod={one.pod !== null} unseen={unseen} />,
    below: <ClaimPlace claim={claim} inRange={one.inRange} several={more.length > 0} unseen={volumesUnseen} />,
  })
  return <Cell {...lineOf(first)} more={more.map((claim) => ({ key: claim.name, ...lineOf(claim) }))} />
}

function ClaimNow(props: { claim: ClaimView; pod: boolean; unseen: string | undefined }) {
  const t = useTranslations('set.disk')
  const { claim } = props
  if (claim.exists === null) return props.unseen ? <MissingRule rule={props.unseen} /> : null
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
function ClaimPlace(props: { claim: ClaimView; inRange: boolean; several: boolean; unseen: string | undefined }) {
  const t = useTranslations('set.disk')
  const { claim } = props
  const { volume } = claim
  // The claim of an ordinal outside of the range is the one that people clear away, and its disk goes with it.
  const endsData = !props.inRange && volume?.reclaimPolicy === 'Delete'
  return (
    <>
      {props.several ? (
        <span lang="en" className="font-mono text-mono text-muted desk:hidden">
          {claim.template}
        </span>
      ) : null}
      <span
        className="hidden min-w-0 desk:flex"
        title={[claim.name, volume?.name, claim.storageClass, volume?.reclaimPolicy].filter(Boolean).join(' · ')}
      >
        <span lang="en" className="flex min-w-[6ch] font-mono text-mono font-semibold">
          <MiddleCut name={claim.name} />
        </span>
        {/* This gives way first: the name tells the ordinal, and the policy what becomes of the data. */}
        <span className="min-w-0 shrink-[9999] truncate">
          {volume ? (
            <span lang="en" className="font-mono text-mono whitespace-pre text-muted">
              {' → '}
              {shortVolume(volume.name)}
            </span>
          ) : null}
          {claim.storageClass ? (
            <span lang="en" className="whitespace-pre text-muted">
              {' '}
              {claim.storageClass}
            </span>
          ) : null}
          {volume && props.unseen ? <span className="text-unknown"> {t('volumeUnknown')}</span> : null}
        </span>
        {volume?.reclaimPolicy ? (
          <span
            data-tone={endsData ? 'attention' : undefined}
            className={`shrink-0 whitespace-pre ${endsData ? 'font-strong text-tone' : 'text-muted'}`}
          >
            {' · '}
            {t('reclaim', { policy: volume.reclaimPolicy })}
          </span>
        ) : null}
      </span>
    </>
  )
}

/** `pvc-3f9c0f6e-…` is long and random; its beginning tells it from the others. */
function shortVolume(name: string): string {
  return /^pvc-[0-9a-f]{8}-/.test(name) ? name.slice(0, 12) : name
}
