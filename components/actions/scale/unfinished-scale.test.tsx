import { act, screen } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import { done, exampleScalePreview, exampleView } from '@/test/fixtures/example-answers'
import { exampleObjects, exampleSet } from '@/test/fixtures/example-objects'
import { renderPage } from '@/test/fixtures/rendered-page'
import { refused, ScriptedServer } from '@/test/fixtures/scripted-server'
import { ActionsContext, type Opened } from '@/components/actions/actions-context'
import { ScaleDialog } from './scale-dialog'
import { UnfinishedScale } from './unfinished-scale'

const opened = vi.fn<(what: Opened) => void>()
let server: ScriptedServer

beforeEach(() => {
  localStorage.clear()
  opened.mockClear()
  server = new ScriptedServer()
  server.answers('scale?preview', ({ body }: { body: Record<string, unknown> }) =>
    exampleScalePreview(Number(body.replicas), exampleObjects()),
  )
  server.answers('actions/scale', ({ body }: { body: Record<string, unknown> }) => ({
    ...done,
    from: Number(body.replicas) + 1,
    replicas: body.replicas,
  }))
})

function settledAt(replicas: number, generation = 1, uid = 'uid-web'): StatefulSetView {
  return exampleView(exampleObjects(exampleSet({ replicas }, { observedGeneration: generation }, { generation, uid })))
}
const line = (view: StatefulSetView, cluster = 'demo') => (
  <ActionsContext
    value={{
      cluster,
      namespace: 'default',
      set: view.name,
      disabledReasons: {},
      reasonsFor: () => ({}),
      rights: undefined,
      open: opened,
    }}
  >
    <UnfinishedScale view={view} />
  </ActionsContext>
)
const dialog = (view: StatefulSetView, to?: number) => (
  <ScaleDialog
    cluster="demo"
    view={view}
    to={to}
    disabledReason={undefined}
    onClose={() => {}}
    onWritten={() => {}}
    onFailed={() => {}}
  />
)
const confirm = () => document.querySelector<HTMLElement>('[data-confirm]')
const said = (view: StatefulSetView, cluster?: string) => {
  const { container, unmount } = renderPage(line(view, cluster))
  const words = container.textContent ?? ''
  unmount()
  return words
}

/** Begins to scale from 3 to 1 and writes the first step. */
async function begun() {
  const page = renderPage(dialog(settledAt(3)))
  const field = screen.getByLabelText('Replicas')
  await page.user.clear(field)
  await page.user.type(field, '1')
  await vi.waitFor(() => expect(confirm()?.getAttribute('aria-disabled')).not.toBe('true'))
  await page.user.click(confirm() as HTMLElement)
  await vi.waitFor(() => expect(server.sent('scale')).toHaveLength(1))
  return page
}

test('a guided scaling is found again when its page was left, and goes on where it stands', async () => {
  const page = await begun()
  await vi.waitFor(() => expect(localStorage.length).toBe(1))
  page.unmount()
  const { user } = renderPage(line(settledAt(2, 2)))
  expect(screen.getByText('Scaling web to 1 was begun here, one ordinal at a time; it stands at 2.')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Continue' }))
  expect(opened).toHaveBeenCalledWith({ action: 'scale', to: 1 })
})

test('the dialog of a scaling that goes on has its number, and asks before each step', () => {
  renderPage(dialog(settledAt(4), 1))
  expect((screen.getByLabelText('Replicas') as HTMLInputElement).value).toBe('1')
  expect(confirm()?.textContent).toBe('Remove web-3, then ask')
})

test('another tab hears of it, and that it was stopped', async () => {
  const { user } = renderPage(line(settledAt(2, 2)))
  expect(screen.queryByText(/was begun here/)).toBeNull()
  act(() => {
    localStorage.setItem('ordinal-scale-plans', JSON.stringify({ 'demo uid-web': { to: 1, begunAt: Date.now() } }))
    dispatchEvent(new window.Event('storage'))
  })
  expect(screen.getByText(/was begun here/)).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Stop here' }))
  expect(screen.queryByText(/was begun here/)).toBeNull()
  expect(said(settledAt(2, 2))).toBe('')
})

test('it is of this set of this cluster alone, and over when its number is reached', async () => {
  const page = await begun()
  await vi.waitFor(() => expect(localStorage.length).toBe(1))
  page.unmount()
  expect(said(settledAt(2, 2))).toContain('it stands at 2')
  expect(said(settledAt(1, 3))).toBe('')
  expect(said(settledAt(2, 2, 'uid-of-a-new-set'))).toBe('')
  expect(said(settledAt(2, 2), 'prod')).toBe('')
})

test('where it asks whether to go on, to close it is to stop there', async () => {
  const page = await begun()
  page.again(dialog(settledAt(2, 2)))
  await page.user.click(await screen.findByRole('button', { name: 'Stop here' }))
  expect(said(settledAt(2, 2))).toBe('')
})

test('what was refused was not begun', async () => {
  server.answers('actions/scale', refused(403, 'forbidden', 'no'))
  const page = await begun()
  await screen.findByText(/Nothing was/)
  page.unmount()
  expect(said(settledAt(3))).toBe('')
})

test.each(['not json', '[]', '{"demo uid-web":{"to":"1"}}', 'null'])('what lies there is not believed: %s', (text) => {
  localStorage.setItem('ordinal-scale-plans', text)
  expect(said(settledAt(2, 2))).toBe('')
})
