import { expect, test } from 'vitest'
import { exampleView } from '@/test/fixtures/example-answers'
import { exampleObjects } from '@/test/fixtures/example-objects'
import { renderPage } from '@/test/fixtures/rendered-page'
import { NoOrdinal } from './no-ordinal'

const said = (ordinal: number | null, locale?: 'zh-CN') =>
  renderPage(<NoOrdinal view={exampleView(exampleObjects())} ordinal={ordinal} />, locale).container.textContent

test('an address that names an ordinal which is not there says so, and no other address does', () => {
  expect(said(99)).toBe('web has no ordinal 99.')
  expect(said(99, 'zh-CN')).toBe('web 没有序号 99。')
  expect(said(2)).toBe('')
  expect(said(null)).toBe('')
})
