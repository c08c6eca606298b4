import path from 'node:path'
import { defineConfig } from 'vitest/config'

/**
 * The wire contract: `npx vitest run --config test/contract/wire/vitest.config.ts`.
 * ORDINAL_CONTRACT_TARGET=demo|real|both; the real one is the control plane that ORDINAL_CONTROL_PLANE names.
 * ORDINAL_CONTRACT_RECORD=1 lets the real one write down its answers anew.
 */
export default defineConfig({
  root: path.resolve(import.meta.dirname, '../../..'),
  resolve: { alias: { '@': path.resolve(import.meta.dirname, '../../..') } },
  test: {
    include: ['test/contract/wire/*.test.ts'],
    fileParallelism: false,
    hookTimeout: 120_000,
    testTimeout: 60_000,
  },
})
