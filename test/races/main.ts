import { attachControlPlane, startControlPlane } from '@/tools/control-plane/control-plane'
import { race } from './race'

/**
 * `npm run test:races`: ORDINAL_RACES (10,000) raced deletions against a real API server, from ORDINAL_SEED, over
 * ORDINAL_SETS sets at once. Attaches to ORDINAL_CONTROL_PLANE, or starts a control plane and stops it again. Ends with
 * 1 when any pod was hit that nobody had looked at.
 */
const races = Number(process.env.ORDINAL_RACES ?? 10_000)
const seed = Number(process.env.ORDINAL_SEED ?? Date.now() % 100_000)
const sets = Number(process.env.ORDINAL_SETS ?? 12)

const state = process.env.ORDINAL_CONTROL_PLANE
const attached = state !== undefined && state !== '' ? await attachControlPlane(state) : null
const started = attached === null ? await startControlPlane({ progress: (line) => console.log(line) }) : null
const controlPlane = attached ?? started
if (controlPlane === null) throw new Error('there is no control plane')
try {
  console.log(`seed ${seed}: ${races} races over ${sets} sets at ${controlPlane.url}`)
  const result = await race(controlPlane, { races, seed, sets, progress: (done) => console.log(`${done} races`) })
  console.log(JSON.stringify(result, null, 2))
  process.exitCode = result.hits.length === 0 && result.unguarded === 0 && result.races === races ? 0 : 1
} finally {
  await started?.stop()
}
process.exit()
