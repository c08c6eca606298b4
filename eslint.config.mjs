import { defineConfig, globalIgnores } from 'eslint/config'
import next from 'eslint-config-next/core-web-vitals'
import typescript from 'eslint-config-next/typescript'

/**
 * Who may import whom. Each room names the rooms it may take from; everything else of ours is an error,
 * and so is a path that climbs out of its room with `../`.
 */
const rooms = {
  'lib/settings': [],
  'lib/statefulset': ['lib/statefulset'],
  'lib/cluster': ['lib/cluster', 'lib/statefulset', 'lib/settings'],
  'lib/live': ['lib/live', 'lib/statefulset', 'lib/cluster', 'lib/settings'],
  'lib/actions': ['lib/actions', 'lib/statefulset', 'lib/cluster', 'lib/live', 'lib/settings'],
  'lib/http': ['lib/http', 'lib/settings', 'lib/live', 'lib/cluster'],
  'lib/browser': ['lib/browser', 'lib/statefulset', 'lib/i18n'],
  'lib/i18n': ['lib/i18n'],
  'lib/demo': ['lib/demo'],
  'app/api': ['lib/http', 'lib/live', 'lib/actions', 'lib/cluster', 'lib/settings', 'lib/statefulset'],
  app: ['app', 'components', 'lib/live', 'lib/statefulset', 'lib/i18n', 'lib/browser'],
}
const features = [
  'overview',
  'ladder',
  'scale',
  'force-delete',
  'delete-pod',
  'finalizers',
  'logs',
  'events',
  'yaml',
  'runbooks',
  'demo',
  'connection',
]
/** The rule as a function: exact, and readable in its message. */
const roomsPlugin = {
  rules: {
    'may-import': {
      meta: { type: 'problem', schema: [{ type: 'object' }] },
      create(context) {
        const { room, allowed } = context.options[0]
        // Tests may use the servers that break on purpose.
        const isTest = /\.test\.tsx?$/.test(context.filename)
        const check = (node, source) => {
          if (typeof source !== 'string') return
          if (source.startsWith('../')) {
            context.report({ node, message: `Write './x' inside a room and '@/...' between rooms, never '../'.` })
            return
          }
          if (!source.startsWith('@/')) return
          const target = source.slice(2)
          const fits = allowed.some((name) => target === name || target.startsWith(`${name}/`))
          if (!fits && !(isTest && target.startsWith('e2e/fixtures/')))
            context.report({
              node,
              message: `${room} may not import ${target}; it may import ${allowed.join(', ') || 'nothing of ours'}.`,
            })
        }
        return {
          ImportDeclaration: (node) => check(node, node.source.value),
          ExportNamedDeclaration: (node) => node.source && check(node, node.source.value),
          ExportAllDeclaration: (node) => check(node, node.source.value),
          ImportExpression: (node) => check(node, node.source.value),
        }
      },
    },
  },
}
const mayImport = (room, allowed) => ['error', { room, allowed }]

const clientNode = {
  paths: [
    {
      name: '@kubernetes/client-node',
      message: 'Only lib/cluster talks to Kubernetes.',
    },
  ],
}

export default defineConfig([
  globalIgnores(['.next/**', 'dist/**', 'next-env.d.ts', 'test-results/**', 'playwright-report/**']),
  ...next,
  ...typescript,
  { plugins: { rooms: roomsPlugin } },
  {
    files: ['**/*.{ts,tsx,mjs,js}'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { prefer: 'type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      '@next/next/no-html-link-for-pages': 'off',
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    ignores: ['lib/cluster/**'],
    rules: { 'no-restricted-imports': ['error', clientNode] },
  },
  ...Object.entries(rooms).map(([room, allowed]) => ({
    files: [`${room}/**/*.{ts,tsx}`, `${room}.ts`],
    ignores: room === 'app' ? ['app/api/**'] : [],
    rules: { 'rooms/may-import': mayImport(room, allowed) },
  })),
  {
    files: ['components/**/*.{ts,tsx}'],
    rules: {
      'rooms/may-import': mayImport('components', [
        'components/ui',
        'components/shell',
        'lib/browser',
        'lib/statefulset',
        'lib/i18n',
      ]),
    },
  },
  ...features.map((feature) => ({
    files: [`components/${feature}/**/*.{ts,tsx}`],
    rules: {
      'rooms/may-import': mayImport(`components/${feature}`, [
        `components/${feature}`,
        'components/ui',
        'lib/browser',
        'lib/statefulset',
        'lib/i18n',
      ]),
    },
  })),
  {
    files: ['server.ts', 'instrumentation.ts'],
    rules: { 'rooms/may-import': mayImport('the door', ['lib/http', 'lib/live', 'lib/settings', 'lib/cluster']) },
  },
  {
    files: ['e2e/**/*.{ts,tsx}'],
    // The programs that prove a rule against a real controller, and the benchmarks, are the only ones that look inside.
    ignores: ['e2e/predict/**', 'e2e/bench/**', 'e2e/contract/**'],
    rules: { 'rooms/may-import': ['error', { room: 'e2e', allowed: ['e2e'] }] },
  },
  // Playwright hands a fixture on by a function that it calls `use`.
  { files: ['e2e/**'], rules: { 'react-hooks/rules-of-hooks': 'off', 'no-empty-pattern': 'off' } },
  { files: ['e2e/**', 'start.mjs', 'build.mjs', 'server.ts', 'lib/demo/main.ts'], rules: { 'no-console': 'off' } },
])
