'use client'

import { useTranslations } from 'next-intl'
import { Age } from '@/components/ui/age'
import type { Proof } from '@/lib/statefulset/model/view'
import { Fact } from './facts'

/** The fields that prove a statement: whose, which, what they say and since when. */
export function ProofRows(props: { proof: readonly Proof[] }) {
  const t = useTranslations('set')
  return props.proof.map((one) => (
    <Fact key={`${one.object} ${one.field}`} name={t('sentence.proofWord')}>
      <span lang="en" className="font-mono text-mono wrap-anywhere">
        {one.object} <span className="text-muted">{one.field}</span> <strong>{one.value}</strong>
      </span>
      {one.at ? (
        <span className="text-muted">
          {' '}
          <Age since={one.at} />
        </span>
      ) : null}
    </Fact>
  ))
}
