import type { ReactNode } from 'react'
import type { Tone } from './states'

/** A tinted box inside a dialog: the fact, what follows from it, and what can be done. */
export function Notice(props: {
  tone: Tone
  title: ReactNode
  /** Told to who does not see it as soon as it is there. */
  role?: 'alert' | 'status'
  action?: ReactNode
  children?: ReactNode
}) {
  return (
    <div
      role={props.role}
      data-tone={props.tone}
      className="flex flex-col gap-1 rounded-control bg-tone-wash px-3.5 py-2.5 text-body text-ink"
    >
      <strong className="font-semibold text-tone">{props.title}</strong>
      {props.children ? <div>{props.children}</div> : null}
      {props.action ? <span className="mt-1 flex flex-wrap gap-2">{props.action}</span> : null}
    </div>
  )
}
