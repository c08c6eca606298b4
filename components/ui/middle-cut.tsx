/** The end of a name that tells it from its neighbours: its last part, such as an ordinal. */
const lastPart = /^(.+)([-.][^-.]{1,8})$/

/**
 * A name in one line that is cut in the middle where it has too little room: `production-elastic…-11`. What tells it
 * from its neighbours stands at its end and stays.
 */
export function MiddleCut(props: { name: string; className?: string }) {
  const [, head = props.name, tail = ''] = lastPart.exec(props.name) ?? []
  return (
    <span className={`flex min-w-0 ${props.className ?? ''}`} title={props.name}>
      <span className="truncate">{head}</span>
      {tail === '' ? null : <span className="shrink-0">{tail}</span>}
    </span>
  )
}
