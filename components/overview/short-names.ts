const roomForName = 30

/** Names with their middle left out where they are long: the end tells an ordinal from its neighbours. */
export function shortNames(params: Record<string, string | number>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => {
      if (typeof value === 'number' || value.length <= roomForName || value.includes(' ')) return [key, value]
      const tail = value.slice(Math.max(value.length - 12, value.lastIndexOf('-') - 6))
      return [key, `${value.slice(0, roomForName - 1 - tail.length)}…${tail}`]
    }),
  )
}
