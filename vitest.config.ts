import { defineConfig } from 'vitest/config'

/** Unit and property tests: fast, no network beyond loopback, no browser. */
export default defineConfig({
  resolve: {
    alias: { '@': import.meta.dirname },
    // `server-only` is empty under this condition and throws elsewhere.
    conditions: ['react-server', 'node', 'import', 'default'],
  },
  ssr: { resolve: { conditions: ['react-server', 'node', 'import', 'default'] } },
  test: {
    include: [
      'lib/**/*.test.{ts,tsx}',
      'test/fixtures/**/*.test.ts',
      'components/**/*.test.{ts,tsx}',
      'app/**/*.test.{ts,tsx}',
      '*.test.ts',
    ],
    passWithNoTests: false,
    testTimeout: 20_000,
  },
})
