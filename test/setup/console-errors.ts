import { afterEach, beforeEach, expect, vi, type MockInstance } from 'vitest'

/**
 * Runs before each unit test. A test fails when something wrote to `console.error`: React reports its mistakes there
 * (a missing key, a state change outside of `act`, an unknown prop), and a warning that nobody reads is never mended.
 */
let written: MockInstance<typeof console.error>

beforeEach(() => {
  written = vi.spyOn(console, 'error')
})

afterEach(() => {
  const lines = written.mock.calls.map((call) => call.map(String).join(' '))
  written.mockRestore()
  expect(lines, 'nothing is written to console.error').toEqual([])
})
