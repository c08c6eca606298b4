import type { ReactNode } from 'react'

/** Names and what they are, in two columns. `aligned` lists that stand under each other have columns of one width. */
export function Facts(props: { aligned?: boolean; children: ReactNode }) {
  const columns = props.aligned
    ? 'grid-cols-[minmax(96px,auto)_minmax(0,1fr)] gap-y-0.5 py-0.5'
    : 'min-w-0 grid-cols-[auto_minmax(0,1fr)]'
  return <dl className={`grid gap-x-4 text-body ${columns}`}>{props.children}</dl>
}

export function Fact(props: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{props.name}</dt>
      <dd className="min-w-0 break-words">{props.children}</dd>
    </>
  )
}

/** A name or a field of Kubernetes, which is never translated. */
export function Code(props: { children: ReactNode }) {
  return (
    <span lang="en" className="font-mono text-mono break-all">
      {props.children}
    </span>
  )
}

/** A part of what is told about an ordinal. */
export function Part(props: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="pb-1 text-small text-muted">{props.title}</h3>
      {props.children}
    </section>
  )
}
