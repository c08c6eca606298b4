import { askPod } from './ask-pod'
import { deletePod } from './delete-pod'
import { forceDeletePod } from './force-delete-pod'
import { removeFinalizers } from './remove-finalizers'
import { scale } from './scale'

/** Written by `npm run docs`: every action that has a file in `lib/contract/actions`. */
export const actionContracts = {
  'ask-pod': askPod,
  'delete-pod': deletePod,
  'force-delete-pod': forceDeletePod,
  'remove-finalizers': removeFinalizers,
  scale,
}
export const bodies = {
  'ask-pod': askPod.body,
  'delete-pod': deletePod.body,
  'force-delete-pod': forceDeletePod.body,
  'remove-finalizers': removeFinalizers.body,
  scale: scale.body,
}
