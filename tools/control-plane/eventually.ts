import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks until the answer is not undefined and returns it. After `seconds` it fails with `what` and the last fault.
 * For what a cluster brings about in its own time.
 */
export async function eventually<T>(what: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  let fault = ''
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
    } catch (error) {
      fault = `: ${error instanceof Error ? error.message : String(error)}`
    }
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}${fault}`)
    await sleep(200)
  }
}
