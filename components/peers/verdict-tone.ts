import type { Tone } from '@/components/ui/states'
import type { PeersAnswer } from '@/lib/contract/peers'

type Verdict = PeersAnswer['peers'][number]['verdict']

/** What mends itself is no alarm; what Kubernetes' rules do not explain is one. */
export function verdictTone({ code, because }: Verdict): Tone {
  switch (code) {
    case 'agree':
    case 'absent':
      return 'neutral'
    case 'not-published':
      return because === 'not-ready' || because === 'terminating' || because === 'no-address' || because === 'ended'
        ? 'waiting'
        : 'attention'
    case 'behind':
      return 'attention'
    case 'other-address':
    case 'no-such-name':
    case 'duplicated':
      return 'bad'
    case 'unknown':
      return 'unknown'
  }
}
