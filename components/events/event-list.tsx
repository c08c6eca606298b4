'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { Age } from '@/components/ui/age'
import { SkeletonBar } from '@/components/ui/skeleton'
import { readJson } from '@/lib/browser/read'
import { api } from '@/lib/contract/routes'

/** The events of a set, or of one ordinal of it, newest first; they come from the live store, not from the cluster. */
export function EventList(props: { cluster: string; namespace: string; set: string; ordinal?: number }) {
  const t = useTranslations('set.events')
  const { cluster, namespace, set, ordinal } = props
  const { data, error } = useQuery({
    queryKey: ['clusters', cluster, 'events', namespace, set, ordinal ?? null],
    queryFn: ({ signal }) => readJson(api.events(cluster, { namespace, name: set }, ordinal), signal),
    // From this process's own memory, and only while the list is in sight.
    refetchInterval: 3000,
    staleTime: 0,
  })
  if (error)
    return (
      <p role="alert" className="py-3 text-bad">
        {error.message}
      </p>
    )
  if (!data) return <SkeletonBar className="my-3 w-60" />
  return (
    <div>
      {data.unknown ? (
        <p data-tone="unknown" className="py-2 text-tone">
          {t('forbidden', { rule: data.unknown })}
        </p>
      ) : null}
      {data.events.length === 0 && !data.unknown ? <p className="py-3 text-muted">{t('none')}</p> : null}
      <ol className="flex flex-col">
        {data.events.map((event) => (
          <li
            key={event.metadata.uid}
            data-event={event.reason}
            className="grid grid-cols-[64px_minmax(0,1fr)] gap-x-3 border-b border-line py-1.5 text-body"
          >
            <span className="text-muted">
              <Age since={event.lastSeen} />
            </span>
            <div className="min-w-0">
              <p>
                <span
                  lang="en"
                  data-tone={event.type === 'Warning' ? 'attention' : undefined}
                  className="font-strong text-tone"
                >
                  {event.reason}
                </span>
                {event.count > 1 ? <span className="text-muted"> ×{event.count}</span> : null}{' '}
                <span lang="en" className="font-mono text-mono text-muted">
                  {event.involved.name}
                </span>
              </p>
              <p lang="en" className="text-muted break-words">
                {event.message}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </div>
  )
}
