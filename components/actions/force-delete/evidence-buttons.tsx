'use client'

import { useTranslations } from 'next-intl'
import type { PodAction } from '@/lib/browser/pending-write'
import { Button } from '@/components/ui/button'
import type { Evidence } from '@/lib/statefulset/explain/evidence'
import { actionOfWay } from './safer-ways'

/**
 * What to do after the evidence was read. Where it is no proof, the first safer way is the button that stands out, and
 * going on to the force delete is the plain one.
 */
export function EvidenceButtons(props: {
  primary: Evidence['primary']
  node: string | null
  disabledReason: string | undefined
  onContinue: () => void
  onAction: (action: PodAction) => void
  onClose: () => void
}) {
  const t = useTranslations('actions')
  const { primary, onAction, onClose } = props
  const goOn = (variant: 'primary' | 'plain') => (
    <Button variant={variant} disabledReason={props.disabledReason} onClick={props.onContinue}>
      {t('forceDelete.continue')}
    </Button>
  )
  if (primary === 'force-delete') return goOn('primary')
  const action = actionOfWay[primary]
  return (
    <>
      {goOn('plain')}
      <Button variant="primary" data-primary={primary} onClick={action ? () => onAction(action) : onClose}>
        {t(`safer.${primary}.do`, { node: props.node ?? '' })}
      </Button>
    </>
  )
}
