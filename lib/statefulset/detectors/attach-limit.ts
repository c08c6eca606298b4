import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/** The scheduler finds no node that may hold one volume more. */
function detect({ explained }: DetectorInput): Detection {
  const found = [...explained.pass.replicas, ...explained.pass.condemned].flatMap(({ name, ordinal }) => {
    const cause = explained.causes.get(ordinal)
    return cause?.reason === 'attach-limit' ? [{ name, ordinal, cause }] : []
  })
  const [first] = found
  if (first === undefined) return null
  return {
    params: {
      pods: listed(found.map(({ name }) => name)),
      count: found.length,
      detail: first.cause.params.detail ?? '',
    },
    ordinals: found.map(({ ordinal }) => ordinal),
    since: first.cause.since,
    proof: found.slice(0, 5).flatMap(({ cause }) => cause.proof),
  }
}

export const attachLimit: Runbook = { id: 'attach-limit', alias: 'R29', severity: 'warning', detect }
