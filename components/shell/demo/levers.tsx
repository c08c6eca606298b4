'use client'

import { useTranslations } from 'next-intl'
import { useId, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import { useLevers } from '@/lib/browser/demo'
import type { DemoLever, DemoLeverAt, DemoLevers, DemoPull } from '@/lib/contract/demo'
import { nodeLevers, podLevers, setLevers } from '@/lib/contract/demo-levers'
import { useOffReason } from './off-reason'

type Target = { namespace: string; name: string }

/** What can be broken in the demo cluster, and what is broken now with the way back; `at` is the set to begin with. */
export function Levers(props: {
  cluster: string
  at: Target | null
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const t = useTranslations('demo')
  const close = useTranslations('shell')('close')
  const { data, error, pull, pulling, pullError } = useLevers(props.cluster, props.open)
  const readOnly = useOffReason()
  const failure = pullError?.message ?? error?.message
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      width={900}
      title={t('levers.title')}
      description={t('levers.text')}
      cancel={close}
    >
      {failure ? (
        <p role="alert" data-tone="bad" className="pb-2 text-tone">
          {t('failed', { message: failure })}
        </p>
      ) : null}
      {readOnly ? (
        <div className="pb-2">
          <Notice tone="neutral" title={readOnly} />
        </div>
      ) : null}
      {data ? (
        <>
          <InForce inForce={data.inForce} pull={pull} pulling={pulling} readOnly={readOnly} />
          <LeverList data={data} at={props.at} pull={pull} pulling={pulling} readOnly={readOnly} />
        </>
      ) : failure ? null : (
        <p className="text-muted">{t('levers.loading')}</p>
      )}
    </Dialog>
  )
}

type Pulling = { pull: (pull: DemoPull) => void; pulling: boolean; readOnly: string | undefined }

function InForce(props: { inForce: readonly DemoLeverAt[] } & Pulling) {
  const t = useTranslations('demo.levers')
  const { inForce, pull, pulling, readOnly } = props
  return (
    <section data-levers="in-force" className="pb-4">
      <div className="flex items-center gap-3 pb-1">
        <h3 className="font-semibold">{t('inForce')}</h3>
        {inForce.length > 1 ? (
          <Button
            size="row"
            data-undo="all"
            disabledReason={readOnly}
            quietReason
            aria-busy={pulling}
            onClick={() => pull({ undo: 'all' })}
          >
            {t('undoAll')}
          </Button>
        ) : null}
      </div>
      {inForce.length === 0 ? (
        <p className="text-muted">{t('none')}</p>
      ) : (
        <ul className="border-t border-line">
          {inForce.map(({ lever, namespace, name }) => (
            <li
              key={`${lever} ${namespace}/${name}`}
              data-in-force={lever}
              className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line py-1.5"
            >
              <div className="min-w-0 flex-1 basis-64">
                <p data-tone="attention">
                  <strong className="font-semibold text-tone">{t(`names.${lever}`)}</strong>{' '}
                  <code lang="en" className="font-mono text-mono">
                    {namespace === '' ? name : `${namespace}/${name}`}
                  </code>
                </p>
                <p className="text-small text-muted">{t(`back.${lever}`)}</p>
              </div>
              <Button
                size="row"
                data-undo={lever}
                disabledReason={readOnly}
                quietReason
                aria-busy={pulling}
                onClick={() => pull(pullOf(lever, namespace, name, true))}
              >
                {t('undo')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function LeverList(props: { data: DemoLevers; at: Target | null } & Pulling) {
  const t = useTranslations('demo.levers')
  const { data, at } = props
  const [chosen, setChosen] = useState(at)
  const set =
    data.sets.find(({ namespace, name }) => namespace === chosen?.namespace && name === chosen.name) ?? data.sets[0]
  const sets = data.sets.map(({ namespace, name }) => `${namespace}/${name}`)
  return (
    <>
      <ul className="border-t border-line">
        {nodeLevers.map((lever) => (
          <LeverRow key={lever} lever={lever} namespace="" names={data.nodes} label={t('node')} {...props} />
        ))}
      </ul>
      {set ? (
        <>
          <div className="flex flex-wrap items-center gap-2 pt-4 pb-2">
            <Choice
              label={t('set')}
              value={`${set.namespace}/${set.name}`}
              choices={sets}
              onChange={(value) => {
                const [namespace = '', name = ''] = value.split('/')
                setChosen({ namespace, name })
              }}
            />
          </div>
          <ul key={`${set.namespace}/${set.name}`} className="border-t border-line">
            {setLevers.map((lever) => (
              <LeverRow
                key={lever}
                lever={lever}
                namespace={set.namespace}
                names={[set.name]}
                label={null}
                {...props}
              />
            ))}
            {podLevers.map((lever) => (
              <LeverRow
                key={lever}
                lever={lever}
                namespace={set.namespace}
                names={set.pods}
                label={t('pod')}
                {...props}
              />
            ))}
          </ul>
        </>
      ) : (
        <p className="pt-4 text-muted">{t('noSets')}</p>
      )}
    </>
  )
}

/** One lever: what it breaks, what puts it back, on what, and the button. `label` is null where there is no choice. */
function LeverRow(
  props: { lever: DemoLever; namespace: string; names: readonly string[]; label: string | null } & Pulling,
) {
  const t = useTranslations('demo.levers')
  const { lever, namespace, names, label, pull, pulling, readOnly } = props
  const [picked, setPicked] = useState<string | null>(null)
  const name = names.find((each) => each === picked) ?? names[0]
  return (
    <li
      data-lever={lever}
      className="flex flex-wrap items-center justify-end gap-x-4 gap-y-1 border-b border-line py-1.5"
    >
      <div className="min-w-0 flex-1 basis-72">
        <h4 className="font-semibold">{t(`names.${lever}`)}</h4>
        <p className="text-small text-muted">
          {t(`what.${lever}`)} {t(`back.${lever}`)}
        </p>
      </div>
      {label !== null && name !== undefined ? (
        <Choice label={label} hidden value={name} choices={names} onChange={setPicked} />
      ) : null}
      <Button
        size="row"
        data-pull={lever}
        disabledReason={readOnly ?? (name === undefined ? t('noPods') : undefined)}
        quietReason={readOnly !== undefined}
        aria-busy={pulling}
        aria-label={`${t('pull')}: ${t(`names.${lever}`)}`}
        onClick={() => {
          if (name !== undefined) pull(pullOf(lever, namespace, name, false))
        }}
      >
        {t('pull')}
      </Button>
    </li>
  )
}

function Choice(props: {
  label: ReactNode
  hidden?: boolean
  value: string
  choices: readonly string[]
  onChange: (value: string) => void
}) {
  const id = useId()
  return (
    <>
      <label htmlFor={id} className={props.hidden ? 'sr-only' : 'font-semibold'}>
        {props.label}
      </label>
      <select
        id={id}
        lang="en"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        className="h-8 max-w-full rounded-control border border-rung bg-panel px-2 font-mono text-mono pointer-coarse:h-11"
      >
        {props.choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    </>
  )
}

const isNodeLever = (lever: DemoLever): lever is (typeof nodeLevers)[number] => nodeLevers.some((one) => one === lever)

function pullOf(lever: DemoLever, namespace: string, name: string, undo: boolean): DemoPull {
  return isNodeLever(lever) ? { lever, name, undo } : { lever, namespace, name, undo }
}
