import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks five times a second until the answer is neither undefined nor false, and returns it. After `seconds` it fails
 * with `what` and the last fault. For what a cluster brings about in its own time, in programs outside Vitest.
 */
export async function eventually<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  let fault = ''
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
    } catch (error) {
      fault = `: ${error instanceof Error ? error.message : String(error)}`
    }
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}${fault}`)
    await sleep(200)
  }
}
