import { screen } from '@testing-library/react'
import { beforeEach, describe, expect, test } from 'vitest'
import { renderPage } from '@/test/fixtures/rendered-page'
import { refused, ScriptedServer } from '@/test/fixtures/scripted-server'
import type { AppAnswer } from '@/lib/contract/ask'
import { AskConsole, curlLine } from './console'

const app = (text: string, more: Partial<AppAnswer> = {}): AppAnswer => ({
  from: 'app',
  status: 200,
  contentType: 'text/plain',
  location: null,
  text,
  cut: null,
  ms: 3,
  ...more,
})
const rights = (right: object, readOnly = false) => ({ readOnly, actions: { 'ask-pod': right } })
const may = { allowed: true, rule: 'create pods/proxy (namespace default)', reason: null }

let server: ScriptedServer
beforeEach(() => {
  server = new ScriptedServer()
  server.answers('/rights', rights(may))
})

const element = <AskConsole cluster="demo" namespace="default" set="kubia" pod="kubia-0" uid="uid-0" ports={[8080]} />

describe('the console on an ordinal', () => {
  test('GETs at once, and shows what came as text', async () => {
    server.answers('/kubia-0/ask', app('<script>alert(1)</script>', { contentType: 'text/html' }))
    const { user } = renderPage(element)
    await user.click(screen.getByRole('button', { name: 'Send GET' }))
    expect((await screen.findByLabelText('Answer of kubia-0')).textContent).toBe('<script>alert(1)</script>')
    expect(document.querySelector('script')).toBeNull()
    expect(server.requests.find(({ path }) => path.endsWith('/ask'))?.query).toBe('?uid=uid-0&port=8080&path=%2F')
  })

  test('sends what may change something after one confirmation, with the uid', async () => {
    server.answers('/actions/ask-pod', {
      id: '1',
      confirmedBy: 'answer',
      warnings: [],
      app: app('Stored on kubia-0\n'),
    })
    const { user } = renderPage(element)
    await user.selectOptions(screen.getByLabelText('Method'), 'POST')
    await user.type(screen.getByLabelText('Body'), 'hello')
    await user.click(screen.getByRole('button', { name: 'Send POST…' }))
    expect(server.sent('ask-pod')).toEqual([])
    await user.click(screen.getByRole('button', { name: 'Send POST' }))
    expect((await screen.findByLabelText('Answer of kubia-0')).textContent).toBe('Stored on kubia-0\n')
    expect(server.sent('ask-pod')).toMatchObject([
      { namespace: 'default', name: 'kubia-0', uid: 'uid-0', port: 8080, method: 'POST', path: '/', text: 'hello' },
    ])
  })

  test('is confirmed anew when what is sent was changed after the first press', async () => {
    const { user } = renderPage(element)
    await user.selectOptions(screen.getByLabelText('Method'), 'POST')
    await user.click(screen.getByRole('button', { name: 'Send POST…' }))
    await user.selectOptions(screen.getByLabelText('Method'), 'DELETE')
    expect(screen.queryByRole('button', { name: 'Send DELETE' })).toBeNull()
    expect(screen.getByRole('button', { name: 'Send DELETE…' })).toBeTruthy()
  })

  test('is off for all but GET where the right is missing, and says which', async () => {
    server.answers('/rights', rights({ ...may, allowed: false }))
    const { user } = renderPage(element)
    await user.selectOptions(screen.getByLabelText('Method'), 'PUT')
    expect(await screen.findByText(/create pods\/proxy \(namespace default\)/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Send PUT…' }))
    expect(screen.queryByRole('button', { name: 'Send PUT' })).toBeNull()
  })

  test('asks nothing for a path or a port that is none', async () => {
    const { user } = renderPage(element)
    const path = screen.getByLabelText('Path')
    await user.clear(path)
    await user.type(path, '/../secrets')
    await user.click(screen.getByRole('button', { name: 'Send GET' }))
    expect(screen.getByText(/A path begins with/)).toBeTruthy()
    expect(server.requests.filter(({ path }) => path.endsWith('/ask'))).toEqual([])
  })

  test('says in the words of the server that the pod is another one by now', async () => {
    server.answers('/kubia-0/ask', refused(409, 'recreated', 'The pod that was looked at is gone.'))
    const { user } = renderPage(element)
    await user.click(screen.getByRole('button', { name: 'Send GET' }))
    expect((await screen.findByRole('alert')).textContent).toBe('The pod that was looked at is gone.')
  })
})

test('the line for curl does the same through kubectl proxy', () => {
  const ask = { namespace: 'default', pod: 'kubia-0', port: 8080, path: '/', text: "it's", contentType: 'text/plain' }
  const url = 'http://localhost:8001/api/v1/namespaces/default/pods/kubia-0:8080/proxy/'
  expect(curlLine({ ...ask, method: 'GET' })).toBe(`curl ${url}`)
  expect(curlLine({ ...ask, method: 'POST' })).toBe(
    `curl -X POST -H 'Content-Type: text/plain' --data-binary 'it'\\''s' ${url}`,
  )
})
