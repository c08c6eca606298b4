'use client'

import { skipToken, useQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { IconButton } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { SkeletonBar } from '@/components/ui/skeleton'
import { readText } from '@/lib/browser/read'
import type { Resource } from '@/lib/statefulset/model/objects'
import { api } from '@/lib/contract/routes'

/** One object to look at; an empty namespace stands for a cluster-scoped kind. */
export type YamlObject = { kind: Resource; label: string; namespace: string; name: string }

/** The YAML of one of several objects as it is now, read-only. */
export function ObjectYaml(props: { cluster: string; objects: readonly YamlObject[] }) {
  const t = useTranslations('set.yaml')
  const { cluster, objects } = props
  const [chosen, setChosen] = useState(0)
  const object = objects[chosen] ?? objects[0]
  const path = object ? api.object(cluster, { ...object, resource: object.kind }) : null
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['yaml', path],
    queryFn: path === null ? skipToken : ({ signal }) => readText(path, signal),
    staleTime: 0,
    gcTime: 0,
  })
  if (!object) return <p className="py-3 text-muted">{t('none')}</p>
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-1">
        {objects.map((each, index) => (
          <button
            key={`${each.kind} ${each.name}`}
            type="button"
            aria-pressed={index === chosen}
            onClick={() => setChosen(index)}
            title={each.name}
            className="min-h-7 rounded-control px-2.5 text-body text-muted hover:text-ink aria-pressed:bg-raised aria-pressed:font-strong aria-pressed:text-ink pointer-coarse:min-h-11"
          >
            {each.label}
          </button>
        ))}
        <span className="ml-auto flex">
          <IconButton label={t('again')} onClick={() => void refetch()}>
            <RefreshCw aria-hidden size={14} strokeWidth={1.75} />
          </IconButton>
          {data === undefined ? null : <CopyButton text={data} />}
        </span>
      </div>
      {error ? (
        <p role="alert" className="text-bad">
          {error.message}
        </p>
      ) : data === undefined || isFetching ? (
        <SkeletonBar className="w-60" />
      ) : (
        <pre
          lang="en"
          tabIndex={0}
          aria-label={t('label', { name: object.name })}
          className="max-h-[70dvh] overflow-auto rounded-control bg-raised p-3 font-mono text-mono whitespace-pre"
        >
          {data}
        </pre>
      )}
    </div>
  )
}
