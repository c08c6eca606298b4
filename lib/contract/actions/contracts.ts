import type { z } from 'zod'
import type { actionContracts } from './list'
import { bodies } from './list'
import type { ActionName } from './names'

type Contracts = typeof actionContracts
/** An action's body when it was checked: with what may be left out filled in. */
export type ActionBody<A extends ActionName> = z.output<Contracts[A]['body']>
/** An action's body as it may be sent. */
export type ActionRequest<A extends ActionName> = z.input<Contracts[A]['body']>
export type ActionPreview<A extends ActionName> = z.output<Contracts[A]['preview']>
export type ActionAnswer<A extends ActionName> = z.output<Contracts[A]['answer']>

/** The schemas of the bodies, each with the type that belongs to its action. */
export const actionBodies: { readonly [A in ActionName]: z.ZodType<ActionBody<A>> } = bodies
