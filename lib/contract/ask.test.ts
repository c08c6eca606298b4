import { describe, expect, it } from 'vitest'
import { AppPath } from '@/lib/contract/names'
import { PortText } from './ask'

describe('a path inside a pod', () => {
  it.each(['/', '/healthz', '/a/b/', '/v1/members.json', '/~x/..y', '/.well-known/x'])('may be %s', (path) => {
    expect(AppPath.safeParse(path).success).toBe(true)
  })
  it.each(['', 'a', '/..', '/.', '/a/../b', '/a/.', '/%2e', '//', '/a//b', '/a b', '/x?y', '/x#y', '/a\n', '/\\'])(
    'may not be %j',
    (path) => {
      expect(AppPath.safeParse(path).success).toBe(false)
    },
  )
})

it('a port is a number from 1 to 65535', () => {
  for (const text of ['1', '8080', '65535']) expect(PortText.parse(text)).toBe(Number(text))
  for (const text of ['', '0', '080', '65536', '-1', 'http', '1e3'])
    expect(PortText.safeParse(text).success).toBe(false)
})
