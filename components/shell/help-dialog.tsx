'use client'

import { useTranslations } from 'next-intl'
import { Dialog } from '@/components/ui/dialog'
import { Glyph } from '@/components/ui/glyph'
import { KeyHint } from '@/components/ui/key-hint'
import { useKeysSwitch } from '@/components/ui/keys'
import { Rung, type RungKind } from '@/components/ui/rung'
import { statesWorstFirst } from '@/lib/statefulset/model/ordinal-state'
import { places } from './places'

const rungs: readonly RungKind[] = ['solid', 'hairline', 'dashed', 'hatched', 'filled']
/** The keys of rows, dialogs and filters; those of pages stand in their table. */
const keys = [
  ['?', 'help'],
  ['/', 'filter'],
  ['j', 'next'],
  ['k', 'previous'],
  ['Enter', 'open'],
  ['l', 'logs'],
  ['e', 'events'],
  ['y', 'yaml'],
  ['.', 'menu'],
  ['c', 'copy'],
  ['Esc', 'close'],
] as const

/** What the shapes and lines mean, and the keys, which can be turned off. */
export function HelpDialog(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('shell')
  const h = useTranslations('shell.help')
  const s = useTranslations('states')
  const page = useTranslations()
  const [on, turn] = useKeysSwitch()
  const lines = [
    ...keys.map(([key, name]) => ({ key: key as string, does: h(`key.${name}`) })),
    ...places.flatMap(({ id, rail }) => (rail ? { key: rail.key, does: page(`${id}.place.go`) } : [])),
  ]
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={h('title')}
      description={h('intro')}
      cancel={t('close')}
    >
      <h3 className="mt-2 mb-2 font-semibold">{h('states')}</h3>
      <ul className="grid grid-cols-1 gap-x-6 gap-y-1.5 phone:grid-cols-2 desk:grid-cols-3">
        {[...statesWorstFirst].reverse().map((state) => (
          <li key={state} className="flex items-center gap-2.5">
            <Glyph state={state} size={20} />
            {s(state)}
          </li>
        ))}
      </ul>
      <h3 className="mt-5 mb-2 font-semibold">{h('rungs')}</h3>
      <ul className="grid grid-cols-1 gap-x-6 gap-y-1.5 phone:grid-cols-2">
        {rungs.map((kind) => (
          <li key={kind} className="flex items-center gap-2.5">
            <Rung kind={kind} tone={kind === 'hatched' ? 'unknown' : 'progress'} className="w-8 shrink-0" />
            {s(`rung.${kind}`)}
          </li>
        ))}
      </ul>
      <div className="mt-5 mb-2 flex flex-wrap items-center gap-3">
        <h3 className="font-semibold">{h('keys')}</h3>
        <label className="ml-auto flex items-center gap-2 text-muted">
          <input
            type="checkbox"
            checked={on}
            onChange={(event) => turn(event.target.checked)}
            className="size-4 accent-primary pointer-coarse:size-6"
          />
          {h('keysSwitch')}
        </label>
      </div>
      <dl className={`grid grid-cols-1 gap-x-6 gap-y-1.5 phone:grid-cols-2 ${on ? '' : 'text-muted line-through'}`}>
        {lines.map(({ key, does }) => (
          <div key={key} className="flex items-center gap-2.5">
            <dt className="flex w-14 shrink-0 gap-1">
              {key.split(' ').map((part) => (
                <KeyHint key={part} keys={part} />
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-muted">{h('none')}</p>
    </Dialog>
  )
}
