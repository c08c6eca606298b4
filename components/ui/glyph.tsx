import type { ReactNode } from 'react'
import type { OrdinalState } from '@/lib/statefulset/model/view'
import { states } from './states'

const ring = <circle cx="12" cy="13.4" r="8.5" fill="none" strokeWidth="2.2" />
const triangle = (
  <path d="M12 3.4 21.9 21.9H2.1Z" fill="currentColor" strokeWidth="2.2" strokeLinejoin="round" stroke="currentColor" />
)
const octagon = (
  <path
    d="M7.4 2.4h9.2l4.5 5v10.7l-4.5 4.9H7.4l-4.5-4.9V7.4Z"
    fill="currentColor"
    stroke="currentColor"
    strokeWidth="0.8"
    strokeLinejoin="round"
  />
)
/** Marks are cut out of the filled shape in the colour `on`. */
const cut = 'var(--on)'

/**
 * The shapes, in a box of 24 units; each stands on y = 23. Three classes of loudness: discs and hollow shapes (about
 * 15 units), rings (19), filled shapes (21), so that size alone tells what needs a person.
 */
const shapes: Readonly<Record<OrdinalState, ReactNode>> = {
  ok: <circle cx="12" cy="15.7" r="7.3" fill="currentColor" stroke="none" />,
  outdated: <rect x="6.2" y="10.2" width="11.6" height="11.7" rx="2" fill="none" strokeWidth="2.2" />,
  arriving: (
    <>
      {ring}
      <path d="M12 17.9V9.4M7.9 13.2 12 9.1l4.1 4.1" fill="none" strokeWidth="2.2" />
    </>
  ),
  init: (
    <>
      {ring}
      <path d="M12 8.3a5.1 5.1 0 0 0 0 10.2Z" fill="currentColor" stroke="none" />
    </>
  ),
  settling: (
    <>
      {ring}
      <path d="M12 8.3a5.1 5.1 0 1 1-5.1 5.1H12Z" fill="currentColor" stroke="none" />
    </>
  ),
  leaving: (
    <>
      {ring}
      <path d="M12 8.9v8.5M7.9 13.6l4.1 4.1 4.1-4.1" fill="none" strokeWidth="2.2" />
    </>
  ),
  blocked: (
    <>
      <circle cx="12" cy="15.8" r="6.1" fill="none" strokeWidth="2.1" />
      <path d="M9.4 15.8h5.2" strokeWidth="2.1" />
    </>
  ),
  surplus: <path d="M12 9 18.6 15.6 12 22.2 5.4 15.6Z" fill="none" strokeWidth="2.1" strokeLinejoin="round" />,
  ghost: <circle cx="12" cy="15.8" r="6.1" fill="none" strokeWidth="2.1" strokeDasharray="0 3.833" />,
  suspect: (
    <>
      <circle cx="12" cy="12.7" r="9.2" fill="none" strokeWidth="2.1" strokeDasharray="3.58 2.2" strokeLinecap="butt" />
      <path d="M9.3 10.6a2.75 2.75 0 1 1 4.3 2.2c-1 .7-1.6 1.1-1.6 2.3" fill="none" strokeWidth="2.1" />
      <circle cx="12" cy="18" r="1.2" fill="currentColor" stroke="none" />
    </>
  ),
  unready: (
    <>
      {triangle}
      <path d="M12 10v5.4" stroke={cut} strokeWidth="2.2" />
      <circle cx="12" cy="18.9" r="1.3" fill={cut} stroke="none" />
    </>
  ),
  nowhere: (
    <>
      {triangle}
      <circle cx="12" cy="12.4" r="2.1" fill="none" stroke={cut} strokeWidth="2" />
      <path d="M12 14.9v4.8" stroke={cut} strokeWidth="2.2" />
    </>
  ),
  disk: (
    <>
      {triangle}
      <path
        d="M8.7 12.6v5.6c0 .9 1.5 1.6 3.3 1.6s3.3-.7 3.3-1.6v-5.6"
        fill="none"
        stroke={cut}
        strokeWidth="1.7"
        strokeLinejoin="round"
      />
      <ellipse cx="12" cy="12.5" rx="3.3" ry="1.6" fill="none" stroke={cut} strokeWidth="1.7" />
    </>
  ),
  refused: (
    <>
      {triangle}
      <path d="M8.6 16.6h6.8" stroke={cut} strokeWidth="2.4" />
    </>
  ),
  stuck: (
    <>
      {octagon}
      <path
        d="M8 7.1h8v1.7l-2.6 3.9 2.6 3.9v1.7H8v-1.7l2.6-3.9L8 8.8Z"
        fill={cut}
        stroke={cut}
        strokeWidth="0.8"
        strokeLinejoin="round"
      />
    </>
  ),
  wedged: (
    <>
      {octagon}
      <rect x="7.5" y="11.2" width="9" height="7.2" rx="1.3" fill={cut} stroke="none" />
      <path d="M9.3 11.4V9.7a2.7 2.7 0 0 1 5.4 0v1.7" fill="none" stroke={cut} strokeWidth="1.9" />
    </>
  ),
  crash: (
    <>
      {octagon}
      <path
        d="M13.3 6.3 7.7 13.8h3.7l-.7 5.3 5.6-7.5h-3.7Z"
        fill={cut}
        stroke={cut}
        strokeWidth="0.5"
        strokeLinejoin="round"
      />
    </>
  ),
  image: (
    <>
      {octagon}
      <path d="M12 7v7M8.9 11.3 12 14.4l3.1-3.1M7.9 18.2h8.2" fill="none" stroke={cut} strokeWidth="2.1" />
    </>
  ),
  'twin-risk': (
    <>
      <path
        d="M8.7 8.4V4.9c0-.9.7-1.6 1.6-1.6h9.1c.9 0 1.6.7 1.6 1.6v9.1c0 .9-.7 1.6-1.6 1.6H16"
        fill="none"
        strokeWidth="2.2"
      />
      <rect x="2.1" y="9.7" width="13.3" height="13.3" rx="1.9" fill="currentColor" stroke="none" />
    </>
  ),
  unknown: (
    <>
      <circle cx="12" cy="15.7" r="6.3" fill="none" strokeWidth="1.8" strokeDasharray="2.5 1.46" strokeLinecap="butt" />
      <path d="M8.7 16.9 13.2 12.4M9.9 20 16.3 13.6" fill="none" strokeWidth="1.7" />
    </>
  ),
}

/**
 * The shape of one state, in the tone's fill. Without `label` it is decoration and the words must stand beside it.
 * Sizes: 12 dense, 14 to 16 strip, 24 lists, 26 ladder, 40 sentence, 96 and more on a wall.
 */
export function Glyph(props: { state: OrdinalState; size?: number; label?: string; className?: string }) {
  const { state, size = 24, label, className = '' } = props
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      data-tone={states[state].tone}
      data-state={state}
      data-forced-shape=""
      className={`block shrink-0 stroke-current text-tone-fill ${className}`}
      strokeLinecap="round"
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      {shapes[state]}
    </svg>
  )
}
