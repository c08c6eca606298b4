'use client'

import { IntlProvider, NextIntlClientProvider, useLocale, useMessages, type Messages } from 'next-intl'
import { useMemo, type ReactNode } from 'react'
import type { Locale } from './locales'
import { mergeMessages } from './merge-messages'
import type { MessageTree } from './merge-messages'

/**
 * Gives the words of one language to client components. Times are shown by components of our own, in the browser's
 * zone and after hydration, so the zone here is only what formatting on the server needs.
 */
export function I18nProvider(props: { locale: Locale; messages: MessageTree; children: ReactNode }) {
  return (
    <NextIntlClientProvider locale={props.locale} messages={props.messages} timeZone="UTC">
      {props.children}
    </NextIntlClientProvider>
  )
}

/** Adds words to those that are there already. */
export function MoreMessages(props: { messages: MessageTree; children: ReactNode }) {
  const locale = useLocale()
  const known = useMessages()
  const messages = useMemo(() => mergeMessages(known, props.messages) as Messages, [known, props.messages])
  return (
    <IntlProvider locale={locale} messages={messages}>
      {props.children}
    </IntlProvider>
  )
}
