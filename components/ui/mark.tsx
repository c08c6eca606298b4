/** The mark: the typographic ordinal sign, a zero that stands on a rung. */
export function Mark(props: { size?: number; label?: string }) {
  const size = props.size ?? 30
  return (
    <svg
      viewBox="0 0 32 32"
      width={size}
      height={size}
      className="block shrink-0"
      {...(props.label ? { role: 'img', 'aria-label': props.label } : { 'aria-hidden': true })}
    >
      <rect width="32" height="32" rx="8" fill="var(--primary)" />
      <ellipse cx="16" cy="12.4" rx="5.1" ry="6.3" fill="none" stroke="var(--on-primary)" strokeWidth="3.6" />
      <path d="M10.1 25.5h11.8" stroke="var(--mark-rung)" strokeWidth="3.6" strokeLinecap="round" />
    </svg>
  )
}
