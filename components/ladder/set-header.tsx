'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Chip } from '@/components/ui/chip'
import { runsSeveralRevisions } from '@/lib/statefulset/model/revisions'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import { driverName } from '@/components/ui/driver-name'
import { hashOf } from './words'

const strong = (text: ReactNode) => <strong className="font-strong text-ink">{text}</strong>

/** The set's name and what holds for it, in words. `actions` are the buttons that change it. */
export function SetHeader(props: { view: StatefulSetView; actions?: ReactNode }) {
  const t = useTranslations('set')
  const { view } = props
  const { spec, replicas, revisions } = view
  const known = !view.unknown.pods
  const split = runsSeveralRevisions(replicas)
  return (
    <header className="flex flex-wrap items-start gap-x-6 gap-y-2">
      <h1
        lang="en"
        className="min-w-0 grow basis-44 text-title font-semibold tracking-title break-all tablet:grow-0 tablet:basis-auto"
      >
        {view.name}
      </h1>
      <ul className="order-last flex min-w-0 basis-full flex-wrap items-baseline gap-x-4 gap-y-0.5 text-body text-muted tablet:order-none tablet:flex-1 tablet:basis-0 tablet:pt-2">
        <li>
          {known
            ? t.rich('facts.ready', {
                b: strong,
                ready: replicas.ready,
                desired: replicas.desired,
                leaving: replicas.leaving,
              })
            : t('facts.readyUnknown', { desired: replicas.desired })}
        </li>
        <li>{t(spec.podManagementPolicy === 'Parallel' ? 'facts.parallel' : 'facts.ordered')}</li>
        {spec.claimTemplates.length > 0 ? (
          <>
            <li>{t.rich(`facts.whenScaled.${spec.whenScaled}`, { b: strong })}</li>
            {spec.whenDeleted === 'Delete' ? <li>{t.rich('facts.whenDeleted', { b: strong })}</li> : null}
          </>
        ) : (
          <li>{t('facts.noClaims')}</li>
        )}
        <li>
          {t('facts.strategy', { strategy: spec.updateStrategy })}
          {spec.partition ? ` · ${t('facts.partition', { partition: spec.partition })}` : ''}
          {spec.maxUnavailable && spec.maxUnavailable !== '1' ? ` · maxUnavailable ${spec.maxUnavailable}` : ''}
        </li>
        {spec.start > 0 ? <li>{t('facts.start', { start: spec.start })}</li> : null}
        {spec.minReadySeconds > 0 ? <li>{t('facts.minReady', { seconds: spec.minReadySeconds })}</li> : null}
        <li>
          {split ? (
            t.rich('facts.revisions', {
              b: strong,
              current: otherRevisions(view).join(', '),
              update: hashOf(revisions.update, view.name),
              updated: replicas.updated,
              created: replicas.created,
            })
          ) : (
            <>
              {t('facts.revision')}{' '}
              <span lang="en" className="font-mono text-mono">
                {hashOf(revisions.update, view.name)}
              </span>
            </>
          )}
        </li>
        {view.drivenBy ? (
          <li>
            {t.rich('facts.drivenBy', {
              b: strong,
              owner: driverName(view.drivenBy),
              rollout: view.drivenBy.rollout ? 'yes' : 'no',
            })}
          </li>
        ) : null}
        {view.deletionTimestamp ? (
          <li>
            <Chip tone="attention">{t('facts.deleting')}</Chip>
          </li>
        ) : null}
        {view.observedGeneration < view.generation ? (
          <li>
            <Chip tone="waiting">{t('facts.behind', { observed: view.observedGeneration, now: view.generation })}</Chip>
          </li>
        ) : null}
      </ul>
      {props.actions ? <div className="flex flex-wrap items-center gap-2">{props.actions}</div> : null}
    </header>
  )
}

/** What the pods run that are not at the update revision; what the status tells where the pods may not be seen. */
function otherRevisions({ ordinals, revisions, name }: StatefulSetView): string[] {
  const seen = ordinals.flatMap(({ pod }) => (pod?.owned && pod.revision !== revisions.update ? [pod.revision] : []))
  return [...new Set(seen.length > 0 ? seen : [revisions.current])].map((revision) => hashOf(revision, name))
}
