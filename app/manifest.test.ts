import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const folder = path.resolve(import.meta.dirname, '../public')
const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.webmanifest'), 'utf8')) as {
  icons: { src: string; sizes: string; type: string }[]
}

describe('the web manifest', () => {
  it.each(manifest.icons)('has the icon $src as it says', ({ src, sizes, type }) => {
    const file = readFileSync(path.join(folder, src))
    if (type === 'image/svg+xml') {
      expect(file.toString()).toContain('<svg')
      return
    }
    // A PNG begins with eight fixed bytes, then the header chunk with width and height.
    expect(file.subarray(1, 4).toString()).toBe('PNG')
    expect(`${file.readUInt32BE(16)}x${file.readUInt32BE(20)}`).toBe(sizes)
  })
})
