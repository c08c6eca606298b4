'use client'

import { useTranslations } from 'next-intl'
import { Age } from '@/components/ui/age'
import { Chip } from '@/components/ui/chip'
import type { ContainerView, OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { Code, Fact, Facts, Part } from './facts'

/** The pod in its own fields, and its containers. */
export function PodPart(props: { view: StatefulSetView; one: OrdinalView }) {
  const t = useTranslations('set')
  const { view, one } = props
  const { pod } = one
  if (!pod)
    return (
      <Part title={t('drawer.pod')}>
        <p className="text-muted">{view.unknown.pods ?? t('pod.none')}</p>
      </Part>
    )
  return (
    <Part title={t('drawer.pod')}>
      <Facts aligned>
        <Fact name={t('drawer.status')}>
          <span lang="en">{pod.status === pod.phase ? pod.status : `${pod.status} (${pod.phase})`}</span>
        </Fact>
        <Fact name={t('drawer.ready')}>{`${pod.readyContainers}/${pod.containersTotal}`}</Fact>
        <Fact name={t('drawer.restarts')}>
          {pod.restarts}
          {pod.lastRestart ? (
            <span className="text-muted">
              {' '}
              · <Age since={pod.lastRestart} />
            </span>
          ) : null}
        </Fact>
        <Fact name={t('drawer.revision')}>
          <Code>{pod.revision}</Code>
        </Fact>
        <Fact name={t('drawer.ip')}>{pod.ip ? <Code>{pod.ip}</Code> : t('peer.noAddress')}</Fact>
        <Fact name={t('drawer.created')}>
          <Age since={pod.createdAt} />
        </Fact>
        {pod.deletionTimestamp ? (
          <Fact name={t('drawer.deletion')}>
            <Code>{pod.deletionTimestamp}</Code>
          </Fact>
        ) : null}
        {pod.finalizers.length > 0 ? (
          <Fact name={t('drawer.finalizers')}>
            <Code>{pod.finalizers.join(', ')}</Code>
          </Fact>
        ) : null}
        <Fact name={t('drawer.uid')}>
          <Code>{pod.uid}</Code>
        </Fact>
      </Facts>
      {pod.containers.length > 0 ? <Containers containers={pod.containers} /> : null}
    </Part>
  )
}

function Containers(props: { containers: readonly ContainerView[] }) {
  const t = useTranslations('set')
  return (
    <ul className="mt-2 flex flex-col gap-1">
      {props.containers.map((container) => (
        <li key={`${container.init} ${container.name}`} className="flex flex-wrap items-baseline gap-x-3">
          <span lang="en" className="font-mono text-mono font-semibold">
            {container.name}
          </span>
          {container.init ? <Chip>{t('drawer.init')}</Chip> : null}
          <span lang="en">{container.state}</span>
          <span lang="en" className="min-w-0 truncate font-mono text-mono text-muted" title={container.image}>
            {container.image}
          </span>
          {container.restarts > 0 ? (
            <span className="text-muted">{t('pod.restarts', { count: container.restarts })}</span>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
