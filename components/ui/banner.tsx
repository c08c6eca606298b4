import type { ReactNode } from 'react'
import type { Tone } from './states'

/** Across the page under the top bar: the fact in bold, then what follows from it. `hatched` for what is not live. */
export function Banner(props: {
  tone: Tone
  title: ReactNode
  hatched?: boolean
  action?: ReactNode
  children?: ReactNode
}) {
  const surface = props.hatched ? 'border border-tone-fill bg-page hatch' : 'bg-tone-wash'
  return (
    <div
      role="status"
      data-tone={props.tone}
      className={`flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 rounded-control px-3.5 py-2 text-body ${surface}`}
    >
      <strong className="font-semibold text-tone">{props.title}</strong>
      {props.children ? <span className="text-ink">{props.children}</span> : null}
      {props.action ? <span className="ml-auto">{props.action}</span> : null}
    </div>
  )
}
