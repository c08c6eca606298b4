import { readdirSync } from 'node:fs'
import path from 'node:path'
import { defineConfig, globalIgnores } from 'eslint/config'
import next from 'eslint-config-next/core-web-vitals'
import typescript from 'eslint-config-next/typescript'

/**
 * Who may import whom. Each room names the rooms it may take from; everything else of ours is an error,
 * and so is a path that climbs out of its room with `../`.
 */
const model = 'lib/statefulset/model'
const controller = 'lib/statefulset/controller'
const explain = 'lib/statefulset/explain'
const plan = 'lib/statefulset/plan'
const detectors = 'lib/statefulset/detectors'
/** The catalogues: their English sentences are for programs too. */
const messages = 'lib/i18n/messages'
const shared = ['lib/contract', 'lib/statefulset', 'lib/names']
/** What every room of the server may use. */
const server = ['lib/log', 'lib/per-process']
export const rooms = {
  'lib/names': [],
  'lib/settings': ['lib/names'],
  'lib/log': [],
  'lib/per-process': [],
  // The floors of the pure core, from the ground up: each may take from those below it.
  [model]: [model],
  [controller]: [controller, model],
  [explain]: [explain, controller, model, messages],
  [plan]: [plan, explain, controller, model],
  [detectors]: [detectors, explain, controller, model, messages],
  'lib/statefulset/peers': ['lib/statefulset/peers', model, 'lib/names'],
  'lib/statefulset/view': ['lib/statefulset/view', detectors, explain, model],
  'lib/contract': shared,
  'lib/cluster': ['lib/cluster', ...shared, ...server, 'lib/settings'],
  'lib/live': ['lib/live', ...shared, ...server, 'lib/cluster', 'lib/settings'],
  'lib/actions': ['lib/actions', ...shared, ...server, 'lib/cluster', 'lib/live', 'lib/settings'],
  'lib/http': ['lib/http', ...shared, ...server, 'lib/settings', 'lib/live', 'lib/cluster'],
  'lib/browser': ['lib/browser', ...shared, 'lib/i18n'],
  'lib/i18n': ['lib/i18n'],
  'lib/demo': ['lib/demo'],
  'app/api': ['lib/http', 'lib/live', 'lib/actions', 'lib/cluster', 'lib/settings', ...shared],
  app: ['app', 'components', 'lib/live', 'lib/settings', ...shared, 'lib/i18n', 'lib/browser'],
}
/** Every folder of components that is not for all: a feature may not import another one. */
const features = readdirSync(path.join(import.meta.dirname, 'components'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'ui' && entry.name !== 'shell')
  .map((entry) => entry.name)
const core = (place) => place.startsWith('lib/statefulset/')
/** The rule as a function: exact, and readable in its message. */
const roomsPlugin = {
  rules: {
    'may-import': {
      meta: { type: 'problem', schema: [{ type: 'object' }] },
      create(context) {
        const { room, allowed } = context.options[0]
        // Tests may use the fixtures, and those of the pure core all of its floors.
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
          const inTest = target.startsWith('test/fixtures/') || (core(room) && core(target))
          if (!fits && !(isTest && inTest))
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
        ...shared,
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
        'components/shell',
        'lib/browser',
        ...shared,
        'lib/i18n',
      ]),
    },
  })),
  {
    files: ['server.ts'],
    rules: {
      'rooms/may-import': mayImport('the door', [...server, 'lib/http', 'lib/live', 'lib/settings', 'lib/cluster']),
    },
  },
  {
    files: ['e2e/**/*.{ts,tsx}'],
    rules: { 'rooms/may-import': mayImport('e2e', ['e2e', 'lib/contract', 'test/fixtures', 'tools/control-plane']) },
  },
  // Playwright hands a fixture on by a function that it calls `use`.
  { files: ['e2e/**', 'test/**'], rules: { 'react-hooks/rules-of-hooks': 'off', 'no-empty-pattern': 'off' } },
  {
    files: ['e2e/**', 'test/**', 'tools/**', 'start.mjs', 'build.mjs', 'server.ts', 'lib/demo/main.ts'],
    rules: { 'no-console': 'off' },
  },
])
