/** A revision's hash: what follows the set's name in `kubia-647cbf9865`. */
export function hashOf(revision: string, set: string): string {
  return revision.startsWith(`${set}-`) ? revision.slice(set.length + 1) : revision
}
