'use client'

import { useTranslations } from 'next-intl'
import type { ClaimView, OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { Code, Fact, Facts, Part } from './facts'

/** Each claim of the ordinal, and the volume behind it. */
export function DiskPart(props: { view: StatefulSetView; one: OrdinalView }) {
  const t = useTranslations('set')
  const { claims } = props.one
  return (
    <Part title={t('ladder.disk')}>
      {claims.length === 0 ? <p className="text-muted">{t('disk.none')}</p> : null}
      {claims.map((claim) => (
        <Claim key={claim.name} claim={claim} unseen={props.view.unknown.persistentvolumeclaims} />
      ))}
    </Part>
  )
}

function Claim(props: { claim: ClaimView; unseen: string | undefined }) {
  const t = useTranslations('set')
  const { claim } = props
  const { volume } = claim
  const phase = claim.deletionTimestamp ? 'Terminating' : claim.phase
  return (
    <Facts aligned>
      <Fact name={t('drawer.claim')}>
        <Code>{claim.name}</Code>
      </Fact>
      <Fact name={t('drawer.phase')}>
        {claim.exists === null ? props.unseen : claim.exists ? <span lang="en">{phase}</span> : t('disk.notYet')}
      </Fact>
      <Fact name={t('drawer.size')}>{claim.capacity ?? claim.requested ?? '–'}</Fact>
      <Fact name={t('drawer.class')}>{claim.storageClass ? <Code>{claim.storageClass}</Code> : '–'}</Fact>
      <Fact name={t('drawer.volume')}>
        {volume ? (
          <>
            <Code>{volume.name}</Code>{' '}
            <span lang="en" className="text-muted">
              {[volume.phase, volume.reclaimPolicy, volume.zone].filter(Boolean).join(' · ')}
            </span>
          </>
        ) : (
          '–'
        )}
      </Fact>
    </Facts>
  )
}
