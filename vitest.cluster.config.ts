import { defineConfig } from 'vitest/config'

/** Integration tests against a real control plane (and the contract suite, against either cluster). */
export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname }, conditions: ['react-server', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['react-server', 'node', 'import', 'default'] } },
  test: {
    include: ['test/**/*.test.ts', 'tools/**/*.test.ts'],
    exclude: ['test/fixtures/**', 'test/kubeconfigs/**', 'tools/{docs,cycles}/**'],
    globalSetup: './tools/control-plane/global-setup.ts',
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 900_000,
  },
})
