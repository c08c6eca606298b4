'use client'

import { useEffect, useState } from 'react'
import { Glyph } from '@/components/ui/glyph'
import type { OrdinalState } from '@/lib/statefulset/model/view'

type Held = { state: OrdinalState; uid: string | null }

/**
 * What stands on the line now. When the pod changes, the one that leaves sinks to the line and the one that arrives
 * rises from it; when only the state changes, the new shape rises. What was there at the first paint does not move.
 */
export function Occupant(props: Held) {
  const { state, uid } = props
  const [now, setNow] = useState<Held>({ state, uid })
  const [gone, setGone] = useState<Held | null>(null)
  const [moved, setMoved] = useState(0)
  if (now.state !== state || now.uid !== uid) {
    if (now.uid !== null && now.uid !== uid) setGone(now)
    setNow({ state, uid })
    setMoved(moved + 1)
  }
  useEffect(() => {
    if (!gone) return
    const timer = setTimeout(() => setGone(null), 420)
    return () => clearTimeout(timer)
  }, [gone])
  return (
    <span className="relative flex w-11 justify-center">
      {gone ? (
        <span aria-hidden className="absolute inset-x-0 flex animate-leave justify-center">
          <Glyph state={gone.state} size={26} />
        </span>
      ) : null}
      <span key={moved} className={moved > 0 ? 'animate-arrive' : ''}>
        <Glyph state={state} size={26} />
      </span>
    </span>
  )
}
