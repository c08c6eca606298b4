/**
 * The languages of the interface, one entry each: the tag that names its folder in `messages`, the tags of readers it
 * serves, and its name as its own readers write it. The first is for readers whose languages we do not have.
 */
export const languages = [
  { tag: 'en', matches: ['en'], name: 'English' },
  { tag: 'zh-CN', matches: ['zh'], name: '中文（简体）' },
] as const
export type Locale = (typeof languages)[number]['tag']

export const localeCookie = 'ordinal-lang'
/** Set by the door from `?lang=`, so that a link shows what its sender saw. */
export const localeHeader = 'x-ordinal-lang'

/**
 * The language that serves a tag, null when none does. An entry serves its tags and all narrower ones (`zh` serves
 * `zh-Hans-CN`), the longest first: RFC 4647 section 3.4.
 */
export function asLocale(tag: string | null | undefined): Locale | null {
  const asked = (tag ?? '').trim().toLowerCase()
  const fits = languages.flatMap(({ tag: locale, matches }) =>
    [locale, ...matches]
      .map((match) => match.toLowerCase())
      .filter((match) => asked === match || asked.startsWith(`${match}-`))
      .map((match) => ({ locale, length: match.length })),
  )
  return fits.sort((a, b) => b.length - a.length)[0]?.locale ?? null
}

/**
 * The language of one request: what the link asks for, then what the reader chose before, then what the browser
 * prefers (RFC 9110 section 12.5.4, by weight, first of equals), then the first that we have.
 */
export function chooseLocale(from: {
  link: string | null | undefined
  cookie: string | null | undefined
  accept: string | null | undefined
}): Locale {
  return asLocale(from.link) ?? asLocale(from.cookie) ?? preferred(from.accept) ?? languages[0].tag
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
