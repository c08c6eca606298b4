'use client'

import { useTranslations } from 'next-intl'
import type { Reached } from '@/lib/browser/pending-write'
import { timeOfDay } from '@/components/ui/age'
import { ProgressLine, type Progress } from '@/components/ui/progress-line'

/** What is known of a write that was sent: when, how it was accepted, and how far its effect has come. */
export type WriteState = {
  askedAt: number
  /** Null while the answer is awaited. */
  acceptedAt: number | null
  /** The answer was lost, and reading again showed the effect. */
  byReading?: boolean
  reached: Reached
  /** What the objects show now, in a few words. */
  observed?: string
}

/** A write as the four segments of the progress line. */
export function useWriteProgress(): (write: WriteState) => Progress {
  const t = useTranslations('actions.progress')
  return (write) => {
    const { askedAt, acceptedAt, reached } = write
    return {
      step: acceptedAt === null ? 'asked' : reached,
      details: {
        asked: timeOfDay(askedAt),
        ...(acceptedAt === null ? {} : { accepted: write.byReading ? t('byReading') : timeOfDay(acceptedAt) }),
        ...(write.observed && reached !== 'accepted' ? { observed: write.observed } : {}),
      },
    }
  }
}

/** The progress of a write inside its dialog. */
export function WriteProgress(props: { write: WriteState }) {
  const progress = useWriteProgress()(props.write)
  return (
    <div data-progress={progress.step}>
      <ProgressLine progress={progress} />
    </div>
  )
}
