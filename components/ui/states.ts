import type { OrdinalState } from '@/lib/statefulset/model/view'

/** The colours of meaning. CSS maps `data-tone` to a text, a fill and a wash; no component names a colour. */
export type Tone = 'ok' | 'progress' | 'waiting' | 'attention' | 'bad' | 'unknown' | 'neutral' | 'ghost'

/** How much of the page a state may take: loud ones need a person, moving ones mend themselves. */
export type Loudness = 'quiet' | 'moving' | 'loud'

export type StateLook = {
  tone: Tone
  loudness: Loudness
  /** Key in the catalogue `states`. */
  message: OrdinalState
}

/** The one table from a state to its look; glyph.tsx draws the shape of the same key. */
export const states: Readonly<Record<OrdinalState, StateLook>> = {
  ok: { tone: 'ok', loudness: 'quiet', message: 'ok' },
  outdated: { tone: 'neutral', loudness: 'quiet', message: 'outdated' },
  arriving: { tone: 'progress', loudness: 'moving', message: 'arriving' },
  init: { tone: 'progress', loudness: 'moving', message: 'init' },
  settling: { tone: 'progress', loudness: 'moving', message: 'settling' },
  leaving: { tone: 'progress', loudness: 'moving', message: 'leaving' },
  blocked: { tone: 'waiting', loudness: 'quiet', message: 'blocked' },
  surplus: { tone: 'waiting', loudness: 'quiet', message: 'surplus' },
  ghost: { tone: 'ghost', loudness: 'quiet', message: 'ghost' },
  suspect: { tone: 'unknown', loudness: 'loud', message: 'suspect' },
  unready: { tone: 'attention', loudness: 'loud', message: 'unready' },
  nowhere: { tone: 'attention', loudness: 'loud', message: 'nowhere' },
  disk: { tone: 'attention', loudness: 'loud', message: 'disk' },
  full: { tone: 'attention', loudness: 'loud', message: 'full' },
  stuck: { tone: 'bad', loudness: 'loud', message: 'stuck' },
  wedged: { tone: 'bad', loudness: 'loud', message: 'wedged' },
  crash: { tone: 'bad', loudness: 'loud', message: 'crash' },
  image: { tone: 'bad', loudness: 'loud', message: 'image' },
  'twin-risk': { tone: 'bad', loudness: 'loud', message: 'twin-risk' },
  unknown: { tone: 'unknown', loudness: 'quiet', message: 'unknown' },
}

export const isLoud = (state: OrdinalState) => states[state].loudness === 'loud'
