import { CircleHelp, Check, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Tone } from './states'

export type CheckKind = 'fine' | 'note' | 'attention' | 'bad' | 'unknown'

const looks: Readonly<Record<CheckKind, { tone: Tone; icon: typeof Info }>> = {
  fine: { tone: 'ok', icon: Check },
  note: { tone: 'neutral', icon: Info },
  attention: { tone: 'attention', icon: TriangleAlert },
  bad: { tone: 'bad', icon: TriangleAlert },
  unknown: { tone: 'unknown', icon: CircleHelp },
}

/** One thing that was looked at: the fact, then what follows from it. `of` names it for whoever reads the document. */
export function CheckLine(props: { kind: CheckKind; of?: string; title: ReactNode; children?: ReactNode }) {
  const { tone, icon: Icon } = looks[props.kind]
  return (
    <li data-tone={tone} data-check={props.kind} data-of={props.of} className="flex items-start gap-3">
      <Icon aria-hidden size={16} strokeWidth={1.75} className="mt-0.5 w-6 shrink-0 text-tone" />
      <span className="min-w-0 break-words">
        <span className="text-ink">{props.title}</span>
        {props.children ? <span className="text-muted"> {props.children}</span> : null}
      </span>
    </li>
  )
}
