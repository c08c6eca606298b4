import { screen } from '@testing-library/react'
import { beforeEach, describe, expect, test } from 'vitest'
import { renderPage } from '@/test/fixtures/rendered-page'
import { refused, ScriptedServer } from '@/test/fixtures/scripted-server'
import { ObjectYaml, type YamlObject } from './object-yaml'

const objects: readonly YamlObject[] = [
  { kind: 'pods', label: 'Pod', namespace: 'default', name: 'web-0' },
  { kind: 'nodes', label: 'Node', namespace: '', name: 'n0' },
]
let server: ScriptedServer

beforeEach(() => {
  server = new ScriptedServer()
  server.answers('/objects/pods/default/web-0', 'kind: Pod\n')
  server.answers('/objects/nodes/-/n0', 'kind: Node\n')
})

describe('the YAML of an object', () => {
  test('is the text of the first object, and of another one when it is chosen', async () => {
    const { user } = renderPage(<ObjectYaml cluster="demo" objects={objects} />)
    expect((await screen.findByLabelText('YAML of web-0')).textContent).toBe('kind: Pod\n')
    await user.click(screen.getByRole('button', { name: 'Node' }))
    expect((await screen.findByLabelText('YAML of n0')).textContent).toBe('kind: Node\n')
    expect(screen.getByRole('button', { name: 'Node' }).getAttribute('aria-pressed')).toBe('true')
  })

  test('is read again when that is asked for', async () => {
    const { user } = renderPage(<ObjectYaml cluster="demo" objects={objects} />)
    await screen.findByLabelText('YAML of web-0')
    server.answers('/objects/pods/default/web-0', 'kind: Pod\nspec: {}\n')
    await user.click(screen.getByRole('button', { name: 'Read again' }))
    expect(await screen.findByText(/spec: \{\}/)).toBeTruthy()
  })

  test('gives way to what the server says, and to no old text, when it cannot be read', async () => {
    server.answers('/objects/pods/default/web-0', refused(403, 'forbidden', 'The rule that is missing: get pods.'))
    renderPage(<ObjectYaml cluster="demo" objects={objects} />)
    expect((await screen.findByRole('alert')).textContent).toBe('The rule that is missing: get pods.')
    expect(screen.queryByLabelText('YAML of web-0')).toBeNull()
  })

  test('is asked of nobody where there is no object', () => {
    renderPage(<ObjectYaml cluster="demo" objects={[]} />)
    expect(screen.getByText('There is no object to show.')).toBeTruthy()
    expect(server.requests).toEqual([])
  })
})
