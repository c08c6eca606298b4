import { describe, expect, it } from 'vitest'
import { appAddress, firstLine, ordinalsNamed, peersAnnotation } from './own-view'

describe('where the application is asked about its peers', () => {
  const of = (value: string) => appAddress({ [peersAnnotation]: value })
  it('is what the annotation says', () => {
    expect(of('8080/peers')).toEqual({ port: 8080, path: '/peers' })
    expect(of(' 2379/v3/members ')).toEqual({ port: 2379, path: '/v3/members' })
    expect(of('80')).toEqual({ port: 80, path: '/' })
  })
  it('is nowhere without it, or where it is no port and path', () => {
    expect(appAddress({})).toBeNull()
    for (const value of ['', 'http', '0/x', '70000/', '80/../x', '80/a?b', 'https://x:80/', '80 /x', '-1/'])
      expect(of(value), value).toBeNull()
  })
})

describe('the ordinals that an answer names', () => {
  const peers = [0, 1, 10].map((ordinal) => ({
    ordinal,
    pod: `db-${ordinal}`,
    addresses: [`10.0.0.${ordinal + 1}`, `fd00::${ordinal + 1}`],
  }))
  it.each([
    ['{"members":["db-0.db.shop.svc.cluster.local:5432","db-10"]}', [0, 10]],
    ['db-1', [1]],
    ['xdb-1 db-1x db-11', []],
    ['10.0.0.1:5432, 10.0.0.11', [0, 10]],
    ['110.0.0.1 10.0.0.111', []],
    ['[fd00::2]:80 fd00::11', [1, 10]],
    ['DB-0.', [0]],
    ['', []],
  ])('%s', (text, ordinals) => {
    expect(ordinalsNamed(text, peers)).toEqual(ordinals)
  })
})

it('what it says in a column is its first line, cut', () => {
  expect(firstLine('\n leader \nlag 0')).toBe('leader')
  expect(firstLine('')).toBeNull()
  expect(firstLine('x'.repeat(200))).toHaveLength(100)
})
