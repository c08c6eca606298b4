import { KubernetesClient, type WatchEvent } from '@/test/fixtures/kubernetes-client'
import { collectionPath } from '@/test/fixtures/resource-paths'

/** What the API server itself prints for each pod, as `kubectl get pods -w` would show it: the truth a story is held against. */
export type PodLine = { at: number; name: string; uid: string; status: string; ready: string; gone: boolean }

type Table = {
  columnDefinitions?: { name: string }[]
  rows?: { cells: unknown[]; object: { metadata: { name: string; uid: string } } }[]
}

const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

/** Follows the pods of a namespace through a plain HTTP API address (kubectl proxy or the demo cluster). */
export class TableWatch {
  readonly lines: PodLine[] = []
  readonly #abort = new AbortController()
  #columns: string[] = []

  private constructor() {}

  static async open(api: string, namespace: string): Promise<TableWatch> {
    const watch = new TableWatch()
    const client = new KubernetesClient({ url: api })
    const path = `${collectionPath('pods', namespace)}?watch=1&timeoutSeconds=1200`
    const events = client.watch<Table>(path, { accept, signal: watch.#abort.signal })
    void watch.#read(events).catch(() => {})
    return watch
  }

  async #read(events: AsyncIterable<WatchEvent<Table>>): Promise<void> {
    for await (const event of events) this.#take(event)
  }

  #take(event: WatchEvent<Table>): void {
    if (event.object.columnDefinitions?.length)
      this.#columns = event.object.columnDefinitions.map((column) => column.name)
    for (const row of event.object.rows ?? []) {
      const cell = (name: string) => String(row.cells[this.#columns.indexOf(name)] ?? '')
      this.lines.push({
        at: Date.now(),
        name: row.object.metadata.name,
        uid: row.object.metadata.uid,
        status: cell('Status'),
        ready: cell('Ready'),
        gone: event.type === 'DELETED',
      })
    }
  }

  /**
   * The words that one pod name went through, in order, without repetition and without those that lasted less than
   * `shortest` milliseconds; `-` stands for "no pod of that name".
   */
  words(name: string, shortest = 1000): string[] {
    return lasting(
      this.lines
        .filter((line) => line.name === name)
        .map((line) => ({ at: line.at, word: line.gone ? '-' : line.status })),
      shortest,
    )
  }

  close() {
    this.#abort.abort()
  }
}

/** Joins repetitions, drops what lasted less than `shortest`, joins again. The last one lasts until now. */
export function lasting(entries: readonly { at: number; word: string }[], shortest: number): string[] {
  const runs: { at: number; word: string }[] = []
  for (const entry of entries) if (runs.at(-1)?.word !== entry.word) runs.push(entry)
  const long = runs.filter((run, index) => (runs[index + 1]?.at ?? Date.now()) - run.at >= shortest)
  return long.map((run) => run.word).filter((word, index, all) => all[index - 1] !== word)
}

/** Whether `expected` comes in this order within `seen` (other words may stand between). */
export function inOrder(expected: readonly string[], seen: readonly string[]): boolean {
  let at = 0
  for (const word of seen) if (word === expected[at]) at += 1
  return at === expected.length
}
