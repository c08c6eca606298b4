import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { viewOf } from '@/lib/statefulset/view/build-view'
import type { Node, SetObjects, StorageClass, Volume } from '@/lib/statefulset/model/objects'
import type { Problem } from '@/lib/statefulset/model/view'

/** Objects recorded from a real control plane by test/predict/record.ts give the expected finding, and before it none. */

type Plain = Omit<SetObjects, 'volumes' | 'storageClasses' | 'nodes'> & {
  volumes: Volume[]
  storageClasses: StorageClass[]
  nodes: Node[]
}
type Recorded = {
  runbook: string
  kubernetes: string
  recordedAt: string
  /** Later than recorded where the situation needs minutes or days of nothing happening. */
  judgedAt: string
  params: Record<string, string | number>
  objects: Plain
  nearMiss: { judgedAt: string; objects: Plain } | null
}

const folder = path.join(import.meta.dirname, 'recorded')
const byName = <T extends { metadata: { name: string } }>(list: readonly T[]) =>
  new Map(list.map((each) => [each.metadata.name, each]))

function problems(plain: Plain, at: string): Problem[] {
  const objects: SetObjects = {
    ...plain,
    volumes: byName(plain.volumes),
    storageClasses: byName(plain.storageClasses),
    nodes: byName(plain.nodes),
  }
  return viewOf(objects, { cluster: 'recorded', now: new Date(at) }).view.problems ?? []
}

describe('a real control plane', () => {
  for (const file of readdirSync(folder)) {
    const recorded = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Recorded
    const { runbook, params, objects, judgedAt, nearMiss } = recorded

    it(`${runbook} is found in what ${recorded.kubernetes} gave, with its proof`, () => {
      const found = problems(objects, judgedAt).find((each) => each.runbook === runbook)
      expect(found?.params).toMatchObject(params)
      expect(found?.proof.length).toBeGreaterThan(0)
      for (const { object, field } of found?.proof ?? []) {
        expect(object).toMatch(/^[A-Za-z]+ \S+$/)
        expect(field).not.toBe('')
      }
    })

    if (nearMiss !== null)
      it(`${runbook} is not found in what there was before`, () => {
        const found = problems(nearMiss.objects, nearMiss.judgedAt).map((each) => each.runbook)
        expect(found).not.toContain(runbook)
      })
  }
})
