import { expect, it } from 'vitest'
import { attachControlPlane } from '@/tools/control-plane/control-plane'
import { race } from './race'

/** A tenth of what the program runs by hand. */
const races = Math.ceil(Number(process.env.ORDINAL_RACES ?? 10_000) / 10)

it(`a pod other than the one that was looked at is never hit (${races} races)`, { timeout: 1_800_000 }, async () => {
  const result = await race(await attachControlPlane(), { races, seed: 7, sets: 12 })
  console.log(JSON.stringify(result, null, 2))
  expect(result).toMatchObject({ races, hits: [], unguarded: 0 })
  const between = Object.entries(result.outcomes).filter(([name]) => name.includes(' between: '))
  expect(between.length).toBeGreaterThan(0)
  // Where the DELETE was sent at all, the pod made again before it arrived was spared.
  for (const [name] of between) expect(name).not.toMatch(/: done$/)
})
