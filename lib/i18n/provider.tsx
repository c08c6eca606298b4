'use client'

import { NextIntlClientProvider } from 'next-intl'
import type { ReactNode } from 'react'
import type { Locale } from './locales'
import type { MessageTree } from './messages'

/** Gives the words of one language to client components. `now` is the server's clock at the first paint (ms). */
export function I18nProvider(props: { locale: Locale; messages: MessageTree; now: number; children: ReactNode }) {
  return (
    <NextIntlClientProvider locale={props.locale} messages={props.messages} now={new Date(props.now)} timeZone="UTC">
      {props.children}
    </NextIntlClientProvider>
  )
}
