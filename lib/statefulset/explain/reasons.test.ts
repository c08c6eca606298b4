import { describe, expect, it } from 'vitest'
import chinese from '@/lib/i18n/messages/zh-CN/waiting.json'
import { cause, format, reasons } from './reasons'

describe('reasons', () => {
  it('are sentences, and Chinese ones in Chinese', () => {
    const sentences = Object.entries(reasons).filter(([, sentence]) => typeof sentence === 'string')
    expect(sentences.length).toBeGreaterThan(50)
    const words: Readonly<Record<string, unknown>> = chinese
    for (const [code] of sentences) expect(words[code], code).toMatch(/[\u4e00-\u9fff]/)
  })

  it('say their sentence with the parameters put in', () => {
    expect(cause('terminating', { pod: 'web-0' }).message).toBe('web-0 is terminating.')
  })

  it('leave a parameter that is not given in sight', () => {
    expect(format('{pod} waits for {gate}', { pod: 'web-0' })).toBe('web-0 waits for {gate}')
  })
})
