'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { pages } from '@/components/shell/places'
import { Button } from '@/components/ui/button'
import { buttonClass } from '@/components/ui/button-class'
import { Command } from '@/components/ui/copy-button'
import type { DemoPlaying, DemoWay } from '@/lib/contract/demo'
import { useScenarioSentences } from './sentences'

/**
 * The decision that a scenario waits for: the question, and each way with where its button is. On a phone the ways are
 * shown only when the card is open, so that the ladder stays in sight.
 */
export function TurnPart(props: {
  cluster: string
  id: string
  turn: NonNullable<DemoPlaying['turn']>
  look: DemoPlaying['look']
  open: boolean
  disabledReason: string | undefined
  busy: boolean
  onChoose: (way: string) => void
  onLevers: () => void
}) {
  const t = useTranslations('demo')
  const sentences = useScenarioSentences()
  const { id, turn, open } = props
  return (
    <div data-turn={turn.key} className="mt-1">
      <p className={`max-w-[900px] ${open ? '' : 'line-clamp-2 tablet:line-clamp-none'}`}>
        <strong className="font-semibold text-tone">{t('turn')}:</strong> {sentences.question(id, turn.key)}
      </p>
      <ul className={`${open ? '' : 'hidden tablet:block'} mt-1`}>
        {turn.ways.map((way) => (
          <WayLine key={way.id} way={way} {...props} />
        ))}
      </ul>
    </div>
  )
}

function WayLine(props: Parameters<typeof TurnPart>[0] & { way: DemoWay }) {
  const t = useTranslations('demo')
  const sentences = useScenarioSentences()
  const { way, look } = props
  const page = pages.statefulSet(props.cluster, { namespace: look.namespace, name: look.statefulSet })
  return (
    <li data-way={way.id} className="border-t border-line py-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 flex-1 basis-60">{sentences.way(props.id, way)}</span>
        {way.action?.ordinal === undefined ? null : (
          <Link
            data-show="ordinal"
            href={`${page}?ordinal=${way.action.ordinal}`}
            className={buttonClass('plain', 'row')}
          >
            {t('showMe')}
          </Link>
        )}
        {way.lever ? (
          <Button size="row" data-show="levers" onClick={props.onLevers}>
            {t('showMe')}
          </Button>
        ) : null}
        <Button
          size="row"
          variant="quiet"
          data-choose={way.id}
          disabledReason={props.disabledReason}
          quietReason
          aria-busy={props.busy}
          onClick={() => props.onChoose(way.id)}
        >
          {t('doIt')}
        </Button>
      </div>
      {way.kubectl === undefined ? null : (
        <details className="text-small text-muted">
          <summary>{t('terminal')}</summary>
          <Command text={way.kubectl} />
        </details>
      )}
    </li>
  )
}
