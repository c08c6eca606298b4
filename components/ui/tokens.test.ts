import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const css = readFileSync(path.join(import.meta.dirname, '../../app/globals.css'), 'utf8')

function tokensOf(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`)
  const body = css.slice(start, css.indexOf('\n}', start))
  return new Map([...body.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1] ?? '', m[2] ?? '']))
}

/** Relative luminance and contrast by WCAG 2.2. */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  const [r = 0, g = 0, b = 0] = channels
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

const tones = ['ok', 'progress', 'waiting', 'attention', 'bad', 'unknown', 'neutral', 'ghost']
const surfaces = ['page', 'panel', 'raised']

for (const [theme, selector] of [
  ['light', ':root'],
  ['dark', "[data-theme='dark']"],
] as const) {
  const light = tokensOf(':root')
  const tokens = new Map([...light, ...tokensOf(selector)])
  const value = (name: string) => tokens.get(name) ?? expect.fail(`no token ${name}`)
  const lowest = (front: string, backs: string[]) =>
    Math.min(...backs.map((back) => contrast(value(front), value(back))))

  describe(`the colours of the ${theme} theme`, () => {
    for (const tone of tones) {
      it(`${tone}: words reach 4.5 and shapes 3 on every surface and on their own wash`, () => {
        expect(lowest(tone, [...surfaces, `${tone}-wash`])).toBeGreaterThanOrEqual(4.5)
        expect(lowest(`${tone}-fill`, [...surfaces, `${tone}-wash`])).toBeGreaterThanOrEqual(3)
      })
    }
    for (const tone of ['attention', 'bad', 'unknown']) {
      it(`${tone}: a mark cut out of its shape reaches 4.5`, () => {
        expect(contrast(value('on'), value(`${tone}-fill`))).toBeGreaterThanOrEqual(4.5)
      })
    }
    it('ink and muted words can be read everywhere, washes included', () => {
      const everywhere = [...surfaces, ...tones.map((tone) => `${tone}-wash`)]
      expect(lowest('text', everywhere)).toBeGreaterThanOrEqual(12)
      expect(lowest('muted', everywhere)).toBeGreaterThanOrEqual(4.5)
    })
    it('the rung carries meaning, so it reaches 3; so does the focus ring', () => {
      expect(lowest('rung', surfaces)).toBeGreaterThanOrEqual(3)
      expect(lowest('focus', surfaces)).toBeGreaterThanOrEqual(3)
    })
    it('the ink button and the demo banner can be read', () => {
      expect(contrast(value('primary'), value('on-primary'))).toBeGreaterThanOrEqual(7)
      expect(lowest('demo-text', ['demo-1', 'demo-2'])).toBeGreaterThanOrEqual(7)
    })
    it('the rung of the mark is seen on it', () => {
      expect(contrast(value('mark-rung'), value('primary'))).toBeGreaterThanOrEqual(3)
    })
  })
}
