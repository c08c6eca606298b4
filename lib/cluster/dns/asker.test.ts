import { describe, expect, it } from 'vitest'
import type { DnsQuestion } from '@/lib/statefulset/peers/records'
import { questionKey } from '@/lib/statefulset/peers/records'
import { DnsAsker, type AskerOptions } from './asker'
import { NoDns, type OpenedDns } from './source'
import { type Wire, WireClosed } from './wire'

const source = { from: 'setting', server: '10.96.0.10:53', pod: null } as const
const questions = (count: number): DnsQuestion[] =>
  Array.from({ length: count }, (_, ordinal) => ({ name: `web-${ordinal}.web.default.svc.cluster.local`, type: 'A' }))
const answer = (question: DnsQuestion) => ({
  id: 1,
  truncated: false,
  question,
  rcode: 'NOERROR',
  records: [],
  additionals: [],
  negativeTtl: null,
})

/** A wire that a test plays the server of. */
function scripted(reply: (question: DnsQuestion, asked: number) => Promise<ReturnType<typeof answer>>) {
  const times: number[] = []
  const wires: { closed: boolean }[] = []
  const open = async (): Promise<OpenedDns> => {
    const state = { closed: false }
    wires.push(state)
    const wire: Wire = {
      ask: (question) => {
        times.push(performance.now())
        return reply(question, times.length)
      },
      close: () => {
        state.closed = true
      },
      get closed() {
        return state.closed
      },
    }
    return { source, zone: 'cluster.local', wire }
  }
  return { times, wires, asker: (options: AskerOptions = {}) => new DnsAsker(open, options) }
}

const wait = { freshMs: 10_000, waitMs: 15_000 }

describe('whoever asks DNS', () => {
  it('opens one way for many questions, and asks none twice while it is fresh', async () => {
    const server = scripted(async (question) => answer(question))
    const asker = server.asker({ perSecond: 1000 })
    const [first, second] = await Promise.all([asker.answers(questions(20), wait), asker.answers(questions(20), wait)])
    expect([first.size, second.size, server.times.length, asker.opened]).toEqual([20, 20, 20, 1])
    await asker.answers(questions(20), wait)
    expect(server.times).toHaveLength(20)
    await asker.answers(questions(1), { freshMs: 0, waitMs: 5_000 })
    expect([server.times.length, asker.opened]).toEqual([21, 1])
    asker.close()
  })

  it('never asks faster than its pace, however many questions there are', async () => {
    const server = scripted(async (question) => answer(question))
    const asker = server.asker({ perSecond: 50 })
    await asker.answers(questions(60), wait)
    const { times } = server
    // Any 51 questions in a row take a second; timers are never early by more than a millisecond each.
    expect((times[50] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(940)
    asker.close()
  })

  it('gives what it has in time, and goes on with the rest', async () => {
    const server = scripted(async (question) => answer(question))
    const asker = server.asker({ perSecond: 50 })
    const some = await asker.answers(questions(40), { freshMs: 60_000, waitMs: 100 })
    expect(some.size).toBeLessThan(40)
    expect(asker.waiting).toBeGreaterThan(0)
    expect((await asker.answers(questions(40), { freshMs: 60_000, waitMs: 10_000 })).size).toBe(40)
    expect(server.times).toHaveLength(40)
    asker.close()
  })

  it('says of a silent server that it is silent, for every question at once', async () => {
    const server = scripted(() => new Promise(() => undefined))
    const asker = server.asker({ perSecond: 50, patienceMs: 800 })
    const found = await asker.answers(questions(1000), wait)
    const problems = [...found.values()].map((known) => ('problem' in known ? known.problem.code : 'answered'))
    expect(new Set(problems)).toEqual(new Set(['no-answer']))
    expect(problems).toHaveLength(1000)
    expect(server.times.length).toBeLessThan(60)
    expect(server.wires[0]?.closed).toBe(true)
    asker.close()
  })

  it('says what is missing where nothing can be asked', async () => {
    const rule = 'create pods/portforward (namespace kube-system)'
    const asker = new DnsAsker(async () => {
      throw new NoDns('forbidden', 'no', rule)
    })
    const found = await asker.answers(questions(3), wait)
    expect([...found.values()]).toMatchObject(Array(3).fill({ problem: { code: 'forbidden', rule } }))
  })

  it('asks once more, on a new way, when the old one was closed while it was idle', async () => {
    const server = scripted((question, asked) =>
      asked === 1 ? Promise.reject(new WireClosed('idle')) : Promise.resolve(answer(question)),
    )
    const asker = server.asker({ perSecond: 1000 })
    const [question] = questions(1)
    if (!question) throw new Error('no question')
    const known = (await asker.answers([question], wait)).get(questionKey(question))
    expect(known).toHaveProperty('answer')
    asker.close()
  })

  it('closes the way when nobody asks any more', async () => {
    const server = scripted(async (question) => answer(question))
    const asker = server.asker({ idleMs: 20 })
    await asker.answers(questions(1), wait)
    await expect.poll(() => server.wires[0]?.closed).toBe(true)
  })
})
