'use client'

import { useTranslations } from 'next-intl'
import { Age } from '@/components/ui/age'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { Code, Fact, Facts, Part } from './facts'

/** The node that the pod is on, and since when it answers or does not. */
export function NodePart(props: { view: StatefulSetView; one: OrdinalView }) {
  const t = useTranslations('set')
  const { node } = props.one
  return (
    <Part title={t('ladder.node')}>
      {node ? (
        <Facts aligned>
          <Fact name={t('drawer.name')}>
            <Code>{node.name}</Code>
          </Fact>
          <Fact name={t('drawer.nodeReady')}>
            <span data-tone={node.ready === 'True' ? undefined : 'unknown'} className="text-tone">
              <span lang="en">{`Ready=${node.ready}`}</span> {node.since ? <Age since={node.since} /> : null}
            </span>
          </Fact>
          <Fact name={t('drawer.zone')}>{node.zone ? <Code>{node.zone}</Code> : t('drawer.noZone')}</Fact>
        </Facts>
      ) : (
        <p className="text-muted">{props.view.unknown.nodes ?? t('node.none')}</p>
      )}
    </Part>
  )
}
