'use client'

import { useTranslations } from 'next-intl'
import type { ClaimFate } from '@/lib/statefulset/plan/claim-fates'
import { Age } from '@/components/ui/age'
import type { Tone } from '@/components/ui/states'

const tones: Partial<Record<ClaimFate['fate'], Tone>> = {
  deleted: 'bad',
  replaced: 'bad',
  collected: 'bad',
  wakes: 'attention',
  'blocked-deleting': 'attention',
  'blocked-stale': 'attention',
  'kept-foreign': 'attention',
  unknown: 'unknown',
}

/** The claims of one step, each with its size, what becomes of it, and what becomes of its data. */
export function ClaimFates(props: { claims: readonly ClaimFate[] }) {
  const t = useTranslations('actions.claim')
  const fates = useTranslations('waiting.fate')
  return (
    <ul className="flex flex-col gap-1">
      {props.claims.map((claim) => {
        const goes = claim.mayEnd && claim.fate !== 'unknown'
        const since = claim.unusedSince ?? claim.createdAt
        return (
          <li key={claim.name} data-claim={claim.name} data-fate={claim.fate} data-tone={tones[claim.fate]}>
            <span lang="en" className="block font-mono text-mono break-all">
              {claim.name}
            </span>
            <span className={`block text-small ${tones[claim.fate] ? 'text-tone' : 'text-muted'}`}>
              {claim.capacity ? <span lang="en">{claim.capacity}</span> : t('sizeUnknown')}
              {t('then')}
              {fates(claim.fate)}
              {goes && claim.reclaimPolicy
                ? `${t('then')}${t(claim.reclaimPolicy === 'Delete' ? 'erased' : 'volumeKept')}`
                : ''}
              {goes && !claim.reclaimPolicy ? `${t('then')}${t('dataUnknown')}` : ''}
              {claim.fate === 'wakes' && since ? (
                <>
                  {t('then')}
                  {t.rich(claim.unusedSince ? 'unusedFor' : 'createdAgo', { age: () => <Age since={since} /> })}
                </>
              ) : null}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
