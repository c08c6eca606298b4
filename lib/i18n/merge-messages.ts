/** The texts of a language, by namespace and key. */
export type MessageTree = { [key: string]: string | MessageTree }

/** Both trees in one; where both have a text, the second's stands. */
export function mergeMessages(first: MessageTree, second: MessageTree): MessageTree {
  const merged: MessageTree = { ...first }
  for (const [key, value] of Object.entries(second)) {
    const known = merged[key]
    merged[key] = typeof known === 'object' && typeof value === 'object' ? mergeMessages(known, value) : value
  }
  return merged
}
