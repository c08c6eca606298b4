/** How a write is meant, as its query says it. */
export type WriteOptions = {
  dryRun?: boolean
  /** Who writes; absent for the cluster's own controllers, whose writes are not recorded in managedFields. */
  fieldManager?: string
  /** What becomes of unknown fields. Default Warn. */
  fieldValidation?: 'Ignore' | 'Warn' | 'Strict'
  subresource?: '' | 'status' | 'scale'
  /** Hears what the writer should know (the Warning headers). */
  warn?: (text: string) => void
  /** Server-side apply takes fields that others own. */
  force?: boolean
  /** The object comes with its managedFields as they are to be. */
  recorded?: boolean
}
