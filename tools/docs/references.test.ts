import { expect, test } from 'vitest'
import { brokenReferences } from './references'

test('a link to a file that is not there is told, and one that is there is not', () => {
  expect(
    brokenReferences('README.md', '[a](docs/architecture.md) [b](docs/nowhere.md) [c](https://example.com)'),
  ).toEqual(['README.md: the link docs/nowhere.md leads nowhere'])
})

test('a heading that is not there is told', () => {
  expect(brokenReferences('README.md', '# Two words\n\n[a](#two-words) [b](#three)')).toEqual([
    'README.md: there is no heading for #three',
  ])
})

test('a file that prose names has to be there; placeholders and code blocks are left alone', () => {
  const text = 'See `lib/settings.ts`, `lib/moon.ts`, `lib/<x>.ts`.\n```sh\ncat `lib/sun.ts`\n```\n'
  expect(brokenReferences('README.md', text)).toEqual(['README.md: there is no lib/moon.ts'])
})
