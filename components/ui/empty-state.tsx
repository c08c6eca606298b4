import type { ReactNode } from 'react'

/** What stands where a list would be: what it means that there is nothing, and what to do next. */
export function EmptyState(props: { title: ReactNode; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex max-w-[640px] flex-col items-start gap-3 py-8">
      <h2 className="text-lead font-semibold">{props.title}</h2>
      {props.children ? <div className="text-lead text-muted">{props.children}</div> : null}
      {props.action}
    </div>
  )
}
