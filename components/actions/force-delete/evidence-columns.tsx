'use client'

import { useTranslations } from 'next-intl'
import { Age, timeOfDay } from '@/components/ui/age'
import type { Tone } from '@/components/ui/states'
import type { EvidenceItem } from '@/lib/statefulset/explain/evidence'

/** What speaks for the pod being gone against what speaks for it being alive, each with its field and its time. */
export function EvidenceColumns(props: { items: readonly EvidenceItem[]; collectedAt: string }) {
  const t = useTranslations('actions.evidence')
  const gone = props.items.filter((item) => item.speaks === 'for')
  const alive = props.items.filter((item) => item.speaks === 'against')
  const open = props.items.filter((item) => item.speaks === 'open')
  return (
    <div className="grid gap-x-8 gap-y-5 tablet:grid-cols-2">
      <Column title={t('gone')} items={gone} tone="neutral" none={t('goneNone')} collectedAt={props.collectedAt} />
      <div className="flex flex-col gap-3">
        <Column
          title={t('alive')}
          items={alive}
          tone={alive.length > 0 ? 'bad' : 'neutral'}
          none={t('aliveNone')}
          collectedAt={props.collectedAt}
        />
        {open.length > 0 ? (
          <section aria-label={t('open')} data-tone="unknown">
            <span aria-hidden className="mb-2 block border-t-2 border-dashed border-tone-fill" />
            <h3 className="sr-only">{t('open')}</h3>
            <Items items={open} loud collectedAt={props.collectedAt} />
          </section>
        ) : null}
      </div>
    </div>
  )
}

function Column(props: {
  title: string
  items: readonly EvidenceItem[]
  tone: Tone
  none: string
  collectedAt: string
}) {
  return (
    <section data-tone={props.tone} aria-label={props.title}>
      <h3 className="flex items-baseline justify-between border-b-2 border-tone-fill pb-2 font-semibold text-tone">
        {props.title} <span className="font-normal">{props.items.length}</span>
      </h3>
      {props.items.length === 0 ? (
        <p className="pt-2.5 text-muted">{props.none}</p>
      ) : (
        <Items items={props.items} collectedAt={props.collectedAt} />
      )}
    </section>
  )
}

function Items(props: { items: readonly EvidenceItem[]; loud?: boolean; collectedAt: string }) {
  const t = useTranslations('actions.evidence')
  return (
    <ul className="flex flex-col">
      {props.items.map((item) => (
        <li
          key={item.code}
          data-evidence={item.code}
          data-speaks={item.speaks}
          className="border-b border-line py-2.5 last:border-b-0"
        >
          <span className="flex items-baseline justify-between gap-3">
            <span className={`min-w-0 break-words ${props.loud ? 'text-tone' : 'font-strong text-ink'}`}>
              {t(`item.${item.code}`, item.params)}
            </span>
            {item.since ? (
              <span className="shrink-0 text-body text-ink">
                <Age since={item.since} precision="fine" />
              </span>
            ) : null}
          </span>
          {item.proof.map((one) => (
            <span
              key={`${one.object} ${one.field}`}
              lang="en"
              className="block font-mono text-mono break-words text-muted"
            >
              {one.object} {one.field} <span className="text-ink">{one.value}</span>
            </span>
          ))}
          {item.proof.length === 0 && item.params.detail ? (
            <span lang="en" className="block font-mono text-mono break-words text-muted">
              {item.params.detail}
            </span>
          ) : null}
          {item.code.startsWith('probe-') && item.code !== 'probe-not-asked' ? (
            <span className="block text-small text-muted">{t('asked', { time: timeOfDay(props.collectedAt) })}</span>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
