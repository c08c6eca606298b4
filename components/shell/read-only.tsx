'use client'

import { useTranslations } from 'next-intl'
import { createContext, useContext, type ReactNode } from 'react'
import { EnvironmentWord } from '@/components/ui/chip'
import { Tooltip } from '@/components/ui/tooltip'

const ReadOnlyContext = createContext(false)

/** Once around everything: whether this Ordinal was told to change nothing. */
export function ReadOnlyProvider(props: { readOnly: boolean; children: ReactNode }) {
  return <ReadOnlyContext value={props.readOnly}>{props.children}</ReadOnlyContext>
}

/** Whether this Ordinal was told to change nothing. */
export function useReadOnly(): boolean {
  return useContext(ReadOnlyContext)
}

/** The word that stands on every page of an Ordinal that changes nothing; nothing elsewhere. */
export function ReadOnlyWord() {
  const t = useTranslations('shell.readOnly')
  if (!useReadOnly()) return null
  return (
    <Tooltip text={t('explain')}>
      <button
        type="button"
        data-read-only=""
        className="flex h-8 shrink-0 cursor-default items-center px-1 pointer-coarse:h-11"
      >
        <EnvironmentWord word={t('word')} />
      </button>
    </Tooltip>
  )
}
