import { loudStates } from '@/lib/statefulset/model/ordinal-state'
import type { OrdinalState } from '@/lib/statefulset/model/view'

/** The colours of meaning. CSS maps `data-tone` to a text, a fill and a wash; no component names a colour. */
export type Tone = 'ok' | 'progress' | 'waiting' | 'attention' | 'bad' | 'unknown' | 'neutral' | 'ghost'

/** How much of the page a state may take: loud ones need a person, moving ones mend themselves. */
export type Loudness = 'quiet' | 'moving' | 'loud'

export type StateLook = { tone: Tone; loudness: Loudness }

/** The one table from a state to its look; glyph.tsx draws its shape and the catalogue `states` names it, by the key. */
export const states: Readonly<Record<OrdinalState, StateLook>> = {
  ok: { tone: 'ok', loudness: 'quiet' },
  outdated: { tone: 'neutral', loudness: 'quiet' },
  arriving: { tone: 'progress', loudness: 'moving' },
  init: { tone: 'progress', loudness: 'moving' },
  settling: { tone: 'progress', loudness: 'moving' },
  leaving: { tone: 'progress', loudness: 'moving' },
  blocked: { tone: 'waiting', loudness: 'quiet' },
  surplus: { tone: 'waiting', loudness: 'quiet' },
  ghost: { tone: 'ghost', loudness: 'quiet' },
  suspect: { tone: 'unknown', loudness: 'loud' },
  unready: { tone: 'attention', loudness: 'loud' },
  nowhere: { tone: 'attention', loudness: 'loud' },
  refused: { tone: 'attention', loudness: 'loud' },
  disk: { tone: 'attention', loudness: 'loud' },
  stuck: { tone: 'bad', loudness: 'loud' },
  wedged: { tone: 'bad', loudness: 'loud' },
  crash: { tone: 'bad', loudness: 'loud' },
  image: { tone: 'bad', loudness: 'loud' },
  'twin-risk': { tone: 'bad', loudness: 'loud' },
  unknown: { tone: 'unknown', loudness: 'quiet' },
}

export const isLoud = (state: OrdinalState) => loudStates.has(state)
