import type { ReactNode } from 'react'
import type { Tone } from './states'

/** A fact in a few letters; tinted only when it stands for a state. */
export function Chip(props: { tone?: Tone; mono?: boolean; title?: string; children: ReactNode }) {
  const colour = props.tone ? 'bg-tone-wash text-tone' : 'bg-raised text-muted'
  return (
    <span
      data-tone={props.tone}
      title={props.title}
      className={`inline-flex h-[18px] shrink-0 items-center rounded-chip px-1.5 text-small leading-none whitespace-nowrap ${colour} ${props.mono ? 'font-mono text-micro' : ''}`}
    >
      {props.children}
    </span>
  )
}

/**
 * The word for the kind of cluster; DEMO is inverted so that nobody takes it for a real one. Two words stand one above
 * the other where there is too little room.
 */
export function EnvironmentWord(props: { word: string; inverted?: boolean }) {
  const look = props.inverted ? 'border-primary bg-primary text-on-primary' : 'border-rung text-ink'
  return (
    <span
      className={`inline-flex h-[18px] items-center rounded-chip border px-1.5 font-mono text-micro leading-none font-semibold max-[359px]:h-auto max-[359px]:w-min max-[359px]:py-0.5 ${look}`}
    >
      {props.word}
    </span>
  )
}
