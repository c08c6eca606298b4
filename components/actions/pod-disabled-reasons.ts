'use client'

import { useContext } from 'react'
import { useRights } from '@/lib/browser/actions'
import { ActionsContext } from './actions-context'
import type { DisabledReasons } from './disabled-reasons'
import { podActions } from './registry'

/**
 * Why an action may not be done to one pod now. A role can grant by name, so where something is refused for pods in
 * general the question is asked again with the pod's name: by what is open for that pod, not by every row.
 */
export function usePodDisabledReasons(pod: string | null): DisabledReasons {
  const { cluster, namespace, set, rights, disabledReasons, reasonsFor } = useContext(ActionsContext)
  const refused =
    rights !== undefined &&
    !rights.readOnly &&
    podActions.some(({ action }) => rights.actions[action].allowed === false)
  const asked = pod !== null && set !== null && refused
  const ofPod = useRights(cluster, namespace, asked ? { set, pod } : {}, asked)
  return asked && ofPod !== undefined ? reasonsFor(ofPod) : disabledReasons
}
