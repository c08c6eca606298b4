import type { ComponentType } from 'react'
import type { ActionName } from '@/lib/contract/actions/names'
import { mayNeedForce, onlyFinalizersHold, type PodAction } from '@/lib/browser/pending-write'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { DeletePodDialog } from './delete-pod/delete-pod-dialog'
import { FinalizersDialog } from './finalizers/finalizers-dialog'
import { ForceDeleteDialog } from './force-delete/force-delete-dialog'
import type { DialogProps, PodDialogProps } from './pod-command'
import { ScaleDialog } from './scale/scale-dialog'

/** A key of `actions.off`: why an action is named and may not be opened now. */
type OffKey = 'deleting' | 'terminating'

/**
 * An action of the page. `label`: the key of its name in `actions.menu`, null where it is not named at all.
 * `disabledReason`: why its dialog may not be opened although the page would allow it. `looksFirst`: its dialog begins
 * with something to look at, so that it opens even where nothing may be written.
 */
type ActionEntry<Name extends ActionName, Props, Subject> = {
  action: Name
  dialog: ComponentType<Props>
  label: (subject: Subject, now: number) => Name | null
  disabledReason: (subject: Subject) => OffKey | null
  danger: boolean
  looksFirst: boolean
}

export type PodActionEntry = ActionEntry<PodAction, PodDialogProps, OrdinalView>

export const scaleAction: ActionEntry<'scale', DialogProps & { to?: number }, StatefulSetView> = {
  action: 'scale',
  dialog: ScaleDialog,
  label: () => 'scale',
  disabledReason: (view) => (view.deletionTimestamp === null ? null : 'deleting'),
  danger: false,
  looksFirst: false,
}

const deletePod: PodActionEntry = {
  action: 'delete-pod',
  dialog: DeletePodDialog,
  label: () => 'delete-pod',
  disabledReason: ({ pod }) => (pod?.deletionTimestamp ? 'terminating' : null),
  danger: false,
  looksFirst: false,
}

const forceDeletePod: PodActionEntry = {
  action: 'force-delete-pod',
  dialog: ForceDeleteDialog,
  label: (one, now) => (mayNeedForce(one, now) ? 'force-delete-pod' : null),
  disabledReason: () => null,
  danger: true,
  looksFirst: true,
}

const removeFinalizers: PodActionEntry = {
  action: 'remove-finalizers',
  dialog: FinalizersDialog,
  label: (one) => (onlyFinalizersHold(one) ? 'remove-finalizers' : null),
  disabledReason: () => null,
  danger: true,
  looksFirst: false,
}

/** What can be done to the pod of an ordinal, in the order of the menu. */
export const podActions: readonly PodActionEntry[] = [deletePod, forceDeletePod, removeFinalizers]

export const actionNames: readonly ActionName[] = [scaleAction.action, ...podActions.map(({ action }) => action)]

export const podDialogs: Readonly<Record<PodAction, ComponentType<PodDialogProps>>> = {
  'delete-pod': deletePod.dialog,
  'force-delete-pod': forceDeletePod.dialog,
  'remove-finalizers': removeFinalizers.dialog,
}
