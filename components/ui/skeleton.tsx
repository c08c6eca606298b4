/** A bar where a word will be. It does not move: a clock that counts is enough. */
export function SkeletonBar(props: { className?: string }) {
  return <span aria-hidden className={`inline-block h-2.5 rounded-full bg-raised ${props.className ?? 'w-16'}`} />
}

/** A row of the overview before its data: the line is there at once. */
export function SkeletonRow() {
  return (
    <div aria-hidden className="flex h-[46px] items-center gap-8 border-b border-line">
      <SkeletonBar className="w-24" />
      <span className="flex w-64 items-end gap-1">
        {[0, 1, 2].map((place) => (
          <span key={place} className="rung-solid block w-[18px] opacity-60" />
        ))}
      </span>
      <SkeletonBar className="w-10" />
      <SkeletonBar className="w-40" />
    </div>
  )
}
