import { screen, within } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import { done, exampleScalePreview, exampleView } from '@/test/fixtures/example-answers'
import { at, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { renderPage } from '@/test/fixtures/rendered-page'
import { awaited, lost, refused, ScriptedServer } from '@/test/fixtures/scripted-server'
import { ScaleDialog } from './scale-dialog'

const preview = 'scale?preview'
let server: ScriptedServer

/** The set at some number of replicas, settled, and how often its spec was changed. */
function settledAt(replicas: number, generation = 1, uid = 'uid-web'): StatefulSetView {
  return exampleView(exampleObjects(exampleSet({ replicas }, { observedGeneration: generation }, { generation, uid })))
}
const previews =
  (objects = exampleObjects(), changes: Parameters<typeof exampleScalePreview>[2] = {}) =>
  ({ body }: { body: Record<string, unknown> }) =>
    exampleScalePreview(Number(body.replicas), objects, changes)
const accepts = ({ body }: { body: Record<string, unknown> }) => ({
  ...done,
  from: Number(body.replicas) + 1,
  replicas: body.replicas,
})

beforeEach(() => {
  server = new ScriptedServer()
  server.answers(preview, previews())
  server.answers('actions/scale', accepts)
})

function dialog(changes: { view?: StatefulSetView; disabledReason?: string } = {}) {
  const { view = settledAt(3), disabledReason } = changes
  return (
    <ScaleDialog
      cluster="demo"
      view={view}
      disabledReason={disabledReason}
      onClose={vi.fn()}
      onWritten={vi.fn()}
      onFailed={vi.fn()}
    />
  )
}
const confirm = () => document.querySelector<HTMLElement>('[data-confirm]')
const reason = () => document.getElementById(confirm()?.getAttribute('aria-describedby') ?? '')?.textContent
const steps = () => [...document.querySelectorAll<HTMLElement>('[data-step]')].map((each) => each.dataset.step)

async function openedFor(replicas: string, props: Parameters<typeof dialog>[0] = {}, locale?: 'zh-CN') {
  const page = renderPage(dialog(props), locale)
  const field = page.container.ownerDocument.querySelector('input[inputmode=numeric]')
  if (!field) throw new Error('there is no field for the number')
  await page.user.clear(field)
  await page.user.type(field, replicas)
  return { ...page, field }
}
const press = async ({ user }: { user: { click: (element: Element) => Promise<void> } }) => {
  const button = confirm()
  if (button) await user.click(button)
}

describe('the dialog that scales a set', () => {
  test('says in which order pods go and what becomes of their claims, and sends the generation that was seen', async () => {
    const page = await openedFor('2')
    expect(await screen.findByText('What will happen, in this order')).toBeTruthy()
    expect(steps()).toEqual(['delete 2'])
    expect(document.querySelector('[data-claim]')?.getAttribute('data-fate')).toBe('kept')
    await press(page)
    await vi.waitFor(() => expect(server.sent('scale')).toHaveLength(1))
    expect(server.sent('scale')).toMatchObject([{ name: 'web', uid: 'uid-web', generation: 1, replicas: 2 }])
    expect(await screen.findByText('The controller is at work.')).toBeTruthy()
  })

  test.each([
    [undefined, 'web-2 leaves already'],
    ['zh-CN' as const, 'web-2 已在离开'],
  ])('says of a pod that is on its way out that it leaves already', async (locale, words) => {
    const set = exampleSet({ whenScaled: 'Delete' })
    const pods = [examplePod(set, 0), examplePod(set, 1), examplePod(set, 2, { deletion: at(20) })]
    const objects = exampleObjects(set, { pods })
    server.answers(preview, previews(objects))
    await openedFor('2', { view: exampleView(objects) }, locale)
    await vi.waitFor(() => expect(steps()).toEqual(['delete 2']))
    expect(document.querySelector('[data-step]')?.textContent).toContain(words)
  })

  test.each([
    ['', 'no number'],
    ['x', 'no number'],
    ['3', 'no change'],
  ])('asks for a number that is another one: %s', async (text, why) => {
    const { user } = renderPage(dialog())
    const field = screen.getByLabelText('Replicas')
    await user.clear(field)
    if (text) await user.type(field, text)
    await vi.waitFor(() => expect(reason()).toBe(why))
  })

  test.each([
    ['no preview', {}, refused(403, 'forbidden', 'patch statefulsets/scale')],
    ['preparing the preview', {}, awaited],
    ['read-only', { disabledReason: 'read-only' }, null],
    [
      'the API server refuses it',
      {},
      previews(undefined, { dryRun: { ok: false, status: 422, code: 'invalid', message: 'quota' } }),
    ],
  ])('cannot be confirmed: %s', async (why, props, answer) => {
    if (answer !== null) server.answers(preview, answer)
    const page = await openedFor('2', props)
    await vi.waitFor(() => expect(reason()).toBe(why))
    await press(page)
    expect(server.sent('scale')).toEqual([])
  })

  test('asks for the name of the set where claims go or nothing is left', async () => {
    const objects = exampleObjects(exampleSet({ whenScaled: 'Delete' }))
    server.answers(preview, previews(objects))
    const page = await openedFor('0', { view: exampleView(objects) })
    await page.user.click(screen.getByRole('radio', { name: 'All at once' }))
    expect(await screen.findByText(/^These claims will be deleted, or may be: data-web-/)).toBeTruthy()
    expect(screen.getByText('No pod of web will be left.')).toBeTruthy()
    expect(reason()).toBe('type the name first')
    const field = screen.getByLabelText(/type the name of the set/)
    await page.user.type(field, 'web{Enter}')
    expect(server.sent('scale')).toEqual([])
    expect(reason()).toBeUndefined()
    await press(page)
    await vi.waitFor(() => expect(server.sent('scale')).toMatchObject([{ replicas: 0, confirm: 'web' }]))
  })

  test('guided, it writes one number, follows it until it is proven, and asks before the next', async () => {
    const page = await openedFor('1')
    await vi.waitFor(() => expect(confirm()?.textContent).toBe('Remove web-2, then ask'))
    await vi.waitFor(() => expect(reason()).toBeUndefined())
    await press(page)
    await vi.waitFor(() => expect(server.sent('scale')).toMatchObject([{ replicas: 2 }]))
    expect(await screen.findByText('The controller is at work.')).toBeTruthy()
    page.again(dialog({ view: settledAt(2, 2) }))
    expect(await screen.findByText('web-2 is gone.')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Stop here' })).toBeTruthy()
    await vi.waitFor(() => expect(confirm()?.textContent).toBe('Scale to 1'))
    await vi.waitFor(() => expect(reason()).toBeUndefined())
    await press(page)
    await vi.waitFor(() =>
      expect(server.sent('scale')).toMatchObject([{ generation: 1 }, { generation: 2, replicas: 1 }]),
    )
    page.again(dialog({ view: settledAt(1, 3) }))
    expect(await screen.findByText('The set is settled: 1 ordinal is ready.')).toBeTruthy()
    expect(screen.getByText('Scale web from 3 to 1')).toBeTruthy()
  })

  test('a change of somebody else has to be looked at first', async () => {
    const page = await openedFor('2')
    await vi.waitFor(() => expect(reason()).toBeUndefined())
    page.again(dialog({ view: settledAt(5, 2) }))
    expect(await screen.findByText('web was changed while you looked at it. Nothing was written.')).toBeTruthy()
    expect(screen.getByText(/asked for 3 replicas when you looked, and asks for 5 now/)).toBeTruthy()
    expect(reason()).toBe('changed meanwhile: look first')
    await page.user.click(screen.getByRole('button', { name: 'Use the new preview' }))
    await vi.waitFor(() => expect(reason()).toBeUndefined())
    await press(page)
    await vi.waitFor(() => expect(server.sent('scale')).toMatchObject([{ generation: 2 }]))
  })

  test('a change that only the server has seen yet is waited for', async () => {
    server.answers('actions/scale', refused(409, 'changed', 'it asks for 5 now'))
    const page = await openedFor('2')
    await vi.waitFor(() => expect(reason()).toBeUndefined())
    await press(page)
    expect(
      await screen.findByRole('button', { name: 'Use the new preview', description: 'reading the change' }),
    ).toBeTruthy()
  })

  test('a set that was made anew is never written to', async () => {
    const page = await openedFor('2')
    await vi.waitFor(() => expect(reason()).toBeUndefined())
    page.again(dialog({ view: settledAt(3, 1, 'uid-new') }))
    const alert = await screen.findByRole('alert')
    expect(within(alert).getByText('This set was deleted and made again.')).toBeTruthy()
    expect(within(alert).getByText(/Nothing was written/)).toBeTruthy()
    expect(reason()).toBe('the set was made anew')
  })

  test('a set that was made anew after a write is not said to be untouched', async () => {
    const page = await openedFor('2')
    await vi.waitFor(() => expect(reason()).toBeUndefined())
    await press(page)
    await screen.findByText('The controller is at work.')
    page.again(dialog({ view: settledAt(3, 1, 'uid-new') }))
    const alert = await screen.findByRole('alert')
    expect(within(alert).getByText(/went to the old one/)).toBeTruthy()
    expect(within(alert).queryByText(/Nothing was written/)).toBeNull()
  })

  test('an answer that was lost is asked for again as the same command', async () => {
    server.answers('actions/scale', lost)
    const page = await openedFor('2')
    await vi.waitFor(() => expect(reason()).toBeUndefined())
    await press(page)
    await screen.findByText('It is not known whether it was done')
    expect(reason()).toBe('not known whether it was done')
    server.answers('actions/scale', accepts)
    await page.user.click(screen.getByRole('button', { name: 'Ask for the answer again' }))
    expect(await screen.findByText('The controller is at work.')).toBeTruthy()
    expect(new Set(server.sent('scale').map((body) => body.idempotencyKey)).size).toBe(1)
  })

  test('an outcome that nobody knows is looked at again before the next command', async () => {
    server.answers('actions/scale', refused(504, 'outcome-unknown', 'no answer'))
    const page = await openedFor('2')
    await vi.waitFor(() => expect(reason()).toBeUndefined())
    await press(page)
    await page.user.click(await screen.findByRole('button', { name: 'Look again' }))
    await vi.waitFor(() => expect(reason()).toBeUndefined())
  })

  test('somebody who asks for another number while it is followed is named', async () => {
    const page = await openedFor('2')
    await vi.waitFor(() => expect(reason()).toBeUndefined())
    await press(page)
    await screen.findByText('The controller is at work.')
    page.again(dialog({ view: settledAt(7, 3) }))
    expect(await screen.findByText('Somebody has asked for 7 replicas since.')).toBeTruthy()
  })

  test.each([
    [{ autoscalers: { unknown: 'list horizontalpodautoscalers' } }, /not known whether a HorizontalPodAutoscaler/],
    [{ autoscalers: [{ name: 'web', min: 3, max: 9, scaledToZero: false }] }, /scale the set up again/],
    [{ autoscalers: [{ name: 'web', min: 1, max: 1, scaledToZero: false }] }, /scale the set down again/],
    [{ autoscalers: [{ name: 'web', min: 1, max: 9, scaledToZero: false }] }, /It may change it again/],
    [{ budgets: { unknown: 'list poddisruptionbudgets' } }, /not known whether a PodDisruptionBudget/],
    [
      { managers: [{ manager: 'argocd', operation: 'Apply', subresource: null, time: null }] },
      /Its next apply may take the change back/,
    ],
    [{ dryRun: { ok: true as const, warnings: ['deprecated'] } }, /The API server warns/],
  ])('says who else decides on the number, and what could not be seen', async (changes, words) => {
    server.answers(preview, previews(undefined, changes))
    await openedFor('2')
    expect(await screen.findByText(words)).toBeTruthy()
  })

  test('speaks Chinese to readers of Chinese', async () => {
    await openedFor('2', {}, 'zh-CN')
    expect(await screen.findByText('将按此顺序发生')).toBeTruthy()
    expect(confirm()?.textContent).toBe('调整到 2')
  })
})
