import { screen, within } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { type ActionName, actionNames } from '@/lib/contract/actions/names'
import type { ConnectionState, TopicFailure } from '@/lib/contract/stream'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import { done, exampleDeletePreview, exampleScalePreview, exampleView } from '@/test/fixtures/example-answers'
import { at, exampleNode, exampleNow, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { renderPage } from '@/test/fixtures/rendered-page'
import { awaited, lost, ScriptedServer } from '@/test/fixtures/scripted-server'
import { Toasts } from '@/components/ui/toast'
import { EvidenceButton, OrdinalButtons, OrdinalMenu, ScaleButton } from './action-buttons'
import { SetActions } from './set-actions'

const set = exampleSet()
const allowed = { allowed: true, rule: null, reason: null }
const rights = (changes: { readOnly?: boolean; missing?: ActionName; rule?: string } = {}) => ({
  readOnly: changes.readOnly ?? false,
  actions: {
    ...Object.fromEntries(actionNames.map((name) => [name, allowed])),
    ...(changes.missing ? { [changes.missing]: { allowed: false, rule: changes.rule ?? null, reason: null } } : {}),
  },
})
const live: ConnectionState = {
  state: 'live',
  since: at(-600),
  serverVersion: 'v1.37.1',
  demo: false,
  server: 'https://10.0.0.1:6443',
  user: 'admin',
  name: 'kubia',
}
const stuck = exampleObjects(set, {
  pods: [examplePod(set, 0), examplePod(set, 1, { deletion: at(-120) }), examplePod(set, 2)],
  nodes: new Map(['n0', 'n1', 'n2'].map((name) => [name, exampleNode(name, name === 'n1' ? 'Unknown' : 'True')])),
})
const held = exampleObjects(set, {
  pods: [examplePod(set, 0), examplePod(set, 1, { deletion: at(-120), grace: 0, finalizers: ['example.com/hold'] })],
})
let server: ScriptedServer

beforeEach(() => {
  server = new ScriptedServer()
  server.answers('/rights', rights())
})

function page(
  changes: {
    objects?: SetObjects
    connection?: ConnectionState
    lastSign?: number | null
    failure?: TopicFailure
  } = {},
) {
  const { objects = exampleObjects(set), connection = live, lastSign = exampleNow.getTime(), failure = null } = changes
  const view = exampleView(objects)
  const one = view.ordinals.find(({ ordinal }) => ordinal === 1)
  return (
    <SetActions
      cluster="demo"
      namespace="default"
      view={view}
      connection={connection}
      lastSign={lastSign}
      failure={failure}
    >
      <ScaleButton view={view} />
      <EvidenceButton view={view} />
      {one ? <OrdinalButtons ordinal={one} /> : null}
      {one ? <OrdinalMenu ordinal={one} /> : null}
      <Toasts />
    </SetActions>
  )
}
const named = () =>
  [...document.querySelectorAll<HTMLElement>('button[data-action]')].map((each) => each.dataset.action)

describe('the actions of a page', () => {
  test.each([
    ['read-only: Ordinal was started with READ_ONLY=1', rights({ readOnly: true }), {}],
    ['read-only: Ordinal was started with READ_ONLY=1', rights({ readOnly: true, missing: 'scale' }), {}],
    ['no permission: patch statefulsets/scale', rights({ missing: 'scale', rule: 'patch statefulsets/scale' }), {}],
    ['the page is not live', rights(), { connection: { ...live, state: 'stale' as const } }],
    ['the page is not live', rights(), { lastSign: exampleNow.getTime() - 60_000 }],
    ['the page is not live', rights(), { failure: { code: 'view-failed' as const, message: 'Invalid time value' } }],
    ['the page is not live yet', rights(), { lastSign: null }],
    ['the page is not live yet', rights(), { connection: { ...live, state: 'connecting' as const } }],
    [
      'the set is being deleted',
      rights(),
      { objects: exampleObjects(exampleSet({}, {}, { deletionTimestamp: at(0) })) },
    ],
  ])('cannot be opened: %s', async (reason, answer, changes) => {
    server.answers('/rights', answer)
    const { user } = renderPage(page(changes))
    await user.click(await screen.findByRole('button', { name: 'Scale…', description: reason }))
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test('can be opened while it is not known which permissions there are', async () => {
    server.answers('/rights', awaited)
    server.answers('scale?preview', exampleScalePreview(3))
    const { user } = renderPage(page())
    await user.click(screen.getByRole('button', { name: 'Scale…' }))
    expect(await screen.findByRole('dialog')).toBeTruthy()
  })

  test.each<[string, SetObjects, string[]]>([
    ['a healthy pod', exampleObjects(set), ['scale', 'delete-pod']],
    ['a pod on a silent node', stuck, ['scale', 'evidence', 'delete-pod', 'force-delete-pod']],
    ['a pod that only finalizers hold', held, ['scale', 'delete-pod', 'remove-finalizers']],
  ])('are those that help: %s', (_what, objects, actions) => {
    renderPage(page({ objects }))
    expect(named()).toEqual(actions)
  })

  test('let the evidence be looked at where nothing may be written, and say so inside', async () => {
    server.answers('/rights', rights({ readOnly: true }))
    server.answers('/evidence', awaited)
    const { user } = renderPage(page({ objects: stuck }))
    expect(await screen.findByRole('button', { name: 'Delete pod…', description: /read-only/ })).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Evidence, then force delete…' }))
    const dialog = within(await screen.findByRole('dialog'))
    expect(dialog.getByRole('button', { name: 'Continue', description: /read-only/ })).toBeTruthy()
  })

  test('are the same in the menu of the row, where a deletion under way is off', async () => {
    const { user } = renderPage(page({ objects: stuck }))
    await user.click(screen.getByRole('button', { name: 'Actions for web-1' }))
    const items = await screen.findAllByRole('menuitem')
    expect(items.map((item) => item.textContent)).toEqual([
      'Delete pod…it is terminating already',
      'Evidence, then force delete…',
    ])
    expect(items[0]?.getAttribute('aria-disabled')).toBe('true')
  })
})

describe('rights that are given by name', () => {
  const byName = (pods: readonly string[], missing: ActionName = 'delete-pod') =>
    server.answers('/rights', ({ query }: { query: string }) =>
      pods.includes(new URLSearchParams(query).get('pod') ?? '')
        ? rights()
        : rights({ missing, rule: 'delete pods in default' }),
    )
  const asked = () =>
    server.requests
      .filter(({ path }) => path.endsWith('/rights'))
      .map(({ query }) => Object.fromEntries(new URLSearchParams(query)))
  const menus = (objects = exampleObjects(set)) => {
    const view = exampleView(objects)
    return (
      <SetActions
        cluster="demo"
        namespace="default"
        view={view}
        connection={live}
        lastSign={exampleNow.getTime()}
        failure={null}
      >
        <ScaleButton view={view} />
        {view.ordinals.map((one) => (
          <OrdinalMenu key={one.ordinal} ordinal={one} />
        ))}
      </SetActions>
    )
  }
  const item = (name: string | RegExp) => screen.findByRole('menuitem', { name })

  test('count for the pod whose menu is open, and for no other', async () => {
    byName(['web-1'])
    server.answers('delete-pod?preview', exampleDeletePreview(1))
    const { user } = renderPage(menus())
    await vi.waitFor(() => expect(asked()).toHaveLength(1))
    await user.click(screen.getByRole('button', { name: 'Actions for web-0' }))
    expect((await item(/^Delete pod…\s*no permission: delete pods in default$/)).getAttribute('aria-disabled')).toBe(
      'true',
    )
    await user.keyboard('{Escape}')
    await user.click(screen.getByRole('button', { name: 'Actions for web-1' }))
    await user.click(await item('Delete pod…'))
    const dialog = within(await screen.findByRole('dialog'))
    await dialog.findByText('What will happen, in this order')
    expect(dialog.getByRole('button', { name: 'Delete web-1' }).getAttribute('aria-disabled')).not.toBe('true')
    expect(asked()).toEqual([{ set: 'web' }, { set: 'web', pod: 'web-0' }, { set: 'web', pod: 'web-1' }])
  })

  test('are asked for once a pod, and only when its menu is opened', async () => {
    byName([])
    const { user } = renderPage(menus())
    await vi.waitFor(() => expect(asked()).toEqual([{ set: 'web' }]))
    for (let turn = 0; turn < 3; turn += 1) {
      await user.click(screen.getByRole('button', { name: 'Actions for web-2' }))
      await item(/^Delete pod…\s*no permission: delete pods in default$/)
      await user.keyboard('{Escape}')
    }
    expect(asked()).toEqual([{ set: 'web' }, { set: 'web', pod: 'web-2' }])
  })

  test.each([
    ['everything is allowed', rights()],
    ['nothing is, whoever asks', rights({ readOnly: true, missing: 'delete-pod' })],
    ['only the scale is refused, which no pod decides', rights({ missing: 'scale', rule: 'patch statefulsets/scale' })],
  ])('are not asked for where %s', async (_what, answer) => {
    server.answers('/rights', answer)
    const { user } = renderPage(menus())
    await vi.waitFor(() => expect(asked()).toHaveLength(1))
    await user.click(screen.getByRole('button', { name: 'Actions for web-1' }))
    await screen.findAllByRole('menuitem')
    expect(asked()).toEqual([{ set: 'web' }])
  })

  test('that were withdrawn while the dialog is open turn its button off', async () => {
    byName(['web-1'])
    server.answers('delete-pod?preview', exampleDeletePreview(1))
    const { user, readAgain } = renderPage(menus())
    await user.click(screen.getByRole('button', { name: 'Actions for web-1' }))
    await user.click(await item('Delete pod…'))
    await screen.findByText('What will happen, in this order')
    byName([])
    await readAgain()
    const button = await screen.findByRole('button', { name: 'Delete web-1', description: /no permission/ })
    expect(button.getAttribute('aria-disabled')).toBe('true')
  })

  test('are not known while the question is under way: what holds for pods in general stands', async () => {
    server.answers('/rights', ({ query }: { query: string }) =>
      query.includes('pod=') ? new Promise(() => {}) : rights({ missing: 'delete-pod', rule: 'delete pods' }),
    )
    const { user } = renderPage(menus())
    await vi.waitFor(() => expect(asked()).toHaveLength(1))
    await user.click(screen.getByRole('button', { name: 'Actions for web-1' }))
    await item(/^Delete pod…\s*no permission: delete pods$/)
  })
})

describe('a dialog that was closed', () => {
  test('gives the focus back to the button that opened it', async () => {
    server.answers('delete-pod?preview', exampleDeletePreview(1))
    const { user } = renderPage(page())
    const button = screen.getByRole('button', { name: 'Delete pod…' })
    await user.click(button)
    await screen.findByRole('dialog')
    await user.keyboard('{Escape}')
    await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    await vi.waitFor(() => expect(document.activeElement).toBe(button))
  })

  test('leaves a word that goes on following what was written', async () => {
    server.answers('delete-pod?preview', exampleDeletePreview(1))
    server.answers('actions/delete-pod', done)
    const { user } = renderPage(page())
    await user.click(screen.getByRole('button', { name: 'Delete pod…' }))
    await screen.findByText('What will happen, in this order')
    await user.click(screen.getByRole('button', { name: 'Delete web-1' }))
    await screen.findByText('The old pod is still there')
    await user.keyboard('{Escape}')
    expect(await screen.findByText('Delete web-1')).toBeTruthy()
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test('says when its command failed afterwards', async () => {
    let answer = (_: unknown) => {}
    server.answers('delete-pod?preview', exampleDeletePreview(1))
    server.answers('actions/delete-pod', () => new Promise((resolve) => (answer = resolve)))
    const { user } = renderPage(page())
    await user.click(screen.getByRole('button', { name: 'Delete pod…' }))
    await screen.findByText('What will happen, in this order')
    await user.click(screen.getByRole('button', { name: 'Delete web-1' }))
    await user.keyboard('{Escape}')
    answer(lost)
    expect(await screen.findByText('It is not known whether it was done')).toBeTruthy()
  })
})
