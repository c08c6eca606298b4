import 'server-only'
import { createTranslator, type Messages } from 'next-intl'
import { cookies, headers } from 'next/headers'
import { chooseLocale, localeCookie, localeHeader, type Locale } from './locales'
import { messagesOf } from './messages'

/** The language of the request that is being answered. */
export async function requestLocale(): Promise<Locale> {
  const [cookie, header] = await Promise.all([cookies(), headers()])
  return chooseLocale({
    link: header.get(localeHeader),
    cookie: cookie.get(localeCookie)?.value,
    accept: header.get('accept-language'),
  })
}

/** Words for server components; `t('overview.title')`. */
export async function requestTranslator() {
  const locale = await requestLocale()
  return createTranslator({ locale, messages: messagesOf(locale) as Messages })
}
