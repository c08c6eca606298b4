import type { z } from 'zod'
import type { ActionContract } from './action'
import { deletePod } from './delete-pod'
import { forceDeletePod } from './force-delete-pod'
import type { ActionName } from './names'
import { removeFinalizers } from './remove-finalizers'
import { scale } from './scale'

/** What is agreed on for each action. */
export const actionContracts = {
  scale,
  'delete-pod': deletePod,
  'force-delete-pod': forceDeletePod,
  'remove-finalizers': removeFinalizers,
} satisfies Readonly<Record<ActionName, ActionContract>>

type Contracts = typeof actionContracts
/** An action's body when it was checked: with what may be left out filled in. */
export type ActionBody<A extends ActionName> = z.output<Contracts[A]['body']>
/** An action's body as it may be sent. */
export type ActionRequest<A extends ActionName> = z.input<Contracts[A]['body']>
export type ActionPreview<A extends ActionName> = z.output<Contracts[A]['preview']>
export type ActionAnswer<A extends ActionName> = z.output<Contracts[A]['answer']>

/** The schemas of the bodies, each with the type that belongs to its action. */
export const actionBodies: { readonly [A in ActionName]: z.ZodType<ActionBody<A>> } = {
  scale: scale.body,
  'delete-pod': deletePod.body,
  'force-delete-pod': forceDeletePod.body,
  'remove-finalizers': removeFinalizers.body,
}
