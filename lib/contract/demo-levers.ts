/** The levers of the demo cluster by what they are pulled on; pages list them, so that no schema stands here. */
export const nodeLevers = ['silent', 'off'] as const
export const setLevers = ['image', 'service'] as const
export const podLevers = ['finalizer', 'crash', 'unready', 'ignore-sigterm'] as const
