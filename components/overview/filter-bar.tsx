'use client'

import { ChevronDown, ListFilter, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useRef } from 'react'
import { buttonClass } from '@/components/ui/button-class'
import { IconButton } from '@/components/ui/button'
import { KeyHint } from '@/components/ui/key-hint'
import { useKeys } from '@/components/ui/keys'
import { Menu, MenuChoice } from '@/components/ui/menu'

const every = '*'

/** The two filters, which stand in the URL and hold for all of the page. */
export function FilterBar(props: {
  query: string
  onQuery: (query: string) => void
  namespace: string | null
  namespaces: readonly string[]
  onNamespace: (namespace: string | null) => void
}) {
  const t = useTranslations('overview')
  const input = useRef<HTMLInputElement>(null)
  useKeys({ '/': () => input.current?.focus() })
  return (
    <div className="flex w-full flex-wrap items-center gap-x-3 gap-y-2 tablet:w-auto tablet:pt-0.5">
      <div className="relative flex min-w-44 flex-1 items-center tablet:w-[250px] tablet:flex-none">
        <ListFilter
          aria-hidden
          size={14}
          strokeWidth={1.75}
          className="pointer-events-none absolute left-2.5 text-muted"
        />
        <input
          ref={input}
          type="search"
          aria-label={t('filter.label')}
          placeholder={t('filter.placeholder')}
          value={props.query}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => props.onQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            if (props.query === '') event.currentTarget.blur()
            else props.onQuery('')
          }}
          className="h-7 w-full rounded-control border border-rung bg-panel pr-8 pl-8 text-body text-ink placeholder:text-muted pointer-coarse:h-11 [&::-webkit-search-cancel-button]:hidden"
        />
        <span className="absolute right-1 flex items-center">
          {props.query === '' ? (
            <span aria-hidden className="mr-1 hidden tablet:block">
              <KeyHint keys="/" />
            </span>
          ) : (
            <IconButton label={t('filter.clear')} onClick={() => props.onQuery('')} className="size-6!">
              <X aria-hidden size={14} strokeWidth={1.75} />
            </IconButton>
          )}
        </span>
      </div>
      <Menu
        label={t('filter.namespace')}
        trigger={
          <button type="button" className={`${buttonClass('plain', 'row')} max-w-full`}>
            <span className="sr-only">{t('filter.namespace')}: </span>
            <span className="truncate" lang={props.namespace === null ? undefined : 'en'}>
              {props.namespace ?? t('filter.allNamespaces')}
            </span>
            <ChevronDown aria-hidden size={14} strokeWidth={1.75} />
          </button>
        }
      >
        <MenuChoice
          value={props.namespace ?? every}
          onChange={(value) => props.onNamespace(value === every ? null : value)}
          choices={[
            { value: every, label: t('filter.allNamespaces') },
            ...props.namespaces.map((namespace) => ({ value: namespace, label: <span lang="en">{namespace}</span> })),
          ]}
        />
      </Menu>
    </div>
  )
}
