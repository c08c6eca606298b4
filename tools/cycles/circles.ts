/** One circle for each way back that a search in depth meets; none when the files can be put in an order. */
export function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>()
  const way: string[] = []
  const found: string[][] = []
  const visit = (file: string): void => {
    if (done.has(file)) return
    const at = way.indexOf(file)
    if (at >= 0) {
      found.push(way.slice(at))
      return
    }
    way.push(file)
    for (const next of imports.get(file) ?? []) visit(next)
    way.pop()
    done.add(file)
  }
  for (const file of imports.keys()) visit(file)
  return found
}
