import { expect, it } from 'vitest'
import type { DryRun } from '@/lib/contract/actions/action'
import { isRefused } from './dry-run'

const refused = (status: number, message = 'no'): DryRun => ({ ok: false, status, code: 'x', message })

it('what the API server refuses in a dry run is refused, unless that says nothing about the real request', () => {
  expect(isRefused(undefined)).toBe(false)
  expect(isRefused({ ok: true, warnings: [] })).toBe(false)
  for (const status of [400, 403, 404, 409, 422]) expect(isRefused(refused(status))).toBe(true)
  for (const status of [0, 429, 500, 503, 504]) expect(isRefused(refused(status))).toBe(false)
  expect(isRefused(refused(400, 'admission webhook "x" does not support dry run'))).toBe(false)
})
