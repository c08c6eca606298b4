import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** Real clients against the demo cluster: `npx vitest run --config test/contract/clients/vitest.config.ts`. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, '../../..'),
  resolve: { alias: { '@': path.resolve(import.meta.dirname, '../../..') } },
  test: {
    include: ['test/contract/clients/*.test.ts'],
    fileParallelism: false,
    hookTimeout: 900_000,
    testTimeout: 180_000,
  },
})
