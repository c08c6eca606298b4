/** The cap of a key; decoration beside the words that say the same. */
export function KeyHint(props: { keys: string }) {
  return (
    <kbd className="inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-chip bg-raised px-1 font-mono text-micro leading-none text-muted">
      {props.keys}
    </kbd>
  )
}
