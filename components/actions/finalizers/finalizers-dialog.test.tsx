import { screen } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { DryRun } from '@/lib/contract/actions/action'
import type { FinalizerKeeper } from '@/lib/contract/actions/remove-finalizers'
import type { ClaimFate } from '@/lib/statefulset/plan/claim-fates'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import { done, exampleView } from '@/test/fixtures/example-answers'
import { at, exampleObjects, examplePod, exampleSet, type PodChanges } from '@/test/fixtures/example-objects'
import { renderPage } from '@/test/fixtures/rendered-page'
import { awaited, refused, ScriptedServer } from '@/test/fixtures/scripted-server'
import { FinalizersDialog } from './finalizers-dialog'

const set = exampleSet()
const heldBy = (finalizers: string[], changes: PodChanges = {}) =>
  exampleView(
    exampleObjects(set, {
      pods: [examplePod(set, 0), examplePod(set, 1, { deletion: at(-60), grace: 0, finalizers, ...changes })],
    }),
  )
const unknownKeeper = { keeper: null, runs: 'not-known', renewedAt: null, unknown: null } as const
const answer = (
  dryRun: DryRun = { ok: true, warnings: [] },
  claims: readonly ClaimFate[] = [],
  keeper: Omit<FinalizerKeeper, 'finalizer'> = unknownKeeper,
) => ({
  claims,
  confirm: claims.length > 0 ? ['claims-deleted'] : [],
  finalizers: ['example.com/a'],
  keepers: [{ finalizer: 'example.com/a', ...keeper }],
  command: 'kubectl patch pod web-1',
  dryRun,
})
let server: ScriptedServer

beforeEach(() => {
  server = new ScriptedServer()
  server.answers('remove-finalizers?preview', answer())
})

function dialog(changes: { view?: StatefulSetView; disabledReason?: string } = {}) {
  const { view = heldBy(['example.com/a']), disabledReason } = changes
  return (
    <FinalizersDialog
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
const button = () => screen.getByRole('button', { name: /^Remove \d finalizer/ })
const nameField = () => screen.findByLabelText(/type the name of the pod/)

describe('the dialog that removes finalizers', () => {
  test('names exactly those that go, and sends them after the name was typed', async () => {
    server.answers('remove-finalizers', done)
    const { user } = renderPage(dialog())
    const field = await nameField()
    expect([...document.querySelectorAll('[data-finalizer]')].map((each) => each.textContent)).toEqual([
      'example.com/a',
    ])
    expect(screen.getByRole('button', { name: /Remove/, description: "type the pod's name first" })).toBeTruthy()
    await user.type(field, 'web-1')
    await user.click(button())
    await screen.findByText('The old pod is still there')
    expect(server.sent('remove-finalizers')).toMatchObject([
      { name: 'web-1', uid: 'uid-web-1', confirm: 'web-1', finalizers: ['example.com/a'] },
    ])
  })

  test.each<[Partial<FinalizerKeeper>, RegExp]>([
    [{ keeper: 'backup-operator' }, /^backup-operator takes it away. Whether it runs is not known/],
    [{ keeper: 'kube-controller-manager', runs: 'yes' }, /and it runs: give it time/],
    [{ keeper: 'kube-controller-manager', runs: 'no' }, /it does not run: nobody renews its lease/],
    [{ keeper: 'kube-controller-manager', unknown: 'get leases' }, /Whether it runs cannot be seen: get leases/],
    [{}, /Who takes it away is not known/],
  ])('says who would take it away, and whether that runs: %o', async (keeper, words) => {
    server.answers('remove-finalizers?preview', answer(undefined, [], { ...unknownKeeper, ...keeper }))
    renderPage(dialog())
    expect(await screen.findByText(words)).toBeTruthy()
  })

  test('names the claims that go with the pod', async () => {
    const claim: ClaimFate = {
      template: 'data',
      name: 'data-web-1',
      fate: 'deleted',
      mayEnd: true,
      uid: 'uid-data-web-1',
      capacity: '1Gi',
      storageClass: 'fast',
      createdAt: at(-3600),
      unusedSince: null,
      reclaimPolicy: 'Delete',
    }
    server.answers('remove-finalizers?preview', answer(undefined, [claim]))
    renderPage(dialog())
    expect(await screen.findByText('These claims will be deleted, or may be: data-web-1.')).toBeTruthy()
    expect(document.querySelector('[data-claim=data-web-1]')?.textContent).toMatch(/its volume is erased/)
  })

  test('removes nothing when the list is another one by now, until the new one was shown', async () => {
    server.answers('remove-finalizers', done)
    const { user, again } = renderPage(dialog())
    await user.type(await nameField(), 'web-1')
    again(dialog({ view: heldBy(['example.com/b', 'example.com/c']) }))
    expect(await screen.findByText('The finalizers are other ones now. Nothing was removed.')).toBeTruthy()
    expect(screen.getByRole('button', { name: /Remove/, description: 'changed meanwhile: look first' })).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Show the new list' }))
    expect(screen.getByText('Exactly these 2 are removed')).toBeTruthy()
    await user.type(await nameField(), 'web-1')
    await user.click(button())
    await screen.findByText('The old pod is still there')
    expect(server.sent('remove-finalizers')).toMatchObject([{ finalizers: ['example.com/b', 'example.com/c'] }])
  })

  test('says both: that it is not known whether it was done, and that the list has changed since', async () => {
    server.answers('remove-finalizers', refused(504, 'outcome-unknown', 'no answer'))
    const { user, again } = renderPage(dialog({ view: heldBy(['example.com/a', 'example.com/b']) }))
    await user.type(await nameField(), 'web-1')
    await user.click(button())
    await screen.findByText('It is not known whether it was done')
    again(dialog({ view: heldBy(['example.com/b']) }))
    expect(await screen.findByText(/other ones now/)).toBeTruthy()
    expect(screen.getByText('It is not known whether it was done')).toBeTruthy()
  })

  test.each([
    ['the pod is gone', { view: heldBy([], { uid: 'uid-other', deletion: null }) }, null],
    ['no permission: patch pods', { disabledReason: 'no permission: patch pods' }, null],
    ['no preview', {}, refused(503, 'stale', 'not seen yet')],
    ['preparing the preview', {}, awaited],
    ['the API server refuses it', {}, answer({ ok: false, status: 422, code: 'invalid', message: 'forbidden by x' })],
  ])('cannot be confirmed: %s', async (reason, props, given) => {
    if (given !== null) server.answers('remove-finalizers?preview', given)
    const { user } = renderPage(dialog(props))
    expect(await screen.findByRole('button', { name: /^Remove/, description: reason })).toBeTruthy()
    await user.click(button())
    expect(server.sent('remove-finalizers')).toEqual([])
  })

  test('speaks Chinese to readers of Chinese', async () => {
    renderPage(dialog(), 'zh-CN')
    expect(await screen.findByText('恰好移除这 1 个')).toBeTruthy()
    expect(await screen.findByText('API 服务器在试运行中接受了。')).toBeTruthy()
  })
})
