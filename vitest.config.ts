import path from 'node:path'
import { defineConfig } from 'vitest/config'

// `server-only` is empty under this condition and throws elsewhere.
const serverConditions = ['react-server', 'node', 'import', 'default']
const everyTest = './test/setup/console-errors.ts'

/** Unit and property tests and tests of components: fast, no network beyond loopback, no browser. */
export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    passWithNoTests: false,
    // Many files wait for clocks and sockets rather than compute.
    maxWorkers: 4,
    testTimeout: 20_000,
    projects: [
      {
        extends: true,
        resolve: { conditions: serverConditions },
        ssr: { resolve: { conditions: serverConditions } },
        test: {
          name: 'unit',
          include: [
            'lib/**/*.test.{ts,tsx}',
            'test/fixtures/**/*.test.ts',
            'test/kubeconfigs/**/*.test.ts',
            'tools/{docs,cycles,package}/**/*.test.ts',
            'components/**/*.test.ts',
            'app/**/*.test.{ts,tsx}',
            '*.test.ts',
          ],
          exclude: ['lib/browser/**/*.test.tsx'],
          setupFiles: [everyTest],
        },
      },
      {
        extends: true,
        // The rules that make the answers of the scripted server may be modules of the server.
        resolve: { alias: { 'server-only': path.join(import.meta.dirname, 'node_modules/server-only/empty.js') } },
        test: {
          name: 'components',
          environment: 'happy-dom',
          include: ['{components,lib/browser}/**/*.test.tsx'],
          setupFiles: [everyTest, './test/setup/dom.ts'],
        },
      },
    ],
  },
})
