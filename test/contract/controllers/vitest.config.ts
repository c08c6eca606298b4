import path from 'node:path'
import { defineConfig } from 'vitest/config'

/**
 * The controllers' contract: `npx vitest run --config test/contract/controllers/vitest.config.ts`.
 * ORDINAL_CONTRACT_TARGET=demo|real|both; the real one is the control plane that ORDINAL_CONTROL_PLANE names.
 */
export default defineConfig({
  root: path.resolve(import.meta.dirname, '../../..'),
  resolve: { alias: { '@': path.resolve(import.meta.dirname, '../../..') } },
  test: {
    include: ['test/contract/controllers/*.test.ts'],
    fileParallelism: false,
    maxConcurrency: 8,
    hookTimeout: 120_000,
  },
})
