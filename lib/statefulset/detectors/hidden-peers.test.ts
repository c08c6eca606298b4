import { describe, expect, it } from 'vitest'
import {
  at,
  exampleEvent,
  exampleObjects,
  examplePod,
  exampleService,
  exampleSet,
} from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('peers that cannot be found before they are ready', () => {
  const set = exampleSet({ replicas: 2, podManagementPolicy: 'Parallel' })
  const starting = (n: number, seconds: number) =>
    examplePod(set, n, {
      ready: false,
      since: at(seconds),
      created: at(seconds),
      status: {
        startTime: at(seconds),
        containers: [
          {
            name: 'main',
            image: 'i',
            ready: false,
            started: true,
            restartCount: 0,
            state: { kind: 'running', startedAt: at(seconds) },
            lastState: null,
          },
        ],
      },
    })
  it('is found where all pods of a Parallel set run and none was ever ready', () => {
    expect(find(exampleObjects(set, { pods: [starting(0, -120), starting(1, -120)] }), 'hidden-peers')).toMatchObject({
      ordinals: [0, 1],
    })
    expect(ids(exampleObjects(set, { pods: [starting(0, -30), starting(1, -30)] }))).not.toContain('hidden-peers')
  })
  it('is found where the program says that it cannot resolve a name', () => {
    const one = exampleSet({ replicas: 2 })
    const pods = [examplePod(one, 0, { ready: false, since: at(-100) })]
    const said = (message: string) => exampleEvent('Pod', pods[0]?.metadata ?? one.metadata, 'Unhealthy', message)
    expect(
      ids(exampleObjects(one, { pods, events: [said('Readiness probe failed: lookup web-1.web: no such host')] })),
    ).toContain('hidden-peers')
    expect(ids(exampleObjects(one, { pods, events: [said('Readiness probe failed: HTTP 503')] }))).not.toContain(
      'hidden-peers',
    )
  })
  it('is not found where the Service publishes them, or one is ready', () => {
    const service = exampleService('web', { publishNotReadyAddresses: true })
    expect(ids(exampleObjects(set, { pods: [starting(0, -120), starting(1, -120)], service }))).not.toContain(
      'hidden-peers',
    )
    expect(ids(exampleObjects(set, { pods: [examplePod(set, 0), starting(1, -120)] }))).not.toContain('hidden-peers')
  })
})
