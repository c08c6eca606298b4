import type { ReactNode } from 'react'
import { Rung, type RungKind } from '@/components/ui/rung'
import type { Tone } from '@/components/ui/states'

/** Six columns on a wide page; on a phone the number, the pod and the disk. */
export const ladderGrid =
  'grid grid-cols-[52px_minmax(0,1fr)_auto] desk:grid-cols-[76px_minmax(230px,1.6fr)_minmax(120px,0.75fr)_minmax(230px,1.6fr)_minmax(170px,1.2fr)_64px]'

/** A line, and what stands above and below it. */
export type CellLine = { above: ReactNode; below: ReactNode; rung: RungKind; tone?: Tone }

/** What is above the line, the line, and what is below it; further lines of the same cell stand under it. */
export function Cell(
  props: CellLine & {
    className?: string
    role?: 'gridcell' | 'rowheader'
    /** At the right end of the row. */
    end?: boolean
    more?: readonly (CellLine & { key: string })[]
  },
) {
  return (
    <div role={props.role ?? 'gridcell'} className={`min-w-0 ${props.className ?? ''}`}>
      <Line {...props} />
      {props.more?.map(({ key, ...line }) => (
        <Line key={key} {...line} end={props.end} />
      ))}
    </div>
  )
}

function Line(props: CellLine & { end?: boolean }) {
  const side = props.end ? 'justify-end' : 'pr-4'
  return (
    <>
      <div className={`flex h-7 min-w-0 items-end gap-2 overflow-hidden pb-0.5 whitespace-nowrap ${side}`}>
        {props.above}
      </div>
      <div className="flex h-1.5 items-center">
        <Rung kind={props.rung} tone={props.tone} className="w-full rounded-none!" />
      </div>
      <div className={`flex min-h-7 min-w-0 items-start gap-2 overflow-hidden pt-0.5 whitespace-nowrap ${side}`}>
        {props.below}
      </div>
    </>
  )
}
