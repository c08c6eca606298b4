import { screen, within } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { done, exampleDeletePreview, exampleView } from '@/test/fixtures/example-answers'
import { at, exampleClaim, exampleNode, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { renderPage } from '@/test/fixtures/rendered-page'
import { awaited, lost, refused, ScriptedServer } from '@/test/fixtures/scripted-server'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import { DeletePodDialog } from './delete-pod-dialog'

const preview = 'delete-pod?preview'
let server: ScriptedServer

beforeEach(() => {
  server = new ScriptedServer()
  server.answers(preview, exampleDeletePreview(1))
})

function dialog(changes: { view?: StatefulSetView; disabledReason?: string } = {}) {
  const { view = exampleView(), disabledReason } = changes
  return (
    <DeletePodDialog
      cluster="demo"
      view={view}
      ordinal={1}
      uid="uid-web-1"
      disabledReason={disabledReason}
      onClose={vi.fn()}
      onWritten={vi.fn()}
      onFailed={vi.fn()}
      onAction={vi.fn()}
    />
  )
}

const button = () => screen.getByRole('button', { name: 'Delete web-1' })
const withPod1 = (changes: Parameters<typeof examplePod>[2]) => {
  const set = exampleSet()
  return exampleObjects(set, { pods: [examplePod(set, 0), examplePod(set, 1, changes), examplePod(set, 2)] })
}

describe('the dialog that deletes a pod', () => {
  test('says what goes, what comes back on which claim, and sends the uid that was looked at', async () => {
    server.answers('delete-pod', done)
    const { user } = renderPage(dialog())
    expect(await screen.findByText('What will happen, in this order')).toBeTruthy()
    expect(screen.getByText(/is created again/).textContent).toBe('web-1 is created again')
    expect(document.querySelector('[data-claim]')?.getAttribute('data-fate')).toBe('stays')
    expect(screen.getByText('The API server accepts it in a dry run.')).toBeTruthy()
    await user.click(button())
    expect(await screen.findByText('The old pod is still there')).toBeTruthy()
    expect(server.sent('delete-pod')).toEqual([
      { namespace: 'default', name: 'web-1', uid: 'uid-web-1', idempotencyKey: expect.any(String) as string },
    ])
    expect(screen.queryByRole('button', { name: 'Delete web-1' })).toBeNull()
  })

  test('promises the same claims only where there are some and they stay', async () => {
    const none = exampleSet({ claimTemplates: [] })
    const without = exampleObjects(none, { claims: [] })
    server.answers(preview, exampleDeletePreview(1, without))
    const page = renderPage(dialog({ view: exampleView(without) }))
    expect(await screen.findByText('same name, a new pod')).toBeTruthy()
    page.unmount()
    server.answers(preview, exampleDeletePreview(1))
    renderPage(dialog())
    expect(await screen.findByText('same name, same claims, a new pod')).toBeTruthy()
  })

  test('asks for the name of the pod where claims go with it', async () => {
    const set = exampleSet({ replicas: 1, whenScaled: 'Delete' })
    const owners = [{ apiVersion: 'v1', kind: 'Pod', name: 'web-1', uid: 'uid-web-1', controller: false }]
    const claims = [exampleClaim(set, 0), exampleClaim(set, 1, { metadata: { owners } })]
    const objects = exampleObjects(set, { pods: [examplePod(set, 0), examplePod(set, 1)], claims })
    server.answers(preview, exampleDeletePreview(1, objects))
    server.answers('delete-pod', done)
    const { user } = renderPage(dialog({ view: exampleView(objects) }))
    expect(await screen.findByText('These claims will be deleted, or may be: data-web-1.')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Delete web-1', description: "type the pod's name first" })).toBeTruthy()
    await user.type(screen.getByLabelText(/type the name of the pod/), 'web-1')
    await user.click(button())
    await vi.waitFor(() => expect(server.sent('delete-pod')).toMatchObject([{ confirm: 'web-1' }]))
  })

  test('follows the ordinal until a new pod of the name is ready', async () => {
    server.answers('delete-pod', done)
    const { user, again } = renderPage(dialog())
    await screen.findByText('What will happen, in this order')
    await user.click(button())
    await screen.findByText('The old pod is still there')
    again(dialog({ view: exampleView(withPod1({ uid: 'uid-new', phase: 'Pending', node: null })) }))
    expect(await screen.findByText('The old pod is gone')).toBeTruthy()
    expect(screen.getByText('The new pod is created (uid-new)')).toBeTruthy()
    expect(screen.getByText('It has no node yet')).toBeTruthy()
    again(dialog({ view: exampleView(withPod1({ uid: 'uid-new' })) }))
    expect(await screen.findByText('It is ready: the ordinal is back')).toBeTruthy()
    expect(document.querySelector('[data-progress=in-effect]')).toBeTruthy()
  })

  test.each([
    ['another pod has the name', { view: exampleView(withPod1({ uid: 'uid-other' })) }, null],
    ['read-only', { disabledReason: 'read-only' }, null],
    ['no preview', {}, refused(503, 'stale', 'The pods have not been seen yet.')],
    ['preparing the preview', {}, awaited],
    [
      'the API server refuses it',
      {},
      exampleDeletePreview(1, undefined, {
        dryRun: { ok: false, status: 403, code: 'forbidden', message: 'denied by policy' },
      }),
    ],
  ])('cannot be confirmed: %s', async (reason, props, answer) => {
    if (answer !== null) server.answers(preview, answer)
    const { user } = renderPage(dialog(props))
    expect(await screen.findByText(reason)).toBeTruthy()
    expect(button().getAttribute('aria-disabled')).toBe('true')
    expect(within(document.body).getByRole('button', { name: 'Delete web-1', description: reason })).toBeTruthy()
    await user.click(button())
    expect(server.sent('delete-pod')).toEqual([])
  })

  test('shows the words of the API server where a dry run is refused, and its warnings where it is not', async () => {
    const dryRun = { ok: false as const, status: 422, code: 'invalid', message: 'denied by policy' }
    server.answers(preview, exampleDeletePreview(1, undefined, { dryRun }))
    const { readAgain } = renderPage(dialog())
    expect(await screen.findByText('denied by policy')).toBeTruthy()
    server.answers(preview, exampleDeletePreview(1, undefined, { dryRun: { ok: true, warnings: ['old API'] } }))
    await readAgain()
    expect(await screen.findByText('old API')).toBeTruthy()
  })

  test('says that a pod on a silent node will stay terminating', async () => {
    const objects = exampleObjects()
    const nodes = new Map(objects.nodes).set('n1', exampleNode('n1', 'Unknown', at(-300)))
    renderPage(dialog({ view: exampleView({ ...objects, nodes }) }))
    expect(await screen.findByText(/nobody can confirm that it stopped/)).toBeTruthy()
  })

  test.each([
    [[], []],
    [{ unknown: 'list poddisruptionbudgets' }, ['unknown']],
    [[{ name: 'quorum', disruptionsAllowed: 0, minAvailable: '2', maxUnavailable: null }], ['attention']],
    [[{ name: 'quorum', disruptionsAllowed: 1, minAvailable: '2', maxUnavailable: null }], ['note']],
  ])('tells budgets apart: none, not seen, exhausted, with room', async (budgets, kinds) => {
    server.answers(preview, exampleDeletePreview(1, undefined, { budgets }))
    renderPage(dialog())
    await screen.findByText('What will happen, in this order')
    const lines = screen.queryAllByText(/PodDisruptionBudget/).map((line) => line.closest('[data-check]'))
    expect(lines.map((line) => line?.getAttribute('data-check'))).toEqual(kinds)
  })

  test('an answer that was lost is asked for again with the same key, and is not a second command', async () => {
    server.answers('delete-pod', lost)
    const { user } = renderPage(dialog())
    await screen.findByText('What will happen, in this order')
    await user.click(button())
    expect(await screen.findByText('It is not known whether it was done')).toBeTruthy()
    expect(screen.getByText('not known whether it was done')).toBeTruthy()
    server.answers('delete-pod', done)
    await user.click(screen.getByRole('button', { name: 'Ask for the answer again' }))
    expect(await screen.findByText('The old pod is still there')).toBeTruthy()
    const [first, second, ...more] = server.sent('delete-pod')
    expect(second).toEqual(first)
    expect(more).toEqual([])
  })

  test.each([
    ['forbidden', 403, 'Nothing was written', /You are not allowed/],
    ['recreated', 409, 'Nothing was written', /another one has its name/],
    ['already-terminating', 409, 'Nothing was written', /It is terminating already/],
    ['too-many', 429, 'Nothing was written', /Too many changes/],
    ['outcome-unknown', 504, 'It is not known whether it was done', /its answer was lost/],
    ['never-heard-of', 500, 'Nothing was written', /It failed, in these words/],
  ])('a command that ends with %s says whether anything was done, and why', async (code, status, title, why) => {
    server.answers('delete-pod', refused(status, code, 'words of the server'))
    const { user } = renderPage(dialog())
    await screen.findByText('What will happen, in this order')
    await user.click(button())
    const alert = await screen.findByRole('alert')
    expect(within(alert).getByText(title)).toBeTruthy()
    expect(within(alert).getByText(why)).toBeTruthy()
    expect(within(alert).getByText('words of the server')).toBeTruthy()
  })

  test('Enter on the last button does nothing, and says so', async () => {
    const { user } = renderPage(dialog())
    await screen.findByText('What will happen, in this order')
    button().focus()
    await user.keyboard('{Enter}')
    expect(await screen.findByText(/Enter does not confirm/)).toBeTruthy()
    expect(server.sent('delete-pod')).toEqual([])
  })

  test('speaks Chinese to readers of Chinese', async () => {
    renderPage(dialog({ disabledReason: '只读' }), 'zh-CN')
    expect(await screen.findByText('将按此顺序发生')).toBeTruthy()
    expect(screen.getByRole('button', { name: '删除 web-1', description: '只读' })).toBeTruthy()
  })
})
