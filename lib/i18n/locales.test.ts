import { describe, expect, it } from 'vitest'
import { asLocale, chooseLocale, languages } from './locales'

describe('the language of a request', () => {
  it('is what the link asks for before anything else', () => {
    expect(chooseLocale({ link: 'zh-CN', cookie: 'en', accept: 'en' })).toBe('zh-CN')
  })
  it('is what the reader chose before the browser is asked', () => {
    expect(chooseLocale({ link: null, cookie: 'zh-CN', accept: 'en' })).toBe('zh-CN')
  })
  it('follows the weights of Accept-Language', () => {
    expect(chooseLocale({ link: null, cookie: null, accept: 'fr, en;q=0.4, zh-Hans;q=0.8' })).toBe('zh-CN')
    expect(chooseLocale({ link: null, cookie: null, accept: 'zh;q=0, en-GB;q=0.1' })).toBe('en')
  })
  it('is English when nothing fits or nothing can be read', () => {
    expect(chooseLocale({ link: '../..', cookie: '%00', accept: ';;;q=x,,' })).toBe('en')
  })
  it('serves every language by its own tag, in whatever case it is written', () => {
    for (const { tag } of languages)
      expect([tag, tag.toUpperCase(), `${tag}-x-own`].map(asLocale)).toEqual([tag, tag, tag])
  })
  it('takes every Chinese tag as our Chinese', () => {
    expect(['zh', 'zh-TW', 'ZH-hans-cn'].map(asLocale)).toEqual(['zh-CN', 'zh-CN', 'zh-CN'])
  })
})
