import { expect, test } from 'vitest'
import { written } from './markers'

const generators = { count: () => '12', list: () => '- a\n- b' }

test('what stands between markers is written anew, in a line and around lines', () => {
  const text = 'There are <!-- count -->3<!-- /count --> kinds.\n\n<!-- list -->\n- old\n<!-- /list -->\n'
  expect(written(text, generators).text).toBe(
    'There are <!-- count -->12<!-- /count --> kinds.\n\n<!-- list -->\n- a\n- b\n<!-- /list -->\n',
  )
})

test('writing twice changes nothing more', () => {
  const once = written('<!-- list --><!-- /list -->', generators).text
  expect(written(once, generators).text).toBe(once)
})

test('a name that nothing generates is told, and its piece stays', () => {
  const text = '<!-- moon -->x<!-- /moon --> <!-- toString -->y<!-- /toString -->'
  expect(written(text, generators)).toEqual({ text, unknown: ['moon'] })
})
