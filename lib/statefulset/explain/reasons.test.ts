import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { reasons, format } from './reasons'

const catalogue = (locale: string) =>
  JSON.parse(
    readFileSync(path.join(import.meta.dirname, `../../i18n/messages/${locale}/waiting.json`), 'utf8'),
  ) as Record<string, unknown>

describe('reasons', () => {
  it('say in English what the catalogue says', () => {
    for (const [code, sentence] of Object.entries(reasons)) expect(catalogue('en')[code], code).toBe(sentence)
  })

  it('have a Chinese sentence each', () => {
    for (const code of Object.keys(reasons)) expect(catalogue('zh-CN')[code], code).toMatch(/[\u4e00-\u9fff]/)
  })

  it('leave a parameter that is not given in sight', () => {
    expect(format('{pod} waits for {gate}', { pod: 'web-0' })).toBe('web-0 waits for {gate}')
  })
})
