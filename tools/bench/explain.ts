import { viewOf } from '@/lib/statefulset/view/build-view'
import { explain } from '@/lib/statefulset/explain/explain'
import { exampleNow, exampleObjects, exampleRevision, exampleSet } from '@/test/fixtures/example-objects'

export type ExplainCost = { ordinals: number; explainMicroseconds: number; viewMicroseconds: number }

/** What an explanation and a whole view cost, by the number of ordinals, in the middle of a rollout. Best of the runs. */
export function explainCost(sizes: readonly number[] = [1, 3, 10, 30, 100, 300, 1000]): ExplainCost[] {
  return sizes.map((ordinals) => {
    const set = exampleSet({ replicas: ordinals }, { currentRevision: 'web-1', updateRevision: 'web-2' })
    const made = exampleObjects(set)
    const objects = {
      ...made,
      revisions: [exampleRevision(set, 'web-1', 1), exampleRevision(set, 'web-2', 2)],
      pods: made.pods.map((pod, index) => ({
        ...pod,
        metadata: {
          ...pod.metadata,
          labels: { ...pod.metadata.labels, 'controller-revision-hash': index * 2 > ordinals ? 'web-2' : 'web-1' },
        },
      })),
    }
    return {
      ordinals,
      explainMicroseconds: microseconds(() => explain(objects, exampleNow)),
      viewMicroseconds: microseconds(() => viewOf(objects, { cluster: 'bench', now: exampleNow })),
    }
  })
}

/** The quickest of some groups of calls, each long enough to be measured. */
function microseconds(act: () => unknown): number {
  let best = Infinity
  for (let group = 0; group < 12; group += 1) {
    let calls = 0
    const start = process.hrtime.bigint()
    let spent = 0n
    while (spent < 15_000_000n) {
      act()
      calls += 1
      spent = process.hrtime.bigint() - start
    }
    best = Math.min(best, Number(spent) / calls / 1000)
  }
  return Math.round(best * 10) / 10
}
