import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { renderPage } from '@/test/fixtures/rendered-page'
import { Tooltip, TooltipProvider } from './tooltip'

test('what explains a word is opened by a press too, since a finger cannot hover', async () => {
  const { user } = renderPage(
    <TooltipProvider>
      <Tooltip text="what it means">
        <button type="button">live</button>
      </Tooltip>
    </TooltipProvider>,
  )
  expect(screen.queryByRole('tooltip')).toBeNull()
  await user.pointer([{ keys: '[TouchA]', target: screen.getByRole('button') }])
  expect((await screen.findByRole('tooltip')).textContent).toBe('what it means')
  await user.keyboard('{Escape}')
  expect(screen.queryByRole('tooltip')).toBeNull()
})
