import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/** The scheduler finds no node that may hold one volume more, or the driver of the chosen node refuses one more. */
function detect({ explained }: DetectorInput): Detection {
  const found = explained.pass.replicas.flatMap(({ name, ordinal }) => {
    const cause = explained.causes.get(ordinal)
    return cause?.reason === 'attach-limit' || cause?.reason === 'attach-full' ? [{ name, ordinal, cause }] : []
  })
  const [worst] = found
  if (worst === undefined) return null
  const alike = found.filter(({ cause }) => cause.reason === worst.cause.reason)
  return {
    params: {
      pods: listed(alike.map(({ name }) => name)),
      count: alike.length,
      placed: worst.cause.reason === 'attach-full' ? 'yes' : 'no',
    },
    ordinals: alike.map(({ ordinal }) => ordinal),
    since: worst.cause.since,
    proof: alike.slice(0, 5).flatMap(({ cause }) => cause.proof),
  }
}

export const attachLimit: Runbook = {
  id: 'attach-limit',
  alias: 'R29',
  severity: 'warning',
  explains: ['attach-limit', 'attach-full'],
  detect,
}
