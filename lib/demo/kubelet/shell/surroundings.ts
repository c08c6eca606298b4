/** What can be seen from inside a container. */
export type Place = {
  hostname: string
  environment: ReadonlyMap<string, string>
  /** By absolute path. */
  files: ReadonlyMap<string, string>
  folders: ReadonlySet<string>
  now: () => Date
  /** Runs after so many seconds of cluster time; the returned function cancels it. */
  after: (seconds: number, run: () => void) => () => void
}

/** An absolute path without `.` and `..`. */
export function normalize(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
