'use client'

import { useTranslations } from 'next-intl'
import type { PeersAnswer } from '@/lib/contract/peers'

/** More ordinals than this make no table that can be read. */
const most = 20

/** Who sees whom, by the pods' own report: a row for who says it, a column for whom it is said of. */
export function SeesWhom(props: { answer: PeersAnswer }) {
  const t = useTranslations('peers.matrix')
  const asked = props.answer.peers.filter(({ app, inRange }) => app !== null && inRange)
  if (props.answer.app === null || asked.length < 2 || asked.length > most) return null
  return (
    <section aria-label={t('title')} className="mt-6 overflow-x-auto border-t border-line pt-4">
      <h3 className="font-semibold">
        {t('title')} <span className="pl-2 font-normal text-muted">{t('source')}</span>
      </h3>
      <table className="mt-2 border-separate border-spacing-0 text-center">
        <thead>
          <tr>
            <th scope="col">
              <span className="sr-only">{t('who')}</span>
            </th>
            {asked.map(({ ordinal }) => (
              <th key={ordinal} scope="col" className="h-8 w-9 font-mono text-mono font-semibold">
                {ordinal}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {asked.map(({ ordinal, app }) => (
            <tr key={ordinal}>
              <th scope="row" className="h-8 w-9 font-mono text-mono font-semibold">
                {ordinal}
              </th>
              {asked.map((other) => {
                const how =
                  ordinal === other.ordinal
                    ? 'self'
                    : !app?.sees
                      ? 'unknown'
                      : app.sees.includes(other.ordinal)
                        ? 'sees'
                        : 'not'
                return (
                  <td key={other.ordinal} data-sees={`${ordinal} ${other.ordinal} ${how}`} className="h-8 w-9">
                    <Sign how={how} />
                    <span className="sr-only">{t(how, { who: ordinal, whom: other.ordinal })}</span>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Sign(props: { how: 'self' | 'unknown' | 'sees' | 'not' }) {
  if (props.how === 'unknown')
    return (
      <span aria-hidden data-tone="unknown" className="font-mono font-semibold text-tone">
        ?
      </span>
    )
  if (props.how === 'self') return <span aria-hidden className="mx-auto block h-px w-4 bg-line-2" />
  if (props.how === 'sees') return <span aria-hidden className="mx-auto block size-2.5 rounded-full bg-rung" />
  return (
    <span
      aria-hidden
      data-tone="bad"
      className="mx-auto block size-2.5 rounded-[2px] border-2 border-current text-tone-fill"
    />
  )
}
