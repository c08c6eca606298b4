import type { LucideIcon } from 'lucide-react'

/** A button on the stripes of the demo's banner; on a phone only its icon has room. */
export function BannerButton(props: {
  icon: LucideIcon
  label: string
  /** What it opens. */
  opens: 'scenarios' | 'levers' | 'own'
  className?: string
  onClick: () => void
}) {
  const Icon = props.icon
  return (
    <button
      type="button"
      onClick={props.onClick}
      aria-label={props.label}
      data-opens={props.opens}
      className={`inline-flex h-8 items-center gap-1.5 rounded-control border border-demo-text px-3 font-semibold pointer-coarse:h-11 ${props.className ?? ''}`}
    >
      <Icon aria-hidden size={14} strokeWidth={1.75} />
      <span className="hidden tablet:inline">{props.label}</span>
    </button>
  )
}
