export type ButtonVariant = 'primary' | 'plain' | 'quiet' | 'danger'
export type ButtonSize = 'normal' | 'row'

const looks: Readonly<Record<ButtonVariant, string>> = {
  primary: 'bg-primary text-on-primary hover:opacity-90',
  plain: 'border border-line-2 bg-panel text-ink hover:bg-raised',
  quiet: 'text-ink hover:bg-raised',
  danger: 'bg-bad-fill text-on hover:opacity-90',
}
export const buttonSizes: Readonly<Record<ButtonSize, string>> = { normal: 'h-8 px-3', row: 'h-7 px-2.5' }

/** The looks of a button, for links that must look like one. */
export function buttonClass(look: ButtonVariant = 'plain', size: ButtonSize = 'normal'): string {
  return `inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control text-body font-strong whitespace-nowrap no-underline transition-[background-color,opacity] pointer-coarse:h-11 pointer-coarse:px-4 ${buttonSizes[size]} ${looks[look]}`
}
