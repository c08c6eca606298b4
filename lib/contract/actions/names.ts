/** Every action by its name in the path, without its schemas: for pages. */
export const actionNames = ['scale', 'delete-pod', 'force-delete-pod', 'remove-finalizers'] as const
export type ActionName = (typeof actionNames)[number]
