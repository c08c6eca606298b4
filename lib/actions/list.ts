import 'server-only'
import type { ActionName } from '@/lib/contract/actions/names'
import { askPod } from './ask-pod'
import { deletePod } from './delete-pod'
import { forceDeletePod } from './force-delete-pod'
import { removeFinalizers } from './remove-finalizers'
import { scale } from './scale'
import { type Runnable, runnable } from './run-action'

/** Written by `npm run docs`: every action that has a file in `lib/contract/actions`. */
export const actions: { readonly [A in ActionName]: Runnable<A> } = {
  'ask-pod': runnable(askPod),
  'delete-pod': runnable(deletePod),
  'force-delete-pod': runnable(forceDeletePod),
  'remove-finalizers': runnable(removeFinalizers),
  scale: runnable(scale),
}
