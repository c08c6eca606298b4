'use client'

import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { fieldClass } from './field'

export type Address = { port: string; path: string }

/** The port and the path that are asked; `ports` are those that can be meant. */
export function AddressFields(props: { value: Address; onChange: (value: Address) => void; ports: readonly number[] }) {
  const t = useTranslations('peers.ask')
  const list = useId()
  const { value, onChange } = props
  return (
    <>
      <label className="flex items-center gap-2 text-muted">
        <span className="shrink-0">{t('port')}</span>
        <input
          inputMode="numeric"
          list={list}
          value={value.port}
          onChange={({ target }) => onChange({ ...value, port: target.value.trim() })}
          className={`${fieldClass} w-20`}
        />
        <datalist id={list}>
          {props.ports.map((port) => (
            <option key={port} value={port} />
          ))}
        </datalist>
      </label>
      <label className="flex min-w-0 grow basis-56 items-center gap-2 text-muted">
        <span className="shrink-0">{t('path')}</span>
        <input
          spellCheck={false}
          autoCapitalize="none"
          value={value.path}
          onChange={({ target }) => onChange({ ...value, path: target.value })}
          className={`${fieldClass} w-full min-w-24`}
        />
      </label>
    </>
  )
}
