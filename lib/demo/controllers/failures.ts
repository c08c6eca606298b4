/** Failures of the API by their reason (`metav1.Status.reason`). */
const reasonOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'reason' in error ? error.reason : undefined

export const isNotFound = (error: unknown): boolean => reasonOf(error) === 'NotFound'
export const isAlreadyExists = (error: unknown): boolean => reasonOf(error) === 'AlreadyExists'
export const isInvalid = (error: unknown): boolean => reasonOf(error) === 'Invalid'

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Several failures as one, worded as Go's utilerrors.Aggregate does. */
export class Failures extends Error {
  constructor(messages: string[]) {
    const unique = [...new Set(messages)]
    super(unique.length === 1 ? unique[0] : `[${unique.join(', ')}]`)
  }
}
