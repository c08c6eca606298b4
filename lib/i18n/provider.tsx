'use client'

import { NextIntlClientProvider } from 'next-intl'
import type { ReactNode } from 'react'
import type { Locale } from './locales'
import type { MessageTree } from './messages'

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
