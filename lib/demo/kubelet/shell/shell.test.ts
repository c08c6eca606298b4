import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { SteppedClock } from '@/lib/demo/clock'
import { parse, SyntaxFault } from './parse'
import { startSession } from './session'
import { isProgram } from './shell'
import type { Place } from './surroundings'

let clock: SteppedClock
let place: Place

beforeEach(() => {
  clock = new SteppedClock()
  place = {
    hostname: 'kubia-0',
    environment: new Map([
      ['NAME', 'value'],
      ['EMPTY', ''],
    ]),
    files: new Map([
      ['/etc/hostname', 'kubia-0\n'],
      ['/var/data/kubia.txt', 'kept'],
      ['/var/data/.hidden', ''],
    ]),
    folders: new Set(['/', '/etc', '/var', '/var/data', '/tmp']),
    now: () => clock.now(),
    after: (seconds, run) => clock.after(seconds, run),
  }
})

/** A command from its beginning: what it has said so far, and its end. */
function begin(command: string[], { tty = false, stdin = false } = {}) {
  const said = { out: '', error: '' }
  const session = startSession(place, command, {
    tty,
    stdin,
    stdout: (data) => (said.out += data.toString()),
    stderr: (data) => (said.error += data.toString()),
  })
  return { ...session, said, type: (text: string) => session.write(Buffer.from(text)) }
}
const run = async (...command: string[]) => {
  const { said, ended } = begin(command)
  const code = await ended
  return { ...said, code }
}
const sh = (line: string) => run('sh', '-c', line)

describe('a command', () => {
  test('sees what the pod is', async () => {
    expect(await run('hostname')).toEqual({ out: 'kubia-0\n', error: '', code: 0 })
    expect((await run('cat', '/etc/hostname', '/var/data/kubia.txt')).out).toBe('kubia-0\nkept')
    expect((await run('ls', '/')).out).toBe('etc\ntmp\nvar\n')
    expect((await run('ls', '/var/data')).out).toBe('kubia.txt\n')
    expect((await run('ls', '-a', '/var/data')).out).toBe('.hidden\nkubia.txt\n')
    expect((await run('ls', '-l', '/var/data/kubia.txt')).out).toMatch(/^-rw.* 4 \/var\/data\/kubia.txt\n$/)
    expect((await run('/usr/bin/env')).out).toContain('NAME=value\n')
  })

  test('that fails says why, and by its code', async () => {
    expect(await run('cat', '/nothing')).toEqual({
      out: '',
      error: 'cat: /nothing: No such file or directory\n',
      code: 1,
    })
    expect((await run('cat', '/etc')).error).toBe('cat: /etc: Is a directory\n')
    expect((await run('ls', '/nothing')).code).toBe(1)
    expect((await run('sleep', 'long')).code).toBe(1)
    expect((await run('false')).code).toBe(1)
    expect(await sh('nothing --at-all')).toEqual({ out: '', error: 'sh: nothing: not found\n', code: 127 })
  })

  test('is one of few, and never one of the machine', () => {
    expect(['sh', '/bin/bash', '/usr/bin/cat', 'sleep'].every(isProgram)).toBe(true)
    expect(['node', '/usr/bin/git', 'cd', 'exit', 'constructor', '__proto__', '/etc/cat', ''].some(isProgram)).toBe(
      false,
    )
  })
})

describe('a line', () => {
  test.each([
    ['exit 3', '', 3],
    ['exit 257', '', 1],
    ['true && echo yes', 'yes\n', 0],
    ['false && echo yes', '', 1],
    ['false || echo no', 'no\n', 0],
    ['false; echo $?', '1\n', 0],
    ['echo "$NAME ${NAME}" \'$NAME\' a\\ b', 'value value $NAME a b\n', 0],
    ['echo $EMPTY"$EMPTY" | x', '', 2],
    ['echo a $EMPTY b', 'a b\n', 0],
    ['A=1; echo $A; export B=2; env', '1\nNAME=value\nEMPTY=\nPWD=/\nA=1\nB=2\n', 0],
    ['cd /var/data; pwd; cat kubia.txt; cd ..; pwd', '/var/data\nkept/var\n', 0],
    ['cd /nothing || echo stays; pwd', 'stays\n/\n', 0],
    ['sh -c "exit 4"; echo $?', '', 4],
    ['echo a # not said\necho b', 'a\nb\n', 0],
    ['echo -n x', 'x', 0],
  ])('%s', async (line, out, code) => {
    expect(await sh(line)).toMatchObject({ out, code })
  })

  test.each(['a | b', 'a > b', 'a &', 'echo $(b)', '`a`', '"a', '&& a', '; a'])(
    '%s is not understood',
    async (line) => {
      const answer = await sh(line)
      expect([answer.code, answer.out]).toEqual([2, ''])
      expect(answer.error).toMatch(/^sh: syntax error: /)
    },
  )

  test('of any text is read or refused', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          for (const { words } of parse(text)) expect(words.length).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxFault)
        }
      }),
    )
  })

  test('of quoted words says them again', async () => {
    const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), async (words) => {
        expect((await sh(`echo -n ${words.map(quoted).join(' ')}`)).out).toBe(words.join(' '))
      }),
    )
  })
})

describe('a shell without a terminal', () => {
  test('reads lines to the end, and ends with the code of the last', async () => {
    const { type, endInput, ended, said } = begin(['sh'], { stdin: true })
    type('echo a\nec')
    type('ho b\nfalse')
    endInput()
    expect([await ended, said.out, said.error]).toEqual([1, 'a\nb\n', ''])
  })

  test('gives what follows to the command that reads', async () => {
    const { type, endInput, ended, said } = begin(['cat'], { stdin: true })
    type('one\ntwo ä')
    endInput()
    expect([await ended, said.out]).toEqual([0, 'one\ntwo ä\n'])
  })

  test('without any input ends at once', async () => {
    expect(await run('sh')).toEqual({ out: '', error: '', code: 0 })
  })
})

describe('a shell on a terminal', () => {
  const open = () => begin(['sh'], { tty: true, stdin: true })
  const turn = () => clock.step(0)

  test('shows what is typed, and lets it be mended', async () => {
    const { type, ended, said } = open()
    type('ecko\u007f\u007fho ä\u007fb\r')
    await turn()
    expect(said.out).toBe('/ # ecko\b \b\b \bho ä\b \bb\r\nb\r\n/ # ')
    type('wrong\u0015\u001b[Aexit 5\r')
    expect(await ended).toBe(5)
  })

  test('Control-C ends what runs, and nothing of its line comes after', async () => {
    const { type, ended, said } = open()
    type('sleep 100; echo late\r')
    await clock.step(1)
    type('\u0003')
    await clock.step(200)
    expect(said.out).toBe('/ # sleep 100; echo late\r\n^C\r\n/ # ')
    type('echo $?\rexit\r')
    expect(await ended).toBe(0)
    expect(said.out).toContain('\r\n130\r\n')
  })

  test('Control-C forgets a line that is half typed', async () => {
    const { type, ended, said } = open()
    type('rubbish\u0003')
    await turn()
    type('echo a\r')
    await turn()
    expect(said.out).toBe('/ # rubbish^C\r\n/ # echo a\r\na\r\n/ # ')
    type('\u0004')
    expect(await ended).toBe(0)
  })

  test('knows its size', async () => {
    const { type, resize, ended, said } = open()
    resize(132, 50)
    type('stty size\r')
    await turn()
    expect(said.out).toContain('50 132\r\n')
    type('exit\r')
    await ended
  })

  test('waits as long as the cluster’s clock says', async () => {
    const { type, ended, said } = open()
    type('sleep 1.5m && echo done\r')
    await clock.step(89)
    expect(said.out).not.toContain('\ndone')
    await clock.step(2)
    expect(said.out).toContain('\ndone')
    type('exit\r')
    await ended
  })

  test('is killed with its container', async () => {
    const { type, kill, ended } = open()
    type('sleep 100\r')
    await turn()
    kill(137)
    expect(await ended).toBe(137)
  })
})
