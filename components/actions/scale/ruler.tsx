'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { Glyph } from '@/components/ui/glyph'
import { Rung } from '@/components/ui/rung'
import type { ScalePlan } from '@/lib/statefulset/plan/plan'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import { rulerPlaces, type RulerPlace } from './ruler-places'

/**
 * The set's ordinals on one line, with a handle at the end of the range: dragging it, or the arrow keys on it, change
 * the number of replicas. `onTarget` left out, it only shows.
 */
export function Ruler(props: {
  view: StatefulSetView
  current: number
  target: number
  plan: ScalePlan | undefined
  onTarget?: (target: number) => void
}) {
  const t = useTranslations('actions.scale')
  const { view, current, target, onTarget } = props
  const track = useRef<HTMLDivElement>(null)
  // While the handle is held the places stay where they are.
  const [held, setHeld] = useState<RulerPlace[] | null>(null)
  const [most] = useState(() => (window.innerWidth < 720 ? 7 : 12))
  const places = held ?? rulerPlaces(current, target, most)
  const { start } = view.spec
  const order = orderOf(props.plan)
  const nearest = (x: number): number | null => {
    let best: { distance: number; end: number } | null = null
    for (const cell of track.current?.querySelectorAll<HTMLElement>('[data-place]') ?? []) {
      const { left, right } = cell.getBoundingClientRect()
      const index = Number(cell.dataset.place)
      for (const [edge, end] of [
        [left, index],
        [right, index + 1],
      ] as const)
        if (best === null || Math.abs(edge - x) < best.distance) best = { distance: Math.abs(edge - x), end }
    }
    return best?.end ?? null
  }
  const keys: Record<string, number> = {
    ArrowLeft: target - 1,
    ArrowDown: target - 1,
    ArrowRight: target + 1,
    ArrowUp: target + 1,
    PageDown: target - 5,
    PageUp: target + 5,
    Home: 0,
    End: current,
  }
  const placeOfHandle = target === 0 ? 0 : places.indexOf(target - 1) + 1
  const Chevron = target > current ? ChevronRight : ChevronLeft
  const handle = onTarget ? (
    // It never moves in the document, which would cost it the focus and the pointer; only its place in the line changes.
    <span style={{ order: 2 * placeOfHandle - 1 }} className="relative z-10 w-0 self-stretch">
      <span aria-hidden className="absolute top-1 bottom-[26px] -left-px w-0.5 bg-ink" />
      <span
        role="slider"
        tabIndex={0}
        aria-label={t('handle')}
        aria-valuemin={0}
        aria-valuemax={Math.max(current, target) + 1}
        aria-valuenow={target}
        aria-valuetext={t('handleText', { target, current })}
        data-handle=""
        onKeyDown={(event) => {
          const next = keys[event.key]
          if (next === undefined) return
          event.preventDefault()
          onTarget(Math.max(0, next))
        }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          setHeld(places)
        }}
        onPointerMove={(event) => {
          if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
          const end = nearest(event.clientX)
          if (end !== null) onTarget(end)
        }}
        onLostPointerCapture={() => setHeld(null)}
        className="absolute -top-3 -left-3 flex size-6 cursor-ew-resize touch-none items-center justify-center rounded-full bg-primary text-on-primary after:absolute pointer-coarse:after:-inset-2.5"
      >
        <Chevron aria-hidden size={14} strokeWidth={2} />
      </span>
    </span>
  ) : null
  return (
    <div ref={track} data-ruler={target} className="flex min-w-0 items-stretch pt-4 pl-1 tablet:pl-0">
      {handle}
      {places.map((place, at) =>
        place === 'gap' ? (
          <span
            key={`gap ${at}`}
            aria-hidden
            style={{ order: 2 * at }}
            className="flex w-6 items-end justify-center pb-1 text-muted"
          >
            …
          </span>
        ) : (
          <Place
            key={place}
            view={view}
            index={place}
            at={at}
            ordinal={start + place}
            current={current}
            target={target}
            change={order.get(start + place)}
            labelled={places.length <= 9}
            following={!onTarget}
          />
        ),
      )}
    </div>
  )
}

/** Ordinals that go or come, with their turn: places of one group have the same. */
function orderOf(plan: ScalePlan | undefined): Map<number, { action: 'create' | 'delete'; turn: number }> {
  const groups = [...new Set(plan?.steps.map((step) => step.group))]
  return new Map(
    plan?.steps.map((step) => [step.ordinal, { action: step.action, turn: groups.indexOf(step.group) + 1 }]),
  )
}

function Place(props: {
  view: StatefulSetView
  index: number
  /** Which place of the ruler it is, from the left. */
  at: number
  ordinal: number
  current: number
  target: number
  change: { action: 'create' | 'delete'; turn: number } | undefined
  labelled: boolean
  following: boolean
}) {
  const t = useTranslations('actions.scale')
  const { view, index, ordinal, current, target, change, following } = props
  const one = view.ordinals.find((each) => each.ordinal === ordinal)
  const inside = index < target
  const beyond = index >= Math.max(current, target)
  const goes = !following && !inside && one?.pod
  const comes = !following && inside && index >= current
  const state = goes ? 'leaving' : comes && !one?.pod ? 'arriving' : one?.state
  const words = change && !following ? t(`turn.${change.action}`, { turn: change.turn }) : ''
  return (
    <span
      data-place={index}
      style={{ order: 2 * props.at }}
      className="flex max-w-[84px] min-w-0 flex-1 flex-col items-center"
    >
      <span className="h-[18px] text-center text-micro whitespace-nowrap text-muted">
        {props.labelled ? words : change && !following ? change.turn : ''}
      </span>
      <span className="flex h-6 items-end">{state ? <Glyph state={state} size={20} /> : null}</span>
      <span className="mt-0.5 flex h-1.5 w-full items-center">
        {beyond && !one ? null : <Rung kind={inside ? (comes ? 'hairline' : 'solid') : 'dashed'} className="w-full" />}
      </span>
      <span
        className={`text-[length:var(--text-rung)] leading-6 font-semibold ${inside ? 'text-ink' : beyond ? 'text-ghost' : 'text-muted'}`}
      >
        {ordinal}
      </span>
    </span>
  )
}
