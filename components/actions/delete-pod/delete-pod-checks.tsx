'use client'

import { useTranslations } from 'next-intl'
import { Verbatim } from '@/components/actions/action-dialog'
import { CheckLine } from '@/components/ui/check-line'
import type { DeletePodPreview } from '@/lib/contract/actions/delete-pod'
import type { OrdinalView } from '@/lib/statefulset/model/view'

const verbatim = (text: React.ReactNode) => <Verbatim>{text}</Verbatim>

/** A node that does not answer, the set that is held up, and the budgets that do not stop a deletion. */
export function DeletePodChecks(props: { preview: DeletePodPreview; one: OrdinalView | undefined }) {
  const t = useTranslations('actions.deletePod')
  const check = useTranslations('actions.check')
  const { plan, budgets } = props.preview
  const node = props.one?.node
  return (
    <>
      {node && node.ready !== 'True' ? (
        <CheckLine kind="attention" title={t.rich('silent', { m: verbatim, node: node.name })}>
          {t('silentThen')}
        </CheckLine>
      ) : null}
      {plan?.holdsUpTheSet ? <CheckLine kind="note" title={t('holdsUp')} /> : null}
      {'unknown' in budgets ? (
        <CheckLine kind="unknown" title={check('budgetsUnseen')}>
          <Verbatim>{budgets.unknown}</Verbatim>
        </CheckLine>
      ) : (
        budgets.map((budget) => (
          <CheckLine
            key={budget.name}
            kind={budget.disruptionsAllowed === 0 ? 'attention' : 'note'}
            title={t.rich('budget', { m: verbatim, name: budget.name, allowed: budget.disruptionsAllowed ?? -1 })}
          >
            {t('budgetThen')}
          </CheckLine>
        ))
      )}
    </>
  )
}
