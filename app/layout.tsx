import '@fontsource-variable/geist/wght.css'
import '@fontsource-variable/geist-mono/wght.css'
import './globals.css'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import type { ReactNode } from 'react'
import { everyPage } from '@/components/shell/places'
import { ReadOnlyProvider } from '@/components/shell/read-only'
import { themeScript } from '@/components/shell/theme'
import { ThemeKeeper } from '@/components/shell/theme-keeper'
import { Toasts } from '@/components/ui/toast'
import { TooltipProvider } from '@/components/ui/tooltip'
import { ClockProvider } from '@/lib/browser/now'
import { messagesOf, pickMessages } from '@/lib/i18n/messages'
import { I18nProvider } from '@/lib/i18n/provider'
import { requestLocale } from '@/lib/i18n/request'
import { settings } from '@/lib/settings'

export const metadata: Metadata = {
  title: { default: 'Ordinal', template: '%s · Ordinal' },
  description: 'StatefulSets, ordinal by ordinal',
  referrer: 'no-referrer',
  manifest: '/manifest.webmanifest',
  icons: { icon: { url: '/icon.svg', type: 'image/svg+xml' }, apple: '/apple-touch-icon.png' },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f4f7f6' },
    { media: '(prefers-color-scheme: dark)', color: '#0a0e0e' },
  ],
}

export default async function RootLayout(props: { children: ReactNode }) {
  const locale = await requestLocale()
  const nonce = (await headers()).get('x-nonce') ?? undefined
  const messages = pickMessages(messagesOf(locale), everyPage)
  const now = firstPaintTime()
  return (
    <html lang={locale} suppressHydrationWarning>
      <head>
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: themeScript }} />
      </head>
      <body>
        <I18nProvider locale={locale} messages={messages}>
          <ClockProvider first={now}>
            <TooltipProvider>
              <ReadOnlyProvider readOnly={settings().readOnly}>
                <NuqsAdapter>{props.children}</NuqsAdapter>
              </ReadOnlyProvider>
              <Toasts />
              <ThemeKeeper />
            </TooltipProvider>
          </ClockProvider>
        </I18nProvider>
      </body>
    </html>
  )
}

/** The server's clock, which the browser repeats in its first render. */
function firstPaintTime(): number {
  return Date.now()
}
