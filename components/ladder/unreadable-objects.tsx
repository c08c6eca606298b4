'use client'

import { useTranslations } from 'next-intl'
import { Notice } from '@/components/ui/notice'
import type { StatefulSetView } from '@/lib/statefulset/model/view'

/** Pods, claims and whatever else of the set is there and cannot be read, by name: nothing is concluded from them. */
export function UnreadableObjects(props: { view: StatefulSetView }) {
  const t = useTranslations('set.unreadable')
  const objects = Object.entries(props.view.unreadable ?? {}).flatMap(([resource, list]) =>
    list.map(({ name, reason }) => ({ resource, name, reason })),
  )
  if (objects.length === 0) return null
  return (
    <div className="mt-3">
      <Notice tone="unknown" title={t('objects', { count: objects.length })}>
        <ul lang="en" className="font-mono text-mono">
          {objects.slice(0, shownMost).map(({ resource, name, reason }) => (
            <li key={`${resource} ${name}`} data-unreadable={`${resource}/${name}`} className="break-words">
              {resource}/{name}: {reason}
            </li>
          ))}
        </ul>
        {objects.length > shownMost ? <p>{t('more', { count: objects.length - shownMost })}</p> : null}
      </Notice>
    </div>
  )
}

const shownMost = 20
