'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Age, timeOfDay } from '@/components/ui/age'
import type { Tone } from '@/components/ui/states'
import type { EvidenceItem } from '@/lib/statefulset/explain/evidence'

/**
 * What speaks for the pod being gone against what speaks for it being alive, each with its field and its time. What
 * follows from a fact stands under it and is not counted: five consequences of one silence are one fact.
 */
export function EvidenceColumns(props: { items: readonly EvidenceItem[]; collectedAt: string }) {
  const t = useTranslations('actions.evidence')
  const facts = factsOf(props.items)
  const gone = facts.filter(({ item }) => item.speaks === 'for')
  const alive = facts.filter(({ item }) => item.speaks === 'against')
  const open = facts.filter(({ item }) => item.speaks === 'open')
  return (
    <div className="grid gap-x-8 gap-y-5 tablet:grid-cols-2">
      <Column title={t('gone')} facts={gone} tone="neutral" none={t('goneNone')} collectedAt={props.collectedAt} />
      <div className="flex flex-col gap-3">
        <Column
          title={t('alive')}
          facts={alive}
          tone={alive.length > 0 ? 'bad' : 'neutral'}
          none={t('aliveNone')}
          collectedAt={props.collectedAt}
        />
        {open.length > 0 ? (
          <section aria-label={t('open')} data-tone="unknown">
            <span aria-hidden className="mb-2 block border-t-2 border-dashed border-tone-fill" />
            <h3 className="sr-only">{t('open')}</h3>
            <Facts facts={open} loud collectedAt={props.collectedAt} />
          </section>
        ) : null}
      </div>
    </div>
  )
}

type Fact = { item: EvidenceItem; consequences: readonly EvidenceItem[] }

/** The items that stand alone, each with those that follow from it. */
function factsOf(items: readonly EvidenceItem[]): Fact[] {
  return items
    .filter((item) => !items.some(({ code }) => code === item.follows))
    .map((item) => ({ item, consequences: items.filter(({ follows }) => follows === item.code) }))
}

function Column(props: { title: string; facts: readonly Fact[]; tone: Tone; none: string; collectedAt: string }) {
  return (
    <section data-tone={props.tone} aria-label={props.title}>
      <h3 className="flex items-baseline justify-between border-b-2 border-tone-fill pb-2 font-semibold text-tone">
        {props.title} <span className="font-normal">{props.facts.length}</span>
      </h3>
      {props.facts.length === 0 ? (
        <p className="pt-2.5 text-muted">{props.none}</p>
      ) : (
        <Facts facts={props.facts} collectedAt={props.collectedAt} />
      )}
    </section>
  )
}

function Facts(props: { facts: readonly Fact[]; loud?: boolean; collectedAt: string }) {
  const t = useTranslations('actions.evidence')
  return (
    <ul className="flex flex-col">
      {props.facts.map(({ item, consequences }) => (
        <Item key={item.code} item={item} loud={props.loud} collectedAt={props.collectedAt}>
          {consequences.length > 0 ? (
            <section className="mt-1.5 border-l-2 border-line-2 pl-3">
              <h4 className="text-small text-muted">{t('follows')}</h4>
              <ul className="flex flex-col">
                {consequences.map((each) => (
                  <Item key={each.code} item={each} collectedAt={props.collectedAt} />
                ))}
              </ul>
            </section>
          ) : null}
        </Item>
      ))}
    </ul>
  )
}

function Item(props: { item: EvidenceItem; loud?: boolean; collectedAt: string; children?: ReactNode }) {
  const t = useTranslations('actions.evidence')
  const { item } = props
  const weight = props.loud ? 'text-tone' : item.follows ? 'text-ink' : 'font-strong text-ink'
  return (
    <li
      data-evidence={item.code}
      data-speaks={item.speaks}
      data-follows={item.follows ?? undefined}
      className={item.follows ? 'pt-1' : 'border-b border-line py-2.5 last:border-b-0'}
    >
      <span className="flex items-baseline justify-between gap-3">
        <span className={`min-w-0 break-words ${weight}`}>{t(`item.${item.code}`, item.params)}</span>
        {item.since ? (
          <span className="shrink-0 text-body text-ink">
            <Age since={item.since} precision="fine" />
          </span>
        ) : null}
      </span>
      {item.proof.map((one) => (
        <Field key={`${one.object} ${one.field}`}>
          {one.object} {one.field} <span className="text-ink">{one.value}</span>
        </Field>
      ))}
      {item.proof.length === 0 && item.params.detail ? <Field>{item.params.detail}</Field> : null}
      {item.code.startsWith('probe-') && item.code !== 'probe-not-asked' ? (
        <span className="block text-small text-muted">{t('asked', { time: timeOfDay(props.collectedAt) })}</span>
      ) : null}
      {props.children}
    </li>
  )
}

function Field(props: { children: ReactNode }) {
  return (
    <span lang="en" className="block font-mono text-mono break-words text-muted">
      {props.children}
    </span>
  )
}
