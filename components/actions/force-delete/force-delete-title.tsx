'use client'

import { useTranslations } from 'next-intl'
import { podInTitle } from '@/components/actions/pod-command'
import { Glyph } from '@/components/ui/glyph'
import type { OrdinalState } from '@/lib/statefulset/model/view'

/** The ordinal as it stands in the ladder, beside what is done to it. */
export function ForceDeleteTitle(props: { pod: string; ordinal: number; state: OrdinalState }) {
  const t = useTranslations('actions.forceDelete')
  return (
    <span className="flex items-center gap-3">
      <span className="flex flex-col items-center">
        <Glyph state={props.state} size={26} />
        <span aria-hidden className="block h-0.5 w-7 rung-solid" />
        <span className="text-small font-semibold">{props.ordinal}</span>
      </span>
      <span>{t.rich('title', { pod: props.pod, m: podInTitle })}</span>
    </span>
  )
}
