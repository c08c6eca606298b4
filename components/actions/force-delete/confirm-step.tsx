'use client'

import { useTranslations } from 'next-intl'
import { EndingClaims } from '@/components/actions/pod-claims'
import { TypedWords } from '@/components/actions/typed-words'
import type { ClaimFate } from '@/lib/statefulset/plan/claim-fates'
import type { EvidenceCode, EvidenceItem } from '@/lib/statefulset/explain/evidence'

/** The sentence that has to be typed against what says that the pod still runs; empty when nothing does. */
export function contradictionWords(
  codes: readonly EvidenceCode[],
  t: { (key: 'and'): string; (key: string): string },
): string {
  return codes.map((code) => t(`words.${code}`)).join(t('and'))
}

/** What has to be typed: the pod's name, and where evidence contradicts, a sentence that names the contradiction. */
export function ConfirmStep(props: {
  pod: string
  /** Those that may end with the pod are named. */
  claims: readonly ClaimFate[]
  contradictions: readonly EvidenceItem[]
  sentence: string
  typedName: string
  onName: (value: string) => void
  typedWords: string
  onWords: (value: string) => void
}) {
  const t = useTranslations('actions.contradiction')
  const confirm = useTranslations('actions.confirm')
  const evidence = useTranslations('actions.evidence.item')
  return (
    <div className="flex flex-col gap-5">
      {props.contradictions.length > 0 ? (
        <section data-tone="bad" className="flex flex-col gap-2">
          <h3 className="font-semibold text-tone">{t('heading', { count: props.contradictions.length })}</h3>
          <ul className="flex list-disc flex-col pl-5">
            {props.contradictions.map((item) => (
              <li key={item.code} data-contradiction={item.code}>
                {evidence(item.code, item.params)}
              </li>
            ))}
          </ul>
          <TypedWords label={t('type')} words={props.sentence} value={props.typedWords} onChange={props.onWords} />
        </section>
      ) : null}
      <EndingClaims claims={props.claims} />
      <TypedWords mono label={confirm('typePod')} words={props.pod} value={props.typedName} onChange={props.onName} />
    </div>
  )
}
