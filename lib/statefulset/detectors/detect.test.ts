import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import words from '@/lib/i18n/messages/en/runbooks.json'
import { viewOf } from '@/lib/statefulset/view/build-view'
import { exampleNow, exampleObjects, exampleSet } from '@/test/fixtures/example-objects'
import { ids } from '@/test/fixtures/findings'
import { runbooks } from './list'

describe('a healthy set', () => {
  it('has no problem', () => {
    expect(ids(exampleObjects())).toEqual([])
    for (const podManagementPolicy of ['OrderedReady', 'Parallel'])
      expect(ids(exampleObjects(exampleSet({ podManagementPolicy })))).toEqual([])
  })

  it('claims nothing when pods may not be listed', () => {
    const { view } = viewOf(exampleObjects(undefined, { pods: [], unknown: { pods: 'list pods' } }), {
      cluster: 'c',
      now: exampleNow,
    })
    expect(view.problems).toBeUndefined()
  })
})

describe('the runbooks', () => {
  const files = readdirSync(import.meta.dirname).map((file) => path.parse(file))

  it('are each once in the list, with an id and an alias of their own', () => {
    expect(new Set(runbooks.map((each) => each.id)).size).toBe(runbooks.length)
    expect(new Set(runbooks.map((each) => each.alias)).size).toBe(runbooks.length)
  })

  it('that are detected are in the file of their name, with a test beside it and words for what was found', () => {
    for (const { id } of runbooks.filter((each) => each.detect !== null)) {
      expect(files.map((file) => file.base)).toEqual(expect.arrayContaining([`${id}.ts`, `${id}.test.ts`]))
      expect(words, id).toHaveProperty([id, 'finding'])
    }
  })

  it('that are not detected say why not', () => {
    for (const { id } of runbooks.filter((each) => each.detect === null))
      expect(words, id).toHaveProperty([id, 'whyNot'])
  })

  it('have a text each, and each text its runbook', () => {
    const texts = Object.entries(words).flatMap(([id, text]) =>
      typeof text === 'object' && 'title' in text && 'safe' in text ? [id] : [],
    )
    expect(texts.toSorted()).toEqual(runbooks.map((each) => each.id).toSorted())
  })
})
