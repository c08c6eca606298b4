import { ESLint } from 'eslint'
import { beforeAll, describe, expect, test } from 'vitest'

/** Plants an import in a file of a room and tells whether the rooms rule refuses it. */
async function refused(eslint: ESLint, file: string, source: string) {
  const [result] = await eslint.lintText(`import x from '${source}'\nexport const y = x\n`, { filePath: file })
  return (result?.messages ?? []).some(
    (message) => message.ruleId === 'rooms/may-import' || message.ruleId === 'no-restricted-imports',
  )
}

describe('the rooms', () => {
  let eslint: ESLint
  beforeAll(() => {
    eslint = new ESLint({ cwd: import.meta.dirname })
  })

  test.each([
    ['lib/statefulset/model/planted.ts', '@/lib/cluster/request'],
    ['lib/statefulset/model/planted.ts', '../cluster/request'],
    ['lib/statefulset/model/planted.ts', '@/lib/statefulset/explain/explain'],
    ['lib/contract/planted.ts', '@/lib/live/store'],
    ['lib/live/planted.ts', '@kubernetes/client-node'],
    ['lib/live/planted.ts', '@/lib/actions/scale'],
    ['lib/browser/planted.ts', '@/lib/live/store'],
    ['lib/demo/planted.ts', '@/lib/statefulset/model/identity'],
    ['components/overview/planted.tsx', '@/components/ladder/row'],
    ['components/ladder/planted.tsx', '@/lib/cluster/request'],
    ['app/clusters/planted.tsx', '@/lib/cluster/request'],
    ['app/api/planted.ts', '@/components/ui/button'],
    ['server.ts', '@/lib/actions/scale'],
    ['e2e/stories/planted.ts', '@/lib/live/store'],
  ])('refuse that %s imports %s', async (file, source) => {
    expect(await refused(eslint, file, source)).toBe(true)
  })

  test.each([
    ['lib/cluster/planted.ts', '@kubernetes/client-node'],
    ['lib/live/planted.ts', '@/lib/cluster/watch'],
    ['components/ladder/planted.tsx', '@/components/ui/glyph'],
    ['app/api/planted.ts', '@/lib/actions/scale'],
    ['lib/statefulset/model/planted.ts', './identity'],
    ['lib/statefulset/explain/planted.ts', '@/lib/statefulset/model/identity'],
    ['components/ladder/planted.tsx', '@/lib/contract/stream'],
  ])('let %s import %s', async (file, source) => {
    expect(await refused(eslint, file, source)).toBe(false)
  })
})
