import { describe, expect, it } from 'vitest'
import { readCase } from '@/test/fixtures/cases'
import { runsSeveralRevisions } from '@/lib/statefulset/model/revisions'
import { viewOf } from '@/lib/statefulset/view/build-view'
import { summaryOf } from '@/lib/statefulset/view/summary'
import { planScale } from '@/lib/statefulset/plan/plan'

/** Situations that were told wrong once, through the parser and the store, as a reader would see them. */

function told(id: string, ordinal = 2) {
  const { objects, now } = readCase(id)
  const { view } = viewOf(objects, { cluster: 'test', now })
  const row = view.ordinals.find((each) => each.ordinal === ordinal)
  return {
    view,
    row,
    state: row?.state,
    cause: row?.cause?.reason,
    message: row?.cause?.message,
    since: row?.cause?.since,
    proof: JSON.stringify(row?.cause?.proof),
    next: view.next?.map((step) => `${step.action} ${step.ordinal}`),
    waiting: view.waitingFor,
    found: view.problems?.map((each) => each.runbook),
  }
}

describe('a pod that starts', () => {
  it('C1: waits for its volume on another node, which was said once, not for the mount that times out', () => {
    const { state, cause, message, waiting, next } = told('C1')
    expect([state, cause, waiting?.reason]).toEqual(['disk', 'volume-elsewhere', 'volume-elsewhere'])
    expect(message).not.toContain('Multi-Attach')
    expect(next).toEqual([])
  })

  it.each([
    ['C2', '2026-11-20T11:40:13Z'],
    ['C2b', '2026-11-20T11:40:43Z'],
    ['F9', '2026-11-20T11:47:01Z'],
  ])('%s: pulls its image, and what failed before is over', (id, since) => {
    const { state, message, since: began } = told(id)
    expect(state).not.toBe('disk')
    expect(message).toBe('web-2 is starting: the image db:1 is being pulled.')
    expect(began).toBe(since)
  })

  it('F10: has stood for hours, and says at which step', () => {
    const { cause, since, message } = told('F10')
    expect([cause, since]).toEqual(['start-expired', '2026-11-20T09:00:05Z'])
    expect(message).toBe('The sandbox and volumes of web-2 are not ready; what was said about it has expired.')
  })

  it('D5: waits for a sidecar that has not passed its startup probe', () => {
    const { state, cause, message, since } = told('D5')
    expect([state, cause, since]).toEqual(['init', 'sidecar-startup', '2026-11-20T11:00:10Z'])
    expect(message).toContain('its sidecar secrets-proxy')
  })

  it('D1: is placed on no node, and it is said of how many why', () => {
    const { state, cause, message } = told('D1')
    expect([state, cause]).toEqual(['nowhere', 'unschedulable'])
    expect(message).toBe(
      'web-2 cannot be placed on any of 3 nodes; 2 have no free volume of class local; 1 has too little memory.',
    )
  })

  it('D11: is placed on no node for the zone of its volume, in the older words of the scheduler too', () => {
    const { state, cause, found } = told('D11')
    expect([state, cause]).toEqual(['nowhere', 'volume-zone'])
    expect(found).toContain('volume-zone')
  })

  it('D9: has a claim that never binds', () => {
    const { state, cause, message } = told('D9')
    expect([state, cause]).toEqual(['disk', 'claim-released'])
    expect(message).toContain(
      'data-web-2 will never bind, because its volume pv-data-web-2 belongs to an earlier claim',
    )
  })
})

describe('a pod that runs', () => {
  it('D4: is not ready because of its sidecar', () => {
    const { state, message } = told('D4')
    expect(state).toBe('unready')
    expect(message).toBe('web-2 runs, but its sidecar mesh-proxy fails its probe (503).')
  })

  it('D14: shows what the runtime said when it could not start the container', () => {
    const { state, proof } = told('D14')
    expect(state).toBe('crash')
    expect(proof).toContain('permission denied')
  })
})

describe('a pod that is terminating', () => {
  it('D2: is on a node that speaks and is not ready', () => {
    const { state, message, found } = told('D2', 1)
    expect(state).toBe('stuck')
    expect(message).toBe(
      'web-1 is terminating beyond its grace period; its node n1 answers but says that it is not ready (KubeletNotReady).',
    )
    expect(found).not.toContain('stuck-terminating')
  })

  it('D3: has ended, and only its object is left', () => {
    const { cause, message, found } = told('D3', 1)
    expect(cause).toBe('terminating-ended-silent')
    expect(message).toContain('web-1 has ended; only its object is left')
    expect(found).not.toContain('stuck-terminating')
  })

  it('G9: has ended, and its sandbox cannot be taken down', () => {
    const { state, cause, since, proof } = told('G9')
    expect([state, cause, since]).toEqual(['stuck', 'terminating-sandbox', '2026-11-20T10:30:09Z'])
    expect(proof).toContain('KillPodSandboxError')
  })
})

describe('a controller whose writes the API server refuses', () => {
  it.each(['C3', 'C3b'])('%s: waits for a pod that has no volume for a claim template, and does nothing else', (id) => {
    const { waiting, next } = told(id, 0)
    expect(waiting).toMatchObject({ ordinal: 0, reason: 'update-refused', params: { template: 'wal' } })
    expect(waiting?.message).toContain('web-0 has no volume for the claim template wal')
    expect(next).toEqual([])
    const { objects, now } = readCase(id)
    for (const replicas of [2, 5]) {
      const plan = planScale(objects, replicas, now)
      expect(plan.blockedBy).toMatchObject({ ordinal: 0, reason: 'update-refused' })
      expect(plan.steps.filter((step) => step.now)).toEqual([])
    }
  })

  it('D10: names the group of the kind that has the name, and promises no creation', () => {
    const { state, waiting, next } = told('D10', 0)
    expect(state).toBe('refused')
    expect(waiting?.message).toBe('web-0 cannot be created: a pod of StatefulSet.apps.kruise.io web has the name.')
    expect(next).toEqual([])
  })

  it('D6: keeps the pods of a set that is deleted with orphan', () => {
    const { waiting, next } = told('D6')
    expect(waiting?.message).toBe('The set is being deleted and its pods are kept.')
    expect(next).toEqual([])
  })
})

describe('what the page shows beside the sentence', () => {
  it('E1: shows one revision where every pod runs it, whatever the status still names', () => {
    const { view, found } = told('E1')
    expect(runsSeveralRevisions(summaryOf(view))).toBe(false)
    expect(view.ordinals.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok'])
    expect([view.waitingFor, found]).toEqual([null, []])
  })

  it('G1: is leaving with the time that is left by the API server’s clock', () => {
    const { state, cause, waiting } = told('G1')
    expect([state, cause, waiting?.until]).toEqual(['leaving', 'terminating', '2026-11-20T12:00:25Z'])
  })

  it('D13: shows the DNS name that the pod was made with', () => {
    expect(told('D13').row?.peer.hostname).toBe('web-2.web.default.svc.cluster.local')
  })

  it('D7: shows that the volume is being deleted', () => {
    expect(told('D7').row?.claims[0]?.volume?.deletionTimestamp).toBe('2026-11-20T11:00:00Z')
  })
})
