'use client'

import { useTranslations } from 'next-intl'
import type { StatefulSetView } from '@/lib/statefulset/model/view'

/** The governing Service: what it is, and what is wrong with it, with what follows from that. */
export function ServiceLine(props: { view: StatefulSetView }) {
  const t = useTranslations('set.service')
  const { service, name } = props.view
  const mono = (text: React.ReactNode) => (
    <span lang="en" className="font-mono text-mono font-semibold">
      {text}
    </span>
  )
  if (service.name === '') return <p className="text-body text-muted">{t('unnamed')}</p>
  if (service.problem === 'unknown')
    return (
      <p data-tone="unknown" className="text-body text-tone">
        {t.rich('unknown', { m: mono, name: service.name })}
      </p>
    )
  if (service.problem)
    return (
      <p data-tone="attention" className="rounded-control bg-tone-wash px-3.5 py-2 text-body text-ink">
        <strong className="font-semibold text-tone">
          {t.rich(`problem.${service.problem}`, { m: mono, name: service.name })}
        </strong>{' '}
        {t(`consequence.${service.problem}`, { set: name })}
      </p>
    )
  return (
    <p className="text-body text-muted">
      {t.rich('fine', { m: mono, name: service.name })}
      {service.ports.length > 0 ? (
        <>
          {' · '}
          <span lang="en" className="font-mono text-mono">
            {service.ports
              .map((port) => `${port.name ? `${port.name} ` : ''}${port.port}→${port.targetPort}/${port.protocol}`)
              .join(', ')}
          </span>
        </>
      ) : null}
      {service.publishNotReadyAddresses ? ` · ${t('notReady')}` : ''}
    </p>
  )
}
