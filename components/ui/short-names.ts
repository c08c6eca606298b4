const roomForName = 30

/** Names with their middle left out where they are long: the end tells an ordinal from its neighbours. */
export function shortNames(params: Record<string, string | number>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => [key, typeof value === 'number' ? value : shortName(value)]),
  )
}

/** One name with its middle left out where it is long; what is no name stays whole. */
export function shortName(name: string): string {
  if (name.length <= roomForName || name.includes(' ')) return name
  const tail = name.slice(Math.max(name.length - 12, name.lastIndexOf('-') - 6))
  return `${name.slice(0, roomForName - 1 - tail.length)}…${tail}`
}
