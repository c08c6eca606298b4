/** Names as a person counts them: db-2 before db-10, wherever names stand in a list. */

const byNumbers = new Intl.Collator('en', { numeric: true })

/** Compares names by their words and numbers; names that only differ in leading zeros by their text. */
export function compareNames(a: string, b: string): number {
  return byNumbers.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)
}
