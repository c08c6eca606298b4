import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '@/lib/cluster/connect'
import { readSettings } from '@/lib/settings'
import { exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { type Answer, ScriptedApi, status } from '@/test/fixtures/scripted-api'
import { askApplications } from './own-views'

const api = new ScriptedApi()
let answers: Record<string, Answer>
beforeEach(async () => {
  answers = {}
  await api.start()
  api.hooks.push(({ path }) => answers[/pods\/(web-\d+):8080\/proxy\/peers$/.exec(path)?.[1] ?? ''])
})
afterEach(async () => {
  api.hooks.length = 0
  await api.stop()
})

const set = exampleSet()
const pods = [0, 1, 2].map((ordinal) => examplePod(set, ordinal))
const said = (body: string): Answer => ({ status: 200, headers: { 'content-type': 'text/plain' }, body })

async function ask() {
  const connection = connect(new URL(api.url).host, readSettings({ ORDINAL_SERVER: api.url }))
  return Object.fromEntries(
    await askApplications(connection, exampleObjects(set, { pods }), { port: 8080, path: '/peers' }),
  )
}

describe('what the pods say of their peers', () => {
  it('is its first line, and the other ordinals that it names, by name or by address', async () => {
    answers = {
      'web-0': said('leader\nweb-1.web:8080\nweb-0\n'),
      'web-1': said('{"peers":["10.244.0.12"]}'),
      'web-2': said('alone'),
    }
    expect(await ask()).toEqual({
      0: { says: 'leader', sees: [1], problem: null },
      1: { says: '{"peers":["10.244.0.12"]}', sees: [2], problem: null },
      2: { says: 'alone', sees: [], problem: null },
    })
  })

  it('is not known where a pod does not answer, refuses, or may not be asked, and each says why', async () => {
    answers = {
      'web-0': status(503, 'ServiceUnavailable', 'error trying to reach service'),
      'web-1': { status: 401, headers: { 'content-type': 'text/plain' }, body: 'who are you?' },
      'web-2': status(403, 'Forbidden', 'cannot get resource "pods/proxy"'),
    }
    expect(await ask()).toEqual({
      0: { says: null, sees: null, problem: '503 error trying to reach service' },
      1: { says: null, sees: null, problem: '401 who are you?' },
      2: { says: null, sees: null, problem: 'get pods/proxy (namespace default)' },
    })
  })
})
