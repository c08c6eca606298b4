import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, conditionOf, exampleEvent, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { newestEvent, pulling, startTrouble, timeOf } from './events'
import type { Event } from './objects'

const set = exampleSet()
const pod = examplePod(set, 0, { phase: 'Pending', status: { containers: [], initContainers: [] } })
let count = 0
const said = (reason: string, message: string, seconds: number): Event => ({
  ...exampleEvent('Pod', pod.metadata, reason, message),
  metadata: { ...pod.metadata, name: `event-${(count += 1)}` },
  firstSeen: at(seconds),
  lastSeen: at(seconds),
})
const attach = (seconds: number, volume = 'pv-1') =>
  said(
    'FailedAttachVolume',
    `Multi-Attach error for volume "${volume}" Volume is already exclusively attached`,
    seconds,
  )
const attached = (seconds: number, volume = 'pv-1') =>
  said('SuccessfulAttachVolume', `AttachVolume.Attach succeeded for volume "${volume}" `, seconds)
const summary = (seconds: number, volume = 'data') =>
  said('FailedMount', `Unable to attach or mount volumes: unmounted volumes=[${volume}], timed out`, seconds)
const setUp = (seconds: number, volume: string) =>
  said('FailedMount', `MountVolume.SetUp failed for volume "${volume}" : no such driver`, seconds)
const sandbox = (seconds: number) => said('FailedCreatePodSandBox', 'Failed to create pod sandbox', seconds)
const pull = (seconds: number) => said('Pulling', 'Pulling image "db:1"', seconds)
const step = (...events: Event[]) => startTrouble(pod, events)?.step ?? null

describe('what keeps a pod from starting', () => {
  it('is the attach that was refused once, before every mount that times out for it', () => {
    expect(step(attach(-900), summary(-600), summary(-30))).toBe('attach')
  })

  it('is over when a later event proves that the step was passed', () => {
    expect(step(attach(-900), attached(-800))).toBeNull()
    expect(step(attach(-900), setUp(-60, 'pv-1'))).toBe('mount')
    expect(step(attach(-900), sandbox(-60))).toBe('sandbox')
    expect(step(setUp(-900, 'pv-1'), sandbox(-60))).toBe('sandbox')
    expect(step(sandbox(-900), pull(-60))).toBeNull()
    expect(step(summary(-900), said('Started', 'Started container main', -60))).toBeNull()
  })

  it('is not over for what is proved of another volume, or what came before', () => {
    expect(step(attach(-900, 'pv-1'), attached(-800, 'pv-2'))).toBe('attach')
    expect(step(attach(-900, 'pv-1'), setUp(-60, 'pv-2'))).toBe('attach')
    expect(step(attached(-900), attach(-800))).toBe('attach')
    expect(step(pull(-900), sandbox(-60))).toBe('sandbox')
  })

  it('is the volume that is named, unless a later time-out no longer lists it', () => {
    const volumes = new Map([['data', 'pv-1']])
    expect(startTrouble(pod, [setUp(-300, 'pv-1'), summary(-60)], volumes)?.event.message).toContain('MountVolume')
    expect(startTrouble(pod, [setUp(-300, 'token'), summary(-60)], volumes)?.event.message).toContain('Unable')
  })

  it('is over as soon as the condition says that sandbox and volumes are there, and not before', () => {
    const stands = (status: string, seconds: number) =>
      examplePod(set, 0, {
        phase: 'Pending',
        conditions: [conditionOf('PodReadyToStartContainers', status, at(seconds))],
        status: { containers: [] },
      })
    expect(startTrouble(stands('True', -50), [sandbox(-60)])).toBeNull()
    expect(startTrouble(stands('False', -50), [sandbox(-60)])?.step).toBe('sandbox')
    expect(startTrouble(stands('True', -70), [sandbox(-60)])?.step).toBe('sandbox')
  })

  it('is nothing that events of another pod say', () => {
    const other = { ...attach(-60), involved: { ...attach(-60).involved, uid: 'another' } }
    expect(step(other)).toBeNull()
  })
})

it('an image counts as being pulled until something follows', () => {
  expect(pulling(pod, [pull(-60)])?.image).toBe('db:1')
  expect(pulling(pod, [pull(-60), said('Pulled', 'Successfully pulled image "db:1"', -30)])).toBeNull()
  expect(pulling(pod, [said('Pulled', 'x', -90), pull(-60)])?.image).toBe('db:1')
})

const anyEvents = fc.array(
  fc
    .record({
      what: fc.constantFrom(attach, attached, summary, sandbox, pull, (s: number) => setUp(s, 'pv-1')),
      seconds: fc.integer({ min: -3000, max: -1 }),
    })
    .map(({ what, seconds }) => what(seconds)),
  { maxLength: 9 },
)

describe('for any events', () => {
  it('their order changes nothing', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        expect(startTrouble(pod, events.toReversed())).toEqual(startTrouble(pod, events))
        expect(newestEvent(events.toReversed(), () => true)).toEqual(newestEvent(events, () => true))
      }),
    )
  })

  it('none of before a container was touched decides', () => {
    fc.assert(
      fc.property(anyEvents, fc.integer({ min: -3000, max: -1 }), (events, seconds) => {
        const trouble = startTrouble(pod, [...events, pull(seconds)])
        if (trouble !== null) expect(timeOf(trouble.event)).toBeGreaterThan(Date.parse(at(seconds)))
      }),
    )
  })
})
