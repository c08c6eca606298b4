'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useSyncExternalStore } from 'react'
import { IconButton } from '@/components/ui/button'
import { Menu, MenuChoice } from '@/components/ui/menu'
import { asLocale, languages, localeCookie, type Locale } from '@/lib/i18n/locales'
import { themeCookie, themes, type Theme } from './theme'

const year = 60 * 60 * 24 * 365

/** A choice of this browser, kept for a year; it says nothing about anybody. */
function keep(name: string, value: string) {
  document.cookie = `${name}=${value}; path=/; max-age=${year}; samesite=lax`
}

/** Takes a choice of the link away, so that the one just made is not overruled by it. */
function dropFromLink(key: string) {
  const url = new URL(location.href)
  if (!url.searchParams.has(key)) return
  url.searchParams.delete(key)
  history.replaceState(null, '', url)
}

export function LanguageMenu() {
  const t = useTranslations('shell.language')
  const locale = asLocale(useLocale()) ?? languages[0].tag
  const current = languages.find(({ tag }) => tag === locale)?.name ?? locale
  return (
    <Menu
      label={t('label')}
      trigger={
        <IconButton label={`${t('label')}: ${current}`} className="text-small font-strong">
          <span aria-hidden>{t('short')}</span>
        </IconButton>
      }
    >
      <MenuChoice<Locale>
        value={locale}
        onChange={(next) => {
          keep(localeCookie, next)
          dropFromLink('lang')
          // The words and the language of the document come with the outermost layout, which only a load renews.
          location.reload()
        }}
        choices={languages.map(({ tag, name }) => ({ value: tag, label: <span lang={tag}>{name}</span> }))}
      />
    </Menu>
  )
}

const changed = 'ordinal-theme'

function subscribe(listener: () => void): () => void {
  addEventListener(changed, listener)
  return () => removeEventListener(changed, listener)
}
function chosenTheme(): Theme {
  const found = new RegExp(`(?:^|; )${themeCookie}=(light|dark)`).exec(document.cookie)?.[1]
  return found === 'light' || found === 'dark' ? found : 'system'
}

export function ThemeMenu() {
  const t = useTranslations('shell.theme')
  const theme = useSyncExternalStore(subscribe, chosenTheme, (): Theme => 'system')
  const Icon = { system: Monitor, light: Sun, dark: Moon }[theme]
  return (
    <Menu
      label={t('label')}
      trigger={
        <IconButton label={`${t('label')}: ${t(theme)}`}>
          <Icon aria-hidden size={16} strokeWidth={1.75} />
        </IconButton>
      }
    >
      <MenuChoice<Theme>
        value={theme}
        onChange={(next) => {
          keep(themeCookie, next)
          dropFromLink('theme')
          dispatchEvent(new window.Event(changed))
        }}
        choices={themes.map((value) => ({ value, label: t(value) }))}
      />
    </Menu>
  )
}
