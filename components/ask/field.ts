/** The look of a field in which something is typed. */
export const fieldClass =
  'h-8 min-w-0 rounded-control border border-line-2 bg-panel px-2.5 font-mono text-mono text-ink pointer-coarse:h-11'
