/** Whether what was typed is the words that were asked for; case and the number of spaces do not matter. */
export function wordsMatch(typed: string, wanted: string): boolean {
  const plain = (text: string) => text.trim().replace(/\s+/gu, ' ').toLocaleLowerCase()
  return plain(typed) === plain(wanted)
}
