import { screen } from '@testing-library/react'
import { beforeEach, describe, expect, test } from 'vitest'
import { exampleEvent, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { renderPage } from '@/test/fixtures/rendered-page'
import { awaited, refused, ScriptedServer } from '@/test/fixtures/scripted-server'
import { EventList } from './event-list'

const pod = examplePod(exampleSet(), 0)
let server: ScriptedServer

beforeEach(() => {
  server = new ScriptedServer()
})

const list = <EventList cluster="demo" namespace="default" set="web" ordinal={0} />
const answer = (events: unknown[], unknown: string | null = null) => ({ events, unknown, state: { state: 'live' } })

describe('the events of an ordinal', () => {
  test('say how often, about what and since when, in the words of the API server', async () => {
    const event = exampleEvent('Pod', pod.metadata, 'BackOff', 'Back-off restarting failed container', { count: 7 })
    server.answers('/events', answer([event]))
    renderPage(list)
    expect((await screen.findByText('BackOff')).dataset.tone).toBe('attention')
    const line = document.querySelector('[data-event=BackOff]')?.textContent
    expect(line).toMatch(/^30 s.*BackOff ×7 web-0Back-off restarting failed container$/)
    expect(server.requests[0]).toMatchObject({ query: '?ordinal=0' })
  })

  test('are told to be none where all can be seen', async () => {
    server.answers('/events', answer([]))
    renderPage(list)
    expect(await screen.findByText('No events. Kubernetes keeps them for about an hour.')).toBeTruthy()
  })

  test('are not told to be none where they may not be read', async () => {
    server.answers('/events', answer([], 'list events (namespace default)'))
    renderPage(list)
    expect(await screen.findByText('Events may not be read: list events (namespace default)')).toBeTruthy()
    expect(screen.queryByText(/No events/)).toBeNull()
  })

  test('say what the server said when it refuses', async () => {
    server.answers('/events', refused(503, 'not-known-yet', 'The sets are not listed yet.'))
    renderPage(list)
    expect((await screen.findByRole('alert')).textContent).toBe('The sets are not listed yet.')
  })

  test('are neither none nor an error while they are awaited', () => {
    server.answers('/events', awaited)
    renderPage(list)
    expect(screen.queryByRole('alert')).toBeNull()
    expect(screen.queryByText(/No events/)).toBeNull()
  })
})
