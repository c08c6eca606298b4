import type { AppAnswer } from '@/lib/contract/ask'

/** How many answers one pod gave. `who` null: the answer names no pod, or there was none, for that problem. */
export type Share = { who: string | null; problem: string | null; count: number }

type Given = { answer: AppAnswer | null; problem: string | null }

/**
 * Who answered for the Service: the API server does not tell which pod it chose, so that an answer is its whose name stands
 * in it. Of two names that fit, `web-1` and `web-10`, the longer one is meant.
 */
export function sharesOf(answers: readonly Given[], pods: readonly string[]): Share[] {
  const byLength = pods.toSorted((a, b) => b.length - a.length)
  const shares = new Map<string, Share>()
  for (const { answer, problem } of answers) {
    const who =
      answer === null || answer.from !== 'app' ? null : (byLength.find((pod) => answer.text.includes(pod)) ?? null)
    const why = answer?.from === 'api-server' ? answer.text : problem
    const key = who ?? `- ${why ?? ''}`
    const share = shares.get(key) ?? { who, problem: why, count: 0 }
    share.count += 1
    shares.set(key, share)
  }
  return [...shares.values()].toSorted((a, b) => order(a, pods) - order(b, pods))
}

const order = ({ who }: Share, pods: readonly string[]) => (who === null ? pods.length : pods.indexOf(who))
