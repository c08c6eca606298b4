import { act, screen } from '@testing-library/react'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { renderPage } from '@/test/fixtures/rendered-page'
import { LogView } from './log-view'

/** The stream of a log as the browser gives it. */
class ScriptedSource extends EventTarget {
  static readonly CLOSED = 2
  static readonly all: ScriptedSource[] = []
  readonly url: string
  readyState = 1
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null

  constructor(url: string) {
    super()
    this.url = url
    ScriptedSource.all.push(this)
  }

  close() {
    this.readyState = ScriptedSource.CLOSED
  }

  open() {
    act(() => this.onopen?.())
  }

  say(type: string, data: unknown) {
    act(() => void this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) })))
  }
}

beforeEach(() => {
  ScriptedSource.all.length = 0
  vi.stubGlobal('EventSource', ScriptedSource)
})

const containers = [
  { name: 'setup', init: true, restarts: 0 },
  { name: 'main', init: false, restarts: 2 },
]
const view = (uid = 'uid-web-0') => (
  <LogView cluster="demo" namespace="default" pod="web-0" uid={uid} containers={containers} />
)
const newest = () => {
  const source = ScriptedSource.all.at(-1)
  if (source === undefined) throw new Error('no stream was opened')
  return source
}
const log = () => screen.getByRole('log').textContent
const status = () => screen.getByRole('status').textContent

describe('the log of a container', () => {
  test('is that of the first container that is no init container, and grows with its lines', () => {
    renderPage(view())
    expect(newest().url).toBe(
      '/api/clusters/demo/namespaces/default/pods/web-0/log?container=main&previous=false&follow=true&tailLines=500',
    )
    expect(status()).toBe('Asking for the log')
    newest().open()
    expect(log()).toBe('The container has written nothing yet.')
    newest().say('lines', { lines: ['one', '\u001b[31mtwo\u001b[0m'], dropped: 0 })
    newest().say('lines', { lines: ['three'], dropped: 0 })
    expect(log()).toBe('one\ntwo\nthree')
    expect(status()).toBe('Following, 3 lines')
  })

  test('says how many lines are not kept', () => {
    renderPage(view())
    newest().open()
    newest().say('lines', { lines: Array.from({ length: 3010 }, (_, n) => `line ${n}`), dropped: 5 })
    expect(log()).toMatch(/^15 older lines not kept here; the download has more\.line 10\n/)
  })

  test('replaces what was there when the stream comes again, and repeats no line', () => {
    renderPage(view())
    newest().open()
    newest().say('lines', { lines: ['one'], dropped: 0 })
    newest().open()
    newest().say('lines', { lines: ['one', 'two'], dropped: 0 })
    expect(log()).toBe('one\ntwo')
  })

  test('stands still when it is paused, and takes no connection meanwhile', async () => {
    const { user } = renderPage(view())
    newest().open()
    newest().say('lines', { lines: ['one'], dropped: 0 })
    await user.click(screen.getByRole('button', { name: 'Pause' }))
    expect(newest().readyState).toBe(ScriptedSource.CLOSED)
    expect(status()).toBe('Paused at 1 line')
    await user.click(screen.getByRole('button', { name: 'Follow again' }))
    expect(ScriptedSource.all).toHaveLength(2)
  })

  test('says that it has ended, or why it cannot be read', () => {
    const { unmount } = renderPage(view())
    newest().open()
    newest().say('end', { reason: 'ended' })
    expect(status()).toBe('The log has ended: the container no longer runs.')
    unmount()
    renderPage(view())
    newest().say('end', { reason: 'error', error: { message: 'pods "web-0" not found' } })
    expect(status()).toBe('The log cannot be read. pods "web-0" not found')
  })

  test('says that it cannot be read when the connection is given up', () => {
    renderPage(view())
    newest().close()
    act(() => newest().onerror?.())
    expect(status()).toMatch(/^The log cannot be read\./)
  })

  test('is another one for another container, for the run before, and for another pod of the name', async () => {
    const { user, again } = renderPage(view())
    await user.selectOptions(screen.getByLabelText('Container'), 'setup')
    expect(newest().url).toContain('container=setup')
    await user.click(screen.getByRole('checkbox', { name: 'Before the last restart' }))
    expect(newest().url).toContain('previous=true')
    newest().open()
    newest().say('lines', { lines: ['of the old pod'], dropped: 0 })
    const before = ScriptedSource.all.length
    again(view('uid-new'))
    expect(ScriptedSource.all).toHaveLength(before + 1)
    expect(log()).not.toContain('of the old pod')
  })
})
