import type { Tone } from '@/components/ui/states'
import type { DemoPlaying } from '@/lib/contract/demo'

const tones: Readonly<Record<DemoPlaying['state'], Tone>> = {
  running: 'progress',
  waiting: 'attention',
  done: 'ok',
  stopped: 'neutral',
  failed: 'bad',
}

/** The tone of a scenario by how it stands. */
export const toneOf = (state: DemoPlaying['state']): Tone => tones[state]
