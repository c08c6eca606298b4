import type { Tone } from './states'

/**
 * The line that a pod stands on. solid: in range, claim bound (or the set has no claims) · hairline: in range, no
 * claim yet · dashed: outside the range · hatched: not known · filled: where the controller works or is stopped.
 */
export type RungKind = 'solid' | 'hairline' | 'dashed' | 'hatched' | 'filled'

const classes: Readonly<Record<RungKind, string>> = {
  solid: 'rung-solid',
  hairline: 'rung-hairline',
  dashed: 'rung-dashed',
  hatched: 'rung-hatched',
  filled: 'rung-filled',
}

/** Decoration: what it says must also stand in words nearby. `tone` colours filled and hatched rungs;
 * `thin` keeps a hatched one at 2 px, for strips. */
export function Rung(props: { kind: RungKind; tone?: Tone; thin?: boolean; className?: string }) {
  const thin = props.thin && props.kind === 'hatched' ? 'my-0! h-0.5!' : ''
  return (
    <span
      aria-hidden
      data-tone={props.tone}
      className={`block ${classes[props.kind]} ${thin} ${props.className ?? ''}`}
    />
  )
}
