'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { freshness } from '@/components/shell/freshness'
import { useRights } from '@/lib/browser/actions'
import type { ActionName } from '@/lib/contract/actions/names'
import type { Rights } from '@/lib/contract/rights'
import { useNow } from '@/lib/browser/now'
import type { ConnectionState, TopicFailure } from '@/lib/contract/stream'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import { actionNames } from './registry'

/** Why an action may not be done now on the whole page; absent when it may. */
export type DisabledReasons = Partial<Record<ActionName, string>>

/** Read-only, then the missing permission, then a page that is not live; by the rights of the set, or by others. */
export function useDisabledReasons(props: {
  cluster: string
  namespace: string
  view: StatefulSetView | null
  connection: ConnectionState
  lastSign: number | null
  failure: TopicFailure | null
}): {
  rights: Rights | undefined
  disabledReasons: DisabledReasons
  reasonsFor: (rights: Rights | undefined) => DisabledReasons
} {
  const t = useTranslations('actions.off')
  const rights = useRights(props.cluster, props.namespace, props.view ? { set: props.view.name } : {})
  const { kind } = freshness(props.connection, props.lastSign, useNow(), props.failure)
  return useMemo(() => {
    const reasonsFor = (rights: Rights | undefined) => {
      const reasonOf = (action: ActionName): string | undefined => {
        if (rights?.readOnly) return t('readOnly')
        const right = rights?.actions[action]
        if (right?.allowed === false) return t('forbidden', { rule: right.rule ?? action })
        if (kind === 'live' || kind === 'delayed') return undefined
        return t(kind === 'connecting' ? 'connecting' : 'stale')
      }
      const reasons: DisabledReasons = {}
      for (const action of actionNames) {
        const reason = reasonOf(action)
        if (reason !== undefined) reasons[action] = reason
      }
      return reasons
    }
    return { rights, disabledReasons: reasonsFor(rights), reasonsFor }
  }, [rights, kind, t])
}
