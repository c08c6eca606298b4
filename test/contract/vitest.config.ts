import path from 'node:path'
import { defineConfig } from 'vitest/config'

const root = path.resolve(import.meta.dirname, '../..')

/**
 * The contracts without a control plane of their own: `npx vitest run --config test/contract/vitest.config.ts wire`.
 * ORDINAL_CONTRACT_TARGET=demo|real|both; the real one is the control plane that ORDINAL_CONTROL_PLANE names.
 * ORDINAL_CONTRACT_RECORD=1 lets the real one write down the answers of the wire contract anew.
 */
export default defineConfig({
  root,
  // Modules of the server, which the peers are asked with.
  resolve: { alias: { '@': root }, conditions: ['react-server', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['react-server', 'node', 'import', 'default'] } },
  test: {
    include: ['test/contract/**/*.test.ts'],
    fileParallelism: false,
    maxConcurrency: 8,
    testTimeout: 180_000,
    hookTimeout: 900_000,
  },
})
