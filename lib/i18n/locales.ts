/** The languages of the interface. The first is what a reader gets whose languages we do not have. */
export const locales = ['en', 'zh-CN'] as const
export type Locale = (typeof locales)[number]

export const localeCookie = 'ordinal-lang'
/** Set by the door from `?lang=`, so that a link shows what its sender saw. */
export const localeHeader = 'x-ordinal-lang'

/** `zh`, `zh-Hans` and `zh-CN` are all our Chinese; anything else that we do not have is null. */
export function asLocale(tag: string | null | undefined): Locale | null {
  if (!tag) return null
  const lower = tag.trim().toLowerCase()
  if (lower === 'zh' || lower.startsWith('zh-')) return 'zh-CN'
  if (lower === 'en' || lower.startsWith('en-')) return 'en'
  return null
}

/**
 * The language of one request: what the link asks for, then what the reader chose before, then what the browser
 * prefers (RFC 9110 section 12.5.4, by weight, first of equals), then English.
 */
export function chooseLocale(from: {
  link: string | null | undefined
  cookie: string | null | undefined
  accept: string | null | undefined
}): Locale {
  return asLocale(from.link) ?? asLocale(from.cookie) ?? preferred(from.accept) ?? 'en'
}

function preferred(accept: string | null | undefined): Locale | null {
  const ranges = (accept ?? '').slice(0, 1000).split(',')
  const weighed = ranges.map((range, index) => {
    const [tag, ...parameters] = range.split(';')
    const q = parameters.map((parameter) => /^\s*q=([0-9.]+)\s*$/.exec(parameter)?.[1]).find((value) => value)
    return { locale: asLocale(tag), weight: q === undefined ? 1 : Number(q), index }
  })
  const usable = weighed.filter((range) => range.locale !== null && range.weight > 0)
  usable.sort((a, b) => b.weight - a.weight || a.index - b.index)
  return usable[0]?.locale ?? null
}
