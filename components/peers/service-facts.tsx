'use client'

import { TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { PeersAnswer } from '@/lib/contract/peers'

/** The governing Service in three facts, and what is wrong with it. */
export function ServiceFacts(props: { service: PeersAnswer['service']; namespace: string }) {
  const t = useTranslations('peers')
  const { service } = props
  const strong = (text: ReactNode) => <strong className="font-strong text-ink">{text}</strong>
  const code = (text: ReactNode) => (
    <strong lang="en" className="font-mono text-mono font-semibold text-ink">
      {text}
    </strong>
  )
  const ports = service.ports.map(({ name, port }) => (name === null ? String(port) : `${port} ${name}`)).join(', ')
  return (
    <>
      {service.name === '' ? null : (
        <span className="text-body text-muted">{t.rich('service.named', { name: service.name, m: code })}</span>
      )}
      {service.headless === null ? null : (
        <span className="text-body text-muted">
          {t.rich(service.headless ? 'service.headless' : 'service.notHeadless', { b: strong })}
        </span>
      )}
      {service.ports.length === 0 ? null : (
        <span className="text-body text-muted">
          {t.rich('service.ports', { ports, count: service.ports.length, m: code })}
        </span>
      )}
      {service.problems.map((problem) => (
        <span
          key={problem}
          data-tone={problem === 'unknown' ? 'unknown' : 'attention'}
          data-problem={problem}
          className="flex items-start gap-1.5 text-body text-tone"
        >
          <TriangleAlert aria-hidden size={14} strokeWidth={1.75} className="mt-1 shrink-0" />
          {t(`problem.${problem}`, { name: service.name })}
        </span>
      ))}
    </>
  )
}
