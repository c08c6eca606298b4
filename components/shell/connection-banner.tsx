'use client'

import { useMutation } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { timeOfDay } from '@/components/ui/age'
import { Banner } from '@/components/ui/banner'
import { CopyButton } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { postJson } from '@/lib/browser/read'
import { api } from '@/lib/contract/routes'
import type { ConnectionState, ResourceReports, TopicFailure } from '@/lib/contract/stream'
import { useClusterScope } from './cluster-context'
import type { Freshness } from './freshness'

/** Rules that are missing, each once: what may not be listed at all, and what only in some namespaces. */
export function missingRules(kinds: ResourceReports | null): string[] {
  const rules = Object.values(kinds ?? {}).flatMap((report) => [
    ...(report.state === 'forbidden' ? [report.rule] : []),
    ...(report.state === 'stale' && report.rule !== undefined ? [report.rule] : []),
    ...(report.only?.rule ? [report.only.rule] : []),
  ])
  return [...new Set(rules)]
}

/** At most one banner, the worst: not live, no connection, clocks apart, no such namespace, then what may not be seen. */
export function ConnectionBanner(props: {
  fresh: Freshness
  connection: ConnectionState
  kinds: ResourceReports | null
}) {
  const t = useTranslations('shell.banner')
  const { fresh, connection } = props
  const rules = missingRules(props.kinds)
  if (fresh.kind === 'stale' || fresh.kind === 'offline')
    return (
      <div className="mb-4">
        <Banner tone="unknown" hatched title={t(fresh.kind, { time: timeOfDay(fresh.since) })}>
          {fresh.kind === 'stale' ? t('staleMore', { tried: fresh.tried }) : t('offlineMore')}
        </Banner>
      </div>
    )
  if (fresh.kind === 'error')
    return (
      <div className="mb-4">
        <Banner tone="bad" title={t('error', { name: connection.name })} action={<TryAgain />}>
          <span lang="en">{connection.error?.message}</span>
        </Banner>
      </div>
    )
  if (fresh.kind === 'failed')
    return (
      <div className="mb-4">
        <Banner
          tone="bad"
          hatched
          title={fresh.since === null ? t('failed') : t('failedSince', { time: timeOfDay(fresh.since) })}
          action={<TryAgain />}
        >
          <FailureWords failure={fresh.failure} /> {t('failedMore')}
        </Banner>
      </div>
    )
  const { skewMs = 0, missingNamespaces = [] } = connection
  if (skewMs !== 0)
    return (
      <div className="mb-4">
        <Banner
          tone="waiting"
          title={t(skewMs > 0 ? 'clockBehind' : 'clockAhead', { seconds: Math.abs(skewMs) / 1000 })}
        >
          {t('clockMore')}
        </Banner>
      </div>
    )
  if (missingNamespaces.length > 0)
    return (
      <div className="mb-4">
        <Banner tone="bad" title={t('noNamespace', { namespaces: missingNamespaces.join(', ') })}>
          {t('noNamespaceMore')}
        </Banner>
      </div>
    )
  return rules.length > 0 ? <ForbiddenBanner rules={rules} user={connection.user} /> : null
}

/** Why there is no news, in words, then as Ordinal's server says it. */
function FailureWords({ failure }: { failure: TopicFailure }) {
  const t = useTranslations()
  const own = failure.code === 'view-failed' || failure.code === 'internal'
  const key = own ? (`shell.banner.why.${failure.code}` as const) : (`errors.connection.what.${failure.code}` as const)
  return (
    <>
      {t(t.has(key) ? key : 'errors.connection.what.other')}{' '}
      <code lang="en" className="font-mono text-mono break-words">
        {failure.message}
      </code>
    </>
  )
}

/** Asks for the connection to be tried now; what comes of it arrives by the stream. */
function TryAgain() {
  const t = useTranslations('shell.banner')
  const { cluster } = useClusterScope()
  const { mutate, isPending } = useMutation({
    mutationFn: () => postJson(api.retry(cluster), {}),
  })
  return (
    <button type="button" onClick={() => mutate()} disabled={isPending} className="underline underline-offset-2">
      {t('again')}
    </button>
  )
}

function ForbiddenBanner(props: { rules: readonly string[]; user: string }) {
  const t = useTranslations('shell')
  const [open, setOpen] = useState(false)
  const [first = '', ...rest] = props.rules
  return (
    <div className="mb-4">
      <Banner
        tone="unknown"
        title={t('banner.forbidden')}
        action={
          <button type="button" onClick={() => setOpen(true)} className="underline underline-offset-2">
            {t('banner.forbiddenShow')}
          </button>
        }
      >
        {t('banner.forbiddenMore', { rules: rest.length === 0 ? first : `${first}, +${rest.length}` })}
      </Banner>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        width={560}
        title={t('banner.forbiddenTitle')}
        description={t('banner.forbiddenText', { user: props.user })}
        cancel={t('close')}
      >
        <ul className="flex flex-col">
          {props.rules.map((rule) => (
            <li key={rule} data-tone="unknown" className="flex items-center gap-2 border-b border-line py-1">
              <KeyRound aria-hidden size={14} strokeWidth={1.75} className="shrink-0 text-tone" />
              <code lang="en" className="min-w-0 flex-1 font-mono text-mono break-words">
                {rule}
              </code>
              <CopyButton text={rule} />
            </li>
          ))}
        </ul>
      </Dialog>
    </div>
  )
}
