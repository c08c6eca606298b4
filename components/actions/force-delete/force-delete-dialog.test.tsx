import { screen, within } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { DryRun } from '@/lib/contract/actions/action'
import type { Gathered } from '@/lib/statefulset/explain/evidence'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import { done, exampleEvidence, exampleView } from '@/test/fixtures/example-answers'
import { planPodDelete } from '@/lib/statefulset/plan/plan'
import {
  at,
  exampleClaim,
  exampleNode,
  exampleNow,
  exampleObjects,
  examplePod,
  exampleSet,
  type PodChanges,
} from '@/test/fixtures/example-objects'
import { renderPage } from '@/test/fixtures/rendered-page'
import { awaited, lost, refused, ScriptedServer } from '@/test/fixtures/scripted-server'
import { ForceDeleteDialog } from './force-delete-dialog'

const set = exampleSet()
/** web-1 is overdue by two minutes on a node that nobody hears from. */
const lostPod = (changes: PodChanges = {}) =>
  exampleObjects(set, {
    pods: [examplePod(set, 0), examplePod(set, 1, { deletion: at(-120), ...changes }), examplePod(set, 2)],
    nodes: new Map(['n0', 'n1', 'n2'].map((name) => [name, exampleNode(name, name === 'n1' ? 'Unknown' : 'True')])),
  })
/** The same, scaled down to one: the controller has given the claim of web-1 its pod as owner. */
const ownedByPod = () => {
  const scaled = exampleSet({ replicas: 1, whenScaled: 'Delete' })
  const owners = [{ apiVersion: 'v1', kind: 'Pod', name: 'web-1', uid: 'uid-web-1', controller: false }]
  return exampleObjects(scaled, {
    pods: [examplePod(set, 0), examplePod(set, 1, { deletion: at(-120) })],
    claims: [exampleClaim(set, 0), exampleClaim(set, 1, { metadata: { owners } })],
  })
}
const answers: Partial<Gathered> = { probe: { result: 'answers', port: 8080, detail: '200 OK' } }
const rebooted: Partial<Gathered> = { earlierBootID: 'an-earlier-boot' }

const onAction = vi.fn()
const onClose = vi.fn()
let server: ScriptedServer

function collects(gathered: Partial<Gathered> = {}, objects = lostPod(), dryRun: DryRun = { ok: true, warnings: [] }) {
  const evidence = exampleEvidence(1, objects, gathered)
  server.answers('/evidence', evidence)
  const plan = planPodDelete(objects, 1, exampleNow)
  server.answers('force-delete-pod?preview', {
    ...evidence,
    claims: plan?.claims ?? [],
    confirm: plan?.confirm ?? [],
    command: 'kubectl delete pod web-1 --force',
    dryRun,
  })
}

beforeEach(() => {
  vi.clearAllMocks()
  server = new ScriptedServer()
  collects()
})

function dialog(changes: { view?: StatefulSetView; disabledReason?: string } = {}) {
  const { view = exampleView(lostPod()), disabledReason } = changes
  return (
    <ForceDeleteDialog
      cluster="demo"
      view={view}
      ordinal={1}
      uid="uid-web-1"
      disabledReason={disabledReason}
      onClose={onClose}
      onWritten={vi.fn()}
      onFailed={vi.fn()}
      onAction={onAction}
    />
  )
}

const goOn = () => screen.getByRole('button', { name: 'Continue' })
const confirm = () => screen.getByRole('button', { name: 'Force delete web-1' })
const nameField = () => screen.findByLabelText(/type the name of the pod/)
const evidenceOf = (code: string) => document.querySelector<HTMLElement>(`[data-evidence=${code}]`)

async function openedAtConfirm() {
  const page = renderPage(dialog())
  await vi.waitFor(() => expect(goOn().getAttribute('aria-disabled')).toBeNull())
  await page.user.click(goOn())
  return { ...page, name: await nameField() }
}

describe('the evidence', () => {
  test('counts the silence of a node once, and shows under it what follows from it', async () => {
    renderPage(dialog())
    const silent = await vi.waitFor(() => {
      const item = evidenceOf('node-silent')
      if (!item) throw new Error('no evidence yet')
      return item
    })
    const under = within(within(silent).getByRole('heading', { name: 'It follows from this:' }).parentElement ?? silent)
    const consequences = under.getAllByRole('listitem').map((item) => item.dataset.evidence)
    expect(consequences).toEqual(expect.arrayContaining(['lease-still', 'endpoint-not-serving', 'probe-silent']))
    for (const code of consequences) expect(document.querySelectorAll(`[data-evidence=${code}]`)).toHaveLength(1)
    expect(screen.getByRole('region', { name: 'Proves that it is gone' }).textContent).toMatch(/0/)
    expect(document.querySelector('[data-verdict]')?.getAttribute('data-verdict')).toBe('unknown')
  })

  test('offers the safer way first where nothing proves that the pod is gone', async () => {
    const { user } = renderPage(dialog())
    const wait = await screen.findByRole('button', { name: 'Wait for n1' })
    expect(wait.className).toContain('bg-primary')
    expect(goOn().className).not.toContain('bg-primary')
    await user.click(wait)
    expect(onClose).toHaveBeenCalledOnce()
  })

  test('offers the force delete first where something proves it', async () => {
    collects(rebooted)
    renderPage(dialog())
    await vi.waitFor(() => expect(evidenceOf('rebooted')).toBeTruthy())
    expect(document.querySelector('[data-verdict]')?.getAttribute('data-verdict')).toBe('gone')
    expect(goOn().className).toContain('bg-primary')
    expect(document.querySelector('[data-primary]')).toBeNull()
  })

  test('opens the graceful deletion from its safer way, for a pod that nobody has asked to go', async () => {
    const objects = lostPod({ deletion: null })
    collects({}, objects)
    const { user } = renderPage(dialog({ view: exampleView(objects) }))
    const [way] = await screen.findAllByRole('button', { name: 'Delete pod…' })
    if (way) await user.click(way)
    expect(onAction).toHaveBeenCalledWith('delete-pod')
  })

  test.each([
    ['the evidence cannot be collected', {}, refused(503, 'stale', 'not seen yet')],
    ['collecting the evidence', {}, awaited],
    ['read-only', { disabledReason: 'read-only' }, null],
    ['the pod is gone', { view: exampleView(lostPod({ uid: 'uid-other' })) }, null],
    [
      'Not offered: the pod is not beyond its grace period, and the kubelet of its node can stop it.',
      {},
      exampleEvidence(1, exampleObjects(), { node: exampleNode('n1') }),
    ],
    [
      'Not offered: it would change nothing, only finalizers hold the pod.',
      {},
      exampleEvidence(1, lostPod({ grace: 0, finalizers: ['example.com/hold'] })),
    ],
  ])('leads no further: %s', async (reason, props, answer) => {
    if (answer !== null) server.answers('/evidence', answer)
    const { user } = renderPage(dialog(props))
    expect(await screen.findByRole('button', { name: 'Continue', description: reason })).toBeTruthy()
    await user.click(goOn())
    expect(screen.queryByRole('button', { name: 'Force delete web-1' })).toBeNull()
  })
})

describe('the confirmation', () => {
  test('takes the name of the pod, and sends it with the uid that was looked at', async () => {
    server.answers('force-delete-pod', { ...done, keptBy: [] })
    const { user, name } = await openedAtConfirm()
    expect(screen.getByRole('button', { name: /Force/, description: "type the pod's name first" })).toBeTruthy()
    expect(screen.getByText(/still has the uid uid-web-1/)).toBeTruthy()
    await user.type(name, 'web-1')
    expect(confirm().getAttribute('aria-disabled')).toBeNull()
    await user.click(confirm())
    await screen.findByText('The old pod is still there')
    expect(server.sent('force-delete-pod')).toMatchObject([
      { namespace: 'default', name: 'web-1', uid: 'uid-web-1', confirm: 'web-1', contradictions: [] },
    ])
  })

  test('asks for a sentence that names what contradicts, and sends its codes', async () => {
    collects(answers)
    server.answers('force-delete-pod', { ...done, keptBy: [] })
    const { user, name } = await openedAtConfirm()
    await user.type(name, 'web-1')
    expect(confirm().getAttribute('aria-disabled')).toBe('true')
    expect(screen.getByText('type what contradicts it first')).toBeTruthy()
    await user.type(screen.getByLabelText(/To go on all the same/), 'Its port answers')
    await user.click(confirm())
    await screen.findByText('The old pod is still there')
    expect(server.sent('force-delete-pod')).toMatchObject([{ contradictions: ['probe-answers'] }])
  })

  test('names the claims that go with the pod', async () => {
    collects({}, ownedByPod())
    const { name } = await openedAtConfirm()
    expect(name).toBeTruthy()
    expect(screen.getByText('These claims will be deleted, or may be: data-web-1.')).toBeTruthy()
    expect(document.querySelector('[data-claim=data-web-1]')?.getAttribute('data-fate')).toBe('deleted')
  })

  test('takes the typed sentence for nothing when new evidence contradicts meanwhile', async () => {
    const { user, name, readAgain } = await openedAtConfirm()
    await user.type(name, 'web-1')
    expect(confirm().getAttribute('aria-disabled')).toBeNull()
    collects(answers)
    await readAgain()
    expect(await screen.findByText('type what contradicts it first')).toBeTruthy()
    expect(confirm().getAttribute('aria-disabled')).toBe('true')
  })

  test.each([
    ['preparing the preview', awaited],
    ['no preview', refused(403, 'forbidden', 'delete pods in default')],
  ])('cannot be given: %s', async (reason, answer) => {
    server.answers('force-delete-pod?preview', answer)
    const { user } = renderPage(dialog())
    await vi.waitFor(() => expect(goOn().getAttribute('aria-disabled')).toBeNull())
    await user.click(goOn())
    expect(await screen.findByRole('button', { name: 'Force delete web-1', description: reason })).toBeTruthy()
  })

  test('cannot be given where the API server refuses it in a dry run', async () => {
    collects({}, lostPod(), { ok: false, status: 403, code: 'forbidden', message: 'denied by policy' })
    const { user, name } = await openedAtConfirm()
    await user.type(name, 'web-1')
    expect(screen.getByRole('button', { name: /Force/, description: 'the API server refuses it' })).toBeTruthy()
    expect(screen.getByText('denied by policy')).toBeTruthy()
  })

  test.each([
    ['evidence-changed', 409, 'Nothing was written', /new evidence that the pod still runs/],
    ['outcome-unknown', 504, 'It is not known whether it was done', /its answer was lost/],
  ])('that ends with %s says whether anything was done', async (code, status, title, why) => {
    server.answers('force-delete-pod', refused(status, code, 'words of the server'))
    const { user, name } = await openedAtConfirm()
    await user.type(name, 'web-1')
    await user.click(confirm())
    const alert = await screen.findByRole('alert')
    expect(within(alert).getByText(title)).toBeTruthy()
    expect(within(alert).getByText(why)).toBeTruthy()
  })

  test('under way, nothing is read about the pod: it would be refused as soon as the pod is gone', async () => {
    server.answers('force-delete-pod', awaited)
    const { user, name, readAgain } = await openedAtConfirm()
    await user.type(name, 'web-1')
    await user.click(confirm())
    await vi.waitFor(() => expect(server.sent('force-delete-pod')).toHaveLength(1))
    const before = server.requests.length
    await readAgain()
    expect(server.requests.slice(before)).toEqual([])
  })

  test('ends what is being read about the pod before it is sent', async () => {
    const { user, name } = await openedAtConfirm()
    await user.type(name, 'web-1')
    const ended = vi.fn()
    server.answers('/evidence', ({ signal }: { signal: AbortSignal | null }) => {
      signal?.addEventListener('abort', ended)
      return new Promise(() => {})
    })
    server.answers('force-delete-pod', () => {
      expect(ended).toHaveBeenCalledTimes(1)
      return awaited
    })
    await user.click(screen.getByRole('button', { name: /again every 5 s/ }))
    await user.click(confirm())
    await vi.waitFor(() => expect(server.sent('force-delete-pod')).toHaveLength(1))
    expect(ended).toHaveBeenCalledTimes(1)
  })

  test('whose answer was lost can be asked for again, and cannot be given a second time', async () => {
    server.answers('force-delete-pod', lost)
    const { user, name } = await openedAtConfirm()
    await user.type(name, 'web-1')
    await user.click(confirm())
    await screen.findByRole('button', { name: 'Ask for the answer again' })
    expect(screen.getByRole('button', { name: /Force/, description: 'not known whether it was done' })).toBeTruthy()
  })
})

describe('the watch', () => {
  test('says of the old pod that its object is gone, not that it has stopped', async () => {
    server.answers('force-delete-pod', { ...done, keptBy: [] })
    const { user, name, again } = await openedAtConfirm()
    await user.type(name, 'web-1')
    await user.click(confirm())
    await screen.findByText('The old pod is still there')
    again(dialog({ view: exampleView(lostPod({ uid: 'uid-new', deletion: null, node: 'n2' })) }))
    expect(await screen.findByText('The object of the old pod is gone from the API')).toBeTruthy()
    expect(screen.queryByText('The old pod is gone')).toBeNull()
    expect(screen.getByText(/web-1 stays marked as a possible duplicate until n1/)).toBeTruthy()
  })

  test('says that finalizers keep the object, and leads to them', async () => {
    server.answers('force-delete-pod', { ...done, keptBy: ['example.com/hold'] })
    const { user, name, again } = await openedAtConfirm()
    await user.type(name, 'web-1')
    await user.click(confirm())
    await screen.findByText('The old pod is still there')
    again(dialog({ view: exampleView(lostPod({ grace: 0, finalizers: ['example.com/hold'] })) }))
    await user.click(await screen.findByRole('button', { name: 'Remove finalizers…' }))
    expect(onAction).toHaveBeenCalledWith('remove-finalizers')
  })
})

test('the dialog speaks Chinese to readers of Chinese', async () => {
  renderPage(dialog(), 'zh-CN')
  expect(await screen.findByRole('button', { name: '等待 n1' })).toBeTruthy()
  expect(screen.getByText('由此而来：')).toBeTruthy()
})
