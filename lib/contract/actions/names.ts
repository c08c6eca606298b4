import { actionContracts } from './list'

/** An action's name, as it stands in the path. */
export type ActionName = keyof typeof actionContracts

export const actionNames = Object.keys(actionContracts).filter(isActionName)

export function isActionName(text: string): text is ActionName {
  return Object.hasOwn(actionContracts, text)
}
